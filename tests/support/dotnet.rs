use crate::{repository, shared};
use std::collections::BTreeMap;
use std::process::Command;

/// The variables under which `dotnet` runs: none where it is on the path, else those of the SDK beside the repository, which is unpacked into the
/// git-ignored cache on first use.
///
/// # Errors
/// Why there is no .NET SDK on this machine.
pub fn dotnet() -> Result<BTreeMap<String, String>, String> {
    // The binary logs and solution filters of SDKs before 10 are written in another way.
    let version = Command::new("dotnet").arg("--version").output().ok().filter(|o| o.status.success());
    let version = version.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned());
    let major = version.as_deref().and_then(|v| v.split('.').next()?.parse::<u32>().ok());
    if major.is_some_and(|m| m >= 10) {
        return Ok(BTreeMap::new());
    }
    let installer = shared("dotnet/install.sh").ok_or("there is no .NET SDK 10 on the path and no ../shared/dotnet")?;
    let cache = repository().join(".cache/dotnet");
    let script = format!(". \"$(bash {} {})\" && env -0", installer.display(), cache.display());
    let output = Command::new("sh").args(["-c", &script]).output().map_err(|e| format!("sh does not start: {e}"))?;
    if !output.status.success() {
        return Err(format!("../shared/dotnet cannot be unpacked: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let variables = text.split('\0').filter_map(|v| v.split_once('='));
    let set = |name: &str, value: &str| std::env::var(name).ok().as_deref() != Some(value);
    Ok(variables.filter(|(n, v)| set(n, v)).map(|(n, v)| (n.to_owned(), v.to_owned())).collect())
}
