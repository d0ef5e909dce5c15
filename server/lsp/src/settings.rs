use serde::Deserialize;
use serde_json::Value;

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
}

impl Settings {
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

/// What the client says once, at the start.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(crate) struct InitializationOptions {
    /// Whether commands may be run in this workspace. A client that says nothing is not asked to run anything by itself either.
    pub trusted: bool,
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
}
