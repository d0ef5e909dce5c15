use index::typescript::{EndingPreference, ImportPreferences, SpecifierPreference};
use serde::Deserialize;
use serde_json::Value;
use std::path::PathBuf;

/// Whether the build's diagnostics are shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Publish {
    /// All but those that another server already shows in an open document.
    #[default]
    Auto,
    /// All.
    Always,
    /// None.
    Never,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Build {
    /// Command line; empty: found from the workspace.
    pub command: String,
}
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Diagnostics {
    pub publish: Publish,
}
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct FixAll {
    pub include_unsafe: bool,
}

/// The section `buildfix` of the client's configuration.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    pub logs: Vec<String>,
    pub build: Build,
    pub diagnostics: Diagnostics,
    #[serde(rename = "fixAll")]
    pub fix_all: FixAll,
    /// Whether it is learned from what a person repairs; when nothing is said, it is.
    pub learn: Option<bool>,
}

impl Settings {
    /// Whether it is learned from what a person repairs.
    pub fn learns(&self) -> bool {
        self.learn.unwrap_or(true)
    }
    /// Reads the section, whether or not the client wraps it in `buildfix`. What does not fit is reported and left at its default.
    pub fn read(value: &Value) -> Settings {
        let section = value.get("buildfix").unwrap_or(value);
        if section.is_null() {
            return Settings::default();
        }
        serde_json::from_value(section.clone()).unwrap_or_else(|e| {
            tracing::warn!(%e, "the configuration section \"buildfix\" is not understood; defaults are used");
            Settings::default()
        })
    }
}

/// The preferences of the language service for imports: as VS Code calls them (`typescript.preferences`), and as tsserver does.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Preferences {
    #[serde(alias = "quotePreference")]
    quote_style: String,
    #[serde(alias = "importModuleSpecifierPreference")]
    import_module_specifier: String,
    import_module_specifier_ending: String,
    auto_import_file_exclude_patterns: Vec<String>,
}

impl Preferences {
    /// Reads the section. What does not fit is left at its default.
    pub fn read(value: &Value) -> Self {
        Self::deserialize(value).unwrap_or_default()
    }

    /// What of it matters for imports. `auto` and `shortest`, which editors send when nobody chose anything, leave it to the file.
    pub fn of_imports(&self, roots: &[PathBuf]) -> ImportPreferences {
        let mut out = ImportPreferences::default();
        out.quote = match self.quote_style.as_str() {
            "single" => Some('\''),
            "double" => Some('"'),
            _ => None,
        };
        out.specifier = match self.import_module_specifier.as_str() {
            "relative" => Some(SpecifierPreference::Relative),
            "non-relative" => Some(SpecifierPreference::NonRelative),
            "project-relative" => Some(SpecifierPreference::ProjectRelative),
            _ => None,
        };
        out.ending = match self.import_module_specifier_ending.as_str() {
            "minimal" => Some(EndingPreference::Minimal),
            "index" => Some(EndingPreference::Index),
            "js" => Some(EndingPreference::Js),
            _ => None,
        };
        out.exclude(&self.auto_import_file_exclude_patterns, roots);
        out
    }
}

/// What the user and the client configure.
#[derive(Clone, Debug, Default)]
pub(crate) struct Configuration {
    pub settings: Settings,
    /// Of imports.
    pub preferences: Preferences,
    /// Whether commands may be run in this workspace.
    pub trusted: bool,
    /// The client has the commands of our plug-ins.
    pub plug_in: bool,
    /// The client shows edits before they are made.
    pub previews: bool,
}

/// What the client sends once, at the start.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(crate) struct InitializationOptions {
    /// Whether commands may be run in this workspace; not when the client does not say so.
    pub trusted: bool,
    /// Of imports, for clients that are not asked for their configuration.
    pub preferences: Preferences,
    /// The name of our plug-in, when it is the client.
    pub client: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn sections_are_read_wrapped_or_bare_and_odd_ones_do_no_harm() {
        let wrapped = Settings::read(&json!({"buildfix": {"logs": ["a.log"], "fixAll": {"includeUnsafe": true}}}));
        assert_eq!((wrapped.logs.len(), wrapped.fix_all.include_unsafe), (1, true));
        assert_eq!(Settings::read(&json!({"diagnostics": {"publish": "never"}})).diagnostics.publish, Publish::Never);
        assert_eq!(Settings::read(&json!({"logs": 7})).logs.len(), 0);
        assert_eq!(Settings::read(&Value::Null).diagnostics.publish, Publish::Auto);
    }

    #[test]
    fn preferences_are_known_by_both_names() {
        let of = |value| Preferences::read(&value).of_imports(&[]);
        let vscode = of(
            json!({"quoteStyle": "single", "importModuleSpecifier": "shortest", "importModuleSpecifierEnding": "js"}),
        );
        assert_eq!((vscode.quote, vscode.specifier, vscode.ending), (Some('\''), None, Some(EndingPreference::Js)));
        let tsserver = of(json!({"quotePreference": "auto", "importModuleSpecifierPreference": "non-relative"}));
        assert_eq!((tsserver.quote, tsserver.specifier), (None, Some(SpecifierPreference::NonRelative)));
        assert!(of(json!(7)).quote.is_none());
    }
}
