use globset::{Glob, GlobSet, GlobSetBuilder};
use std::path::{Path, PathBuf};

/// Which of several right spellings of an import is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SpecifierPreference {
    /// `./a`, always.
    Relative,
    /// Through `paths` or `baseUrl` wherever that is possible.
    NonRelative,
    /// Relative within a package or project, non-relative across.
    ProjectRelative,
}

/// How an import's path is to end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EndingPreference {
    /// `./a`, and `./folder` for its index.
    Minimal,
    /// `./folder/index`
    Index,
    /// `./a.js`
    Js,
}

/// How people say in their editor that imports are to be written. What they do not say is taken from the file and its neighbours.
#[derive(Clone, Debug, Default)]
pub struct ImportPreferences {
    /// `'` or `"`.
    pub quote: Option<char>,
    /// Which spelling.
    pub specifier: Option<SpecifierPreference>,
    /// Which ending.
    pub ending: Option<EndingPreference>,
    excluded: GlobSet,
}

impl ImportPreferences {
    /// Never import from files that match one of `patterns` (globs, absolute or below one of `roots`). What is no pattern is passed over.
    pub fn exclude(&mut self, patterns: &[String], roots: &[PathBuf]) {
        let mut set = GlobSetBuilder::new();
        for pattern in patterns {
            let everywhere = pattern.starts_with(['/', '*']);
            let bases = if everywhere { vec![pattern.clone()] } else { below(pattern, roots) };
            // A folder stands for all that is in it.
            for glob in bases.iter().flat_map(|b| [b.clone(), format!("{}/**", b.trim_end_matches('/'))]) {
                match Glob::new(&glob) {
                    Ok(glob) => _ = set.add(glob),
                    Err(e) => tracing::warn!(%e, "a pattern of files to import nothing from is not understood"),
                }
            }
        }
        self.excluded = set.build().unwrap_or_default();
    }

    /// Whether nothing is to be imported from `module`.
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
