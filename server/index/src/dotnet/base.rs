//! Built-in tables of the .NET base library, for machines without an SDK.
//!
//! Made by `cargo run -p index --example make_base_library` from the assemblies of the runtime packs
//! `Microsoft.NETCore.App.Runtime.linux-x64` 9.0.5 (`netcore.bin`: 169 assemblies, the public ones and what they forward to)
//! and `Microsoft.AspNetCore.App.Runtime.linux-x64` 9.0.5 (`aspnetcore.bin`: 139 assemblies). Both are MIT-licensed; the
//! tables hold names and signatures only.

use super::{Library, Table};
use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

static NETCORE: LazyLock<Option<Arc<Table>>> =
    LazyLock::new(|| Table::open_unchecked(Cow::Borrowed(include_bytes!("netcore.bin"))).map(Arc::new));
static ASPNETCORE: LazyLock<Option<Arc<Table>>> =
    LazyLock::new(|| Table::open_unchecked(Cow::Borrowed(include_bytes!("aspnetcore.bin"))).map(Arc::new));
static BASE: LazyLock<Arc<Library>> = LazyLock::new(|| Arc::new(Library::new(NETCORE.iter().cloned().collect())));
static WEB: LazyLock<Arc<Library>> =
    LazyLock::new(|| Arc::new(Library::new(NETCORE.iter().chain(ASPNETCORE.iter()).cloned().collect())));

/// The base class library (`Microsoft.NETCore.App`).
pub fn netcore() -> Arc<Library> {
    BASE.clone()
}
/// The base class library with ASP.NET Core and `Microsoft.Extensions.*` (`Microsoft.AspNetCore.App`), for web projects.
pub fn web() -> Arc<Library> {
    WEB.clone()
}
/// The table of `Microsoft.NETCore.App`.
pub fn netcore_table() -> Option<Arc<Table>> {
    NETCORE.clone()
}
/// The table of `Microsoft.AspNetCore.App`.
pub fn aspnetcore_table() -> Option<Arc<Table>> {
    ASPNETCORE.clone()
}
