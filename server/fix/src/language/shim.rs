//! Until languages are an open table in `syntax`.
#![allow(missing_docs)]

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LanguageFamily(&'static str);
impl LanguageFamily {
    pub const CSHARP: Self = Self("csharp");
    pub const TYPESCRIPT: Self = Self("typescript");
}
pub trait Shim {
    fn family(self) -> LanguageFamily;
}
impl Shim for syntax::Language {
    fn family(self) -> LanguageFamily {
        if self.is_typescript() { LanguageFamily::TYPESCRIPT } else { LanguageFamily::CSHARP }
    }
}
