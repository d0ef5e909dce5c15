//! The source and project files of a folder.

use crate::languages::languages;
use std::path::{Path, PathBuf};

/// Larger files are generated.
const LARGEST: u64 = 4 << 20;

/// Source and project files below `root`, in order. Ignore files count (also without a repository around them); build output,
/// dependencies and repositories' own folders do not. Links are not followed. Ends early when `stop` says so.
pub(crate) fn walk(root: &Path, stop: &dyn Fn() -> bool) -> Vec<PathBuf> {
    let languages = languages();
    let folders = languages.clone();
    // Ignore files above the root count only within the repository that holds it: a `*` in a home folder must not hide everything.
    let in_repository = root.ancestors().any(|a| a.join(".git").exists());
    let walker = ignore::WalkBuilder::new(root)
        .hidden(false)
        .follow_links(false)
        .require_git(false)
        .parents(in_repository)
        .git_global(false)
        .ignore(true)
        .max_filesize(Some(LARGEST))
        .filter_entry(move |e| {
            let is_folder = e.file_type().is_some_and(|t| t.is_dir());
            !is_folder || e.depth() == 0 || folders.is_wanted_folder(e.path())
        })
        .build();
    let mut out: Vec<PathBuf> = walker
        .take_while(|_| !stop())
        .flatten()
        .filter(|e| e.file_type().is_some_and(|t| t.is_file()))
        .map(ignore::DirEntry::into_path)
        .filter(|p| languages.is_wanted_file(root, p))
        .collect();
    out.sort();
    out
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
        std::fs::write(root.path().join("huge.ts"), vec![b' '; LARGEST as usize + 1]).unwrap();
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
}
