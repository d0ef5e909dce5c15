//! Which files of a folder are sources or project files.

use std::path::{Path, PathBuf};
use syntax::Language;

/// Larger files are no sources that anybody wrote.
const LARGEST: u64 = 4 << 20;

/// Source and project files below `root`, in order. Ignore files count (also without a repository around them); build output,
/// `node_modules` and repositories' own folders do not. Links are not followed.
pub(crate) fn walk(root: &Path) -> Vec<PathBuf> {
    // Ignore files above the root count only within the repository that holds it: `*` in somebody's home is of no concern.
    let in_repository = root.ancestors().any(|a| a.join(".git").exists());
    let walker = ignore::WalkBuilder::new(root)
        .hidden(false)
        .follow_links(false)
        .require_git(false)
        .parents(in_repository)
        .git_global(false)
        .ignore(true)
        .max_filesize(Some(LARGEST))
        .filter_entry(|e| !e.file_type().is_some_and(|t| t.is_dir()) || e.depth() == 0 || is_wanted_folder(e.path()))
        .build();
    let mut out: Vec<PathBuf> = walker
        .flatten()
        .filter(|e| e.file_type().is_some_and(|t| t.is_file()))
        .map(ignore::DirEntry::into_path)
        .filter(|p| is_wanted_file(root, p))
        .collect();
    out.sort();
    out
}

/// Whether a file that has just appeared below `root` would be found by [`walk`], ignore files aside.
pub(crate) fn is_wanted(root: &Path, path: &Path) -> bool {
    let folders = path.ancestors().skip(1).take_while(|f| *f != root);
    let plain = !path.components().any(|c| matches!(c, std::path::Component::ParentDir));
    plain && is_wanted_file(root, path) && folders.into_iter().all(is_wanted_folder)
}

fn is_wanted_folder(path: &Path) -> bool {
    match path.file_name().and_then(|n| n.to_str()) {
        Some(".git" | ".hg" | ".svn" | ".vs" | "node_modules") => false,
        Some("bin" | "obj") => !is_build_output(path),
        _ => true,
    }
}

/// Whether a `bin` or `obj` folder is a .NET project's: other trees keep sources in folders of these names.
fn is_build_output(path: &Path) -> bool {
    path.join("project.assets.json").exists() || path.parent().is_some_and(has_project)
}

fn has_project(folder: &Path) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.into_iter().any(|e| {
        let path = e.path();
        let extension = path.extension().and_then(|e| e.to_str());
        extension.is_some_and(|e| matches!(e.to_ascii_lowercase().as_str(), "csproj" | "fsproj" | "vbproj"))
    })
}

fn is_wanted_file(root: &Path, path: &Path) -> bool {
    if let Some(language) = Language::of_path(path) {
        // C# in folders of these names is generated (the SDK's default items leave them out, too).
        let inside = path.strip_prefix(root).unwrap_or(path).parent();
        let output = |p: &Path| p.components().any(|c| matches!(c.as_os_str().to_str(), Some("bin" | "obj")));
        return language != Language::CSharp || !inside.is_some_and(output);
    }
    let Some(name) = path.file_name().and_then(|n| n.to_str()).map(str::to_ascii_lowercase) else { return false };
    let extension = name.rsplit_once('.').map_or("", |(_, e)| e);
    matches!(
        extension,
        "csproj" | "props" | "targets" | "sln" | "slnx" | "slnf" | "editorconfig" | "globalconfig" | "json"
    ) || matches!(name.as_str(), "nuget.config" | "packages.config" | "buildfix.toml" | "pnpm-workspace.yaml")
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
        walk(root).iter().map(|p| p.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/")).collect()
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
