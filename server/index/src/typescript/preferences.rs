use globset::{Glob, GlobSet, GlobSetBuilder};
use std::path::{Path, PathBuf};

/// The preferred form of import specifiers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SpecifierPreference {
    /// `./a`, always.
    Relative,
    /// Through `paths` or `baseUrl` wherever that is possible.
    NonRelative,
    /// Relative within a package or project, non-relative across.
    ProjectRelative,
}

/// The preferred ending of import paths.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EndingPreference {
    /// `./a`, and `./folder` for its index.
    Minimal,
    /// `./folder/index`
    Index,
    /// `./a.js`
    Js,
}

/// How imports are to be written, from the settings of the editor. What is not set is inferred from the file and from files near it.
#[derive(Clone, Debug, Default)]
pub struct ImportPreferences {
    /// `'` or `"`.
    pub quote: Option<char>,
    /// The form of specifiers.
    pub specifier: Option<SpecifierPreference>,
    /// The ending of paths.
    pub ending: Option<EndingPreference>,
    excluded: GlobSet,
}

impl ImportPreferences {
    /// Never import from files that match one of `patterns` (globs, absolute or below one of `roots`). Invalid patterns are ignored.
    pub fn exclude(&mut self, patterns: &[String], roots: &[PathBuf]) {
        let mut set = GlobSetBuilder::new();
        for pattern in patterns {
            let everywhere = pattern.starts_with(['/', '*']);
            let bases = if everywhere { vec![pattern.clone()] } else { below(pattern, roots) };
            // A folder means all files in it.
            for glob in bases.iter().flat_map(|b| [b.clone(), format!("{}/**", b.trim_end_matches('/'))]) {
                match Glob::new(&glob) {
                    Ok(glob) => _ = set.add(glob),
                    Err(e) => tracing::warn!(%e, "a pattern of files to import nothing from is not understood"),
                }
            }
        }
        self.excluded = set.build().unwrap_or_default();
    }

    /// Whether imports from `module` are excluded.
    pub fn excludes(&self, module: &Path) -> bool {
        self.excluded.is_match(module)
    }
}

fn below(pattern: &str, roots: &[PathBuf]) -> Vec<String> {
    let plain = pattern.trim_start_matches("./");
    roots.iter().filter_map(|r| Some(format!("{}/{plain}", globset::escape(r.to_str()?)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_hold_below_the_roots_or_everywhere() {
        let mut preferences = ImportPreferences::default();
        let patterns = ["src/gen".to_owned(), "/**/aws-sdk".to_owned(), "**/*.gen.ts".to_owned(), "[".to_owned()];
        preferences.exclude(&patterns, &[PathBuf::from("/w")]);
        for path in ["/w/src/gen", "/w/src/gen/a.ts", "/w/node_modules/aws-sdk/index.d.ts", "/x/y.gen.ts"] {
            assert!(preferences.excludes(Path::new(path)), "{path}");
        }
        for path in ["/w/src/general.ts", "/v/src/gen/a.ts", "/w/aws-sdk-2/a.ts"] {
            assert!(!preferences.excludes(Path::new(path)), "{path}");
        }
    }
}
