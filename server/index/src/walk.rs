//! The source and project files of a folder.

use crate::languages::languages;
use crate::wild::{MOST_WILD, is_wild};
use disk::Kind;
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The crate `ignore` would open ignore files itself, whatever they are: its matcher is used, and not its walk.
const IGNORE: &str = ".ignore";
const GIT_IGNORE: &str = ".gitignore";
/// Patterns of one ignore file that count, and the bytes of each. Written by hand, there are hundreds.
const MOST_PATTERNS: usize = 10_000;
const LONGEST_PATTERN: usize = 1 << 10;
/// Folders below the root: the system walks the whole path for each question about a file.
const DEEPEST: usize = 128;
/// Source and project files below `root`, in order. Ignore files count (also without a repository around them); build output,
/// dependencies and repositories' own folders do not. Links are not followed. What is larger than sources are read is generated. Ends early when `stop`
/// says so.
pub(crate) fn walk(root: &Path, stop: &dyn Fn() -> bool) -> Vec<PathBuf> {
    let languages = languages();
    let mut out = Vec::new();
    let mut folders = vec![(root.to_path_buf(), Rules::above(root), 0)];
    while let Some((folder, rules, depth)) = folders.pop().filter(|_| !stop()) {
        let entries: Vec<_> = disk::list(&folder).collect();
        let rules = Rules::of_folder(&folder, entries.iter().filter(|(_, t)| t.is_file()).map(|(p, _)| p), rules);
        for (path, kind) in entries {
            if !(kind.is_dir() || kind.is_file() && languages.is_wanted_file(root, &path))
                || rules.ignore(&path, kind.is_dir())
            {
                continue;
            }
            if kind.is_dir() {
                if depth < DEEPEST && languages.is_wanted_folder(&path) {
                    folders.push((path, rules.clone(), depth + 1));
                }
            } else if disk::stamp(&path).is_some_and(|(size, _)| size <= Kind::Source.limit()) {
                out.push(path);
            }
        }
    }
    out.sort();
    out
}

/// The ignore files that hold for a folder, the nearest first.
#[derive(Clone, Default)]
struct Rules(Option<Arc<Level>>);

/// The ignore files of one folder.
struct Level {
    /// `.ignore`, `.gitignore`, `.git/info/exclude`: a match in a file of one name counts before all of the next.
    matchers: [Gitignore; 3],
    above: Rules,
}

impl Rules {
    /// Those of the folders above `root`, within the repository that holds it: a `*` in a home folder must not hide everything.
    fn above(root: &Path) -> Self {
        let Some(top) = root.ancestors().find(|a| disk::exists(&a.join(".git"))) else { return Self::default() };
        let mut folders: Vec<&Path> = root.ancestors().skip(1).take_while(|a| a.starts_with(top)).collect();
        folders.reverse();
        folders.into_iter().fold(Self::default(), |rules, folder| {
            let files = [IGNORE, GIT_IGNORE].map(|name| folder.join(name));
            Self::of_folder(folder, files.iter(), rules)
        })
    }

    /// `above`, and those among the `files` of `folder`.
    fn of_folder<'a>(folder: &Path, files: impl Iterator<Item = &'a PathBuf>, above: Self) -> Self {
        let mut matchers = [Gitignore::empty(), Gitignore::empty(), Gitignore::empty()];
        for file in files {
            match file.file_name().and_then(|n| n.to_str()) {
                Some(IGNORE) => matchers[0] = matcher(folder, file),
                Some(GIT_IGNORE) => matchers[1] = matcher(folder, file),
                _ => {}
            }
        }
        if let Some(git) = git_folder(folder) {
            matchers[2] = matcher(folder, &git.join("info/exclude"));
        }
        if matchers.iter().all(Gitignore::is_empty) {
            return above;
        }
        Self(Some(Arc::new(Level { matchers, above })))
    }

    fn ignore(&self, path: &Path, is_folder: bool) -> bool {
        for kind in 0..3 {
            let mut next = self.0.as_ref();
            while let Some(level) = next {
                match level.matchers[kind].matched(path, is_folder) {
                    Match::None => next = level.above.0.as_ref(),
                    found => return found.is_ignore(),
                }
            }
        }
        false
    }
}

/// What an ignore file says of the files below `folder`; nothing when it cannot be read.
fn matcher(folder: &Path, file: &Path) -> Gitignore {
    let Ok(bytes) = disk::read(file, Kind::Settings) else { return Gitignore::empty() };
    let text = String::from_utf8_lossy(&bytes);
    let mut builder = GitignoreBuilder::new(folder);
    let lines = text.trim_start_matches('\u{feff}').lines();
    let mut wild = 0;
    for line in lines.filter(|l| l.len() <= LONGEST_PATTERN).take(MOST_PATTERNS) {
        wild += if is_wild(line) { line.len() } else { 0 };
        if wild > MOST_WILD {
            break;
        }
        // A pattern that cannot be read matches nothing.
        let _ = builder.add_line(None, line);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

/// Where the repository with this work tree keeps what holds for all of its work trees.
fn git_folder(work_tree: &Path) -> Option<PathBuf> {
    let git = work_tree.join(".git");
    if disk::is_folder(&git) {
        return Some(git);
    }
    // A linked work tree: gitrepository-layout(5).
    let own = disk::read_text(&git, Kind::Settings).ok()?;
    let own = work_tree.join(own.strip_prefix("gitdir:")?.trim());
    let common = disk::read_text(&own.join("commondir"), Kind::Settings).ok()?;
    Some(own.join(common.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        root
    }

    fn names(root: &Path) -> Vec<String> {
        walk(root, &|| false)
            .iter()
            .map(|p| p.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/"))
            .collect()
    }

    #[test]
    fn sources_and_project_files_and_nothing_else() {
        let root = tree(&[
            ("a.cs", ""),
            ("App/App.csproj", ""),
            ("App/obj/Gen.cs", ""),
            ("App/bin/Debug/x.json", ""),
            ("App/readme.md", ""),
            ("App/.editorconfig", ""),
            ("tool/bin/cli.ts", ""),
            ("tool/bin/gen.cs", ""),
            ("tool/package.json", ""),
            ("node_modules/x/index.d.ts", ""),
            (".git/config.json", ""),
            (".github/x.ts", ""),
            (".gitignore", "ignored/\n*.g.cs\n"),
            ("ignored/b.cs", ""),
            ("c.g.cs", ""),
            ("sub/.gitignore", "!c.g.cs\nd.ts\n"),
            ("sub/c.g.cs", ""),
            ("sub/d.ts", ""),
            ("All.sln", ""),
            ("Directory.Build.props", ""),
        ]);
        std::fs::write(root.path().join("huge.ts"), vec![b' '; Kind::Source.limit() as usize + 1]).unwrap();
        let expected = [
            ".github/x.ts",
            "All.sln",
            "App/.editorconfig",
            "App/App.csproj",
            "Directory.Build.props",
            "a.cs",
            "sub/c.g.cs",
            "tool/bin/cli.ts",
            "tool/package.json",
        ];
        assert_eq!(names(root.path()), expected);
    }

    #[test]
    fn an_ignore_file_above_counts_only_within_a_repository() {
        let root = tree(&[(".gitignore", "*\n"), ("w/a.cs", "")]);
        assert_eq!(names(&root.path().join("w")), ["a.cs"]);
        let root = tree(&[(".gitignore", "b.cs\n"), (".git/HEAD", ""), ("w/a.cs", ""), ("w/b.cs", "")]);
        assert_eq!(names(&root.path().join("w")), ["a.cs"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let outside = tree(&[("o.cs", "")]);
        let root = tree(&[("a.cs", "")]);
        std::os::unix::fs::symlink(outside.path(), root.path().join("out")).unwrap();
        std::os::unix::fs::symlink(outside.path().join("o.cs"), root.path().join("o.cs")).unwrap();
        std::os::unix::fs::symlink(root.path(), root.path().join("again")).unwrap();
        assert_eq!(names(root.path()), ["a.cs"]);
    }

    #[test]
    fn ignore_files_count_before_those_of_git_and_near_ones_before_far_ones() {
        let root = tree(&[
            (".gitignore", "a.cs\nb.cs\n"),
            (".ignore", "!b.cs\nc.cs\n"),
            (".git/info/exclude", "d.cs\n!a.cs\n"),
            ("a.cs", ""),
            ("b.cs", ""),
            ("c.cs", ""),
            ("d.cs", ""),
            ("near/.gitignore", "!a.cs\n"),
            ("near/a.cs", ""),
            ("near/c.cs", ""),
        ]);
        assert_eq!(names(root.path()), ["b.cs", "near/a.cs"]);
        // A linked work tree has the exclusions of its repository.
        let linked = tree(&[("a.cs", ""), ("d.cs", "")]);
        let own = root.path().join(".git/worktrees/w");
        std::fs::create_dir_all(&own).unwrap();
        std::fs::write(own.join("commondir"), "../..\n").unwrap();
        std::fs::write(linked.path().join(".git"), format!("gitdir: {}\n", own.display())).unwrap();
        assert_eq!(names(linked.path()), ["a.cs"]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn ignore_files_that_are_no_files_are_not_opened() {
        use rustix::fs::{CWD, FileType, Mode, mknodat};
        let root = tree(&[("a/a.cs", ""), ("b/b.cs", ""), ("c/c.cs", ""), (".git/HEAD", "")]);
        let at = |name: &str| root.path().join(name);
        let pipe = |name: &str| mknodat(CWD, at(name), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        for name in [".gitignore", "a/.gitignore", "b/.ignore", "a/p.cs"] {
            pipe(name);
        }
        std::fs::create_dir(at(".git/info")).unwrap();
        pipe(".git/info/exclude");
        std::os::unix::fs::symlink("/dev/zero", at("c/.gitignore")).unwrap();
        std::os::unix::fs::symlink("/dev/zero", at("c/zero.cs")).unwrap();
        assert_eq!(names(root.path()), ["a/a.cs", "b/b.cs", "c/c.cs"]);
        // Also above the root.
        assert_eq!(names(&at("a")), ["a.cs"]);
    }
}
