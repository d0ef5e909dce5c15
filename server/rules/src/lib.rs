//! Rules: the fast path, one file a rule.
//!
//! **Knows** what C# and TypeScript errors mean and how they are repaired. **Must not know** learned patterns, how fixes are put
//! together and written, or LSP. Every rule is a pure function of the diagnostic, the tree and the index.
//!
//! A new rule is a file in `csharp/` or `typescript/` and a line in that folder's `rules!` list; see `CONTRIBUTING.md`.

mod csharp;
mod ledger;
mod msbuild;
mod registry;
mod repair;
mod typescript;

pub use registry::{all, by_name, provider};

/// Declares the modules of one language's rules and lists them.
macro_rules! rules {
    ($language:ident: $($name:ident,)*) => {
        $(mod $name;)*
        pub(crate) const RULES: &[fix::Rule] = &[$(fix::Rule {
            name: stringify!($name),
            language: syntax::LanguageFamily::$language,
            codes: $name::CODES,
            fixes: $name::fixes,
            file: include_str!(concat!(stringify!($name), ".rs")),
        }),*];
    };
}
use rules;

/// The rule about project files whose tests call this: its file's name is the module's.
#[cfg(test)]
fn project_rule_of(module_path: &str) -> &'static fix::ProjectRule {
    let name = module_path.trim_end_matches("::tests").rsplit("::").next().unwrap_or_default();
    msbuild::RULES.iter().find(|r| r.name == name).expect("a rule's tests sit in its file")
}

/// The rule whose tests call this: its file's name is the module's.
#[cfg(test)]
fn rule_of(module_path: &str) -> &'static fix::Rule {
    let name = module_path.trim_end_matches("::tests").rsplit("::").next().unwrap_or_default();
    by_name(name).expect("a rule's tests sit in its file")
}
