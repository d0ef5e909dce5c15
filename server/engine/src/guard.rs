use fix::language;
use std::collections::HashMap;
use std::fmt;
use std::path::{Component, Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// Folders of version control; those of build output come from the languages.
const VERSION_CONTROL: &[&str] = &[".git", ".hg", ".svn"];
/// How much of a file is searched for the marker of generated files.
const HEAD: u64 = 4096;
/// Larger files are not edited: they are data or generated, and parsing them would cost more than it gives.
const MAX_SIZE: u64 = 16 << 20;

/// Why a file is not written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// It is not inside a root.
    Outside,
    /// A symbolic link leads out of the roots.
    LinkOut,
    /// It is inside a folder of build output, dependencies or version control.
    ForbiddenFolder(&'static str),
    /// A tool generates it: its name or its first comment tells.
    Generated,
    /// It is read-only.
    ReadOnly,
    /// It is too large.
    TooLarge(u64),
    /// It is not an ordinary file.
    NotAFile,
    /// It has several names (hard links), which replacing it would part.
    HardLinks,
    /// A symbolic link is on the way to it that was not there.
    Link,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outside => f.write_str("the file is outside the workspace"),
            Self::LinkOut => f.write_str("a symbolic link leads out of the workspace"),
            Self::ForbiddenFolder(name) => write!(f, "files in {name}/ are never written"),
            Self::Generated => f.write_str("the file is generated; change what generates it"),
            Self::ReadOnly => f.write_str("the file is read-only"),
            Self::TooLarge(size) => write!(f, "the file is too large to edit ({} MB)", size >> 20),
            Self::NotAFile => f.write_str("it is not an ordinary file"),
            Self::HardLinks => f.write_str("the file has several names (hard links), and writing it would part them"),
            Self::Link => f.write_str("there is a symbolic link now where there was none"),
        }
    }
}

/// Decides which files may be written: inside the roots after following links, not generated, not read-only.
pub struct WriteGuard {
    roots: Vec<PathBuf>,
    real_roots: Vec<PathBuf>,
    answers: Mutex<HashMap<PathBuf, Result<(), Refusal>>>,
    replaces: AtomicBool,
}

impl WriteGuard {
    /// For files below `roots`.
    pub fn new(roots: &[PathBuf]) -> Self {
        Self {
            roots: roots.to_vec(),
            real_roots: roots.iter().map(|r| r.canonicalize().unwrap_or_else(|_| r.clone())).collect(),
            answers: Mutex::default(),
            replaces: AtomicBool::new(false),
        }
    }

    /// From now on refuses files with several names, too: whoever writes with [`Store`](crate::Store) replaces files. Editors, which write
    /// fixes themselves, do not.
    pub fn refuse_hard_links(&self) {
        self.replaces.store(true, Ordering::Relaxed);
        self.forget();
    }

    /// Whether `path` may be written or created. Answers are kept; [`WriteGuard::forget`] drops them.
    ///
    /// # Errors
    /// The [`Refusal`].
    pub fn check(&self, path: &Path) -> Result<(), Refusal> {
        let mut answers = self.answers.lock().unwrap_or_else(|e| e.into_inner());
        if let Some(answer) = answers.get(path) {
            return answer.clone();
        }
        let answer = self.examine(path);
        answers.insert(path.to_path_buf(), answer.clone());
        answer
    }

    /// As [`WriteGuard::check`], for a path that had no links in it when it was noted: there must be none now.
    ///
    /// # Errors
    /// The [`Refusal`].
    pub(crate) fn check_without_links(&self, path: &Path) -> Result<(), Refusal> {
        let existing = path.ancestors().find(|p| p.symlink_metadata().is_ok());
        if existing.is_some_and(|p| p.canonicalize().is_ok_and(|real| real != p)) {
            return Err(Refusal::Link);
        }
        self.check(path)
    }

    /// Drops all answers.
    pub fn forget(&self) {
        self.answers.lock().unwrap_or_else(|e| e.into_inner()).clear();
    }

    fn examine(&self, path: &Path) -> Result<(), Refusal> {
        if !path.is_absolute() || path.components().any(|c| matches!(c, Component::ParentDir)) {
            return Err(Refusal::Outside);
        }
        let below = self.roots.iter().chain(&self.real_roots).find_map(|r| path.strip_prefix(r).ok());
        forbidden(below.ok_or(Refusal::Outside)?)?;
        // A file that is yet to be created is judged by the closest folder that exists.
        let existing = path.ancestors().find(|p| p.symlink_metadata().is_ok()).ok_or(Refusal::Outside)?;
        let Ok(real) = existing.canonicalize() else { return Err(Refusal::LinkOut) };
        let real_below = self.real_roots.iter().find_map(|r| real.strip_prefix(r).ok());
        forbidden(real_below.ok_or(Refusal::LinkOut)?)?;
        if is_generated_name(path) {
            return Err(Refusal::Generated);
        }
        if existing != path {
            return Ok(());
        }
        let Ok(metadata) = real.metadata() else { return Err(Refusal::NotAFile) };
        if !metadata.is_file() {
            return Err(Refusal::NotAFile);
        }
        if metadata.permissions().readonly() {
            return Err(Refusal::ReadOnly);
        }
        if self.replaces.load(Ordering::Relaxed) && names_of(&metadata) > 1 {
            return Err(Refusal::HardLinks);
        }
        if metadata.len() > MAX_SIZE {
            return Err(Refusal::TooLarge(metadata.len()));
        }
        let head = disk::head(&real, HEAD).unwrap_or_default();
        if is_generated_head(&head) { Err(Refusal::Generated) } else { Ok(()) }
    }
}

fn forbidden(below_root: &Path) -> Result<(), Refusal> {
    let languages = language::all();
    let forbidden = || VERSION_CONTROL.iter().chain(languages.iter().flat_map(|l| l.output_folders()));
    for component in below_root.parent().into_iter().flat_map(Path::components) {
        let name = component.as_os_str();
        if let Some(found) = forbidden().find(|f| name.eq_ignore_ascii_case(f)) {
            return Err(Refusal::ForbiddenFolder(found));
        }
    }
    Ok(())
}

fn is_generated_name(path: &Path) -> bool {
    let name = path.file_name().map(|n| n.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    language::all().iter().any(|l| l.is_generated_name(&name))
}

/// Whether the comment at the head says that the file is generated (Roslyn's rule: `<auto-generated` or `<autogenerated`; other tools:
/// `@generated`). Only the leading comment counts: a program may contain the marker in a string.
fn is_generated_head(head: &[u8]) -> bool {
    let utf16 = head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]);
    let text: String = if utf16 {
        head.iter().filter(|b| b.is_ascii() && **b != 0).map(|&b| b as char).collect()
    } else {
        String::from_utf8_lossy(head).trim_start_matches('\u{feff}').to_owned()
    };
    let mut rest = text.trim_start();
    loop {
        let (comment, after) = if rest.starts_with("//") {
            rest.split_once('\n').unwrap_or((rest, ""))
        } else if rest.starts_with("/*") {
            rest.split_once("*/").unwrap_or((rest, ""))
        } else if rest.starts_with('#') {
            // `#!`, `#pragma`, `#nullable` may stand before the comment.
            rest = rest.split_once('\n').map_or("", |(_, after)| after).trim_start();
            continue;
        } else {
            return false;
        };
        if ["<auto-generated", "<autogenerated", "@generated"].iter().any(|m| comment.contains(m)) {
            return true;
        }
        rest = after.trim_start();
    }
}

/// How many names a file has.
pub(crate) fn names_of(metadata: &std::fs::Metadata) -> u64 {
    #[cfg(unix)]
    {
        std::os::unix::fs::MetadataExt::nlink(metadata)
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn only_ordinary_sources_inside_the_roots_may_be_written() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("root");
        fs::create_dir_all(root.join("src")).unwrap();
        fs::create_dir_all(root.join("obj/x")).unwrap();
        fs::write(dir.path().join("outside.cs"), "class A {}").unwrap();
        let put = |name: &str, text: &str| {
            fs::write(root.join(name), text).unwrap();
            root.join(name)
        };
        let good = put("src/A.cs", "// A\nclass A { string s = \"<auto-generated\"; }");
        let auto = put("src/B.cs", "#nullable enable\n// <auto-generated/>\nclass B {}");
        let designer = put("src/F.Designer.cs", "/*\n <auto-generated>x</auto-generated> */ class F {}");
        let plain_designer = put("src/G.Designer.cs", "class G {}");
        let guard = WriteGuard::new(std::slice::from_ref(&root));
        assert_eq!(guard.check(&good), Ok(()));
        assert_eq!(guard.check(&auto), Err(Refusal::Generated));
        assert_eq!(guard.check(&designer), Err(Refusal::Generated));
        assert_eq!(guard.check(&plain_designer), Ok(()));
        assert_eq!(guard.check(&root.join("src/New.g.cs")), Err(Refusal::Generated));
        assert_eq!(guard.check(&root.join("new/folder/New.cs")), Ok(()));
        assert_eq!(guard.check(&root.join("obj/x/A.cs")), Err(Refusal::ForbiddenFolder("obj")));
        assert_eq!(guard.check(&root.join("../outside.cs")), Err(Refusal::Outside));
        assert_eq!(guard.check(&dir.path().join("outside.cs")), Err(Refusal::Outside));
        let mut read_only = fs::metadata(&plain_designer).unwrap().permissions();
        read_only.set_readonly(true);
        fs::set_permissions(&plain_designer, read_only).unwrap();
        guard.forget();
        assert_eq!(guard.check(&plain_designer), Err(Refusal::ReadOnly));
    }

    #[cfg(unix)]
    #[test]
    fn links_out_of_the_root_are_refused() {
        use std::os::unix::fs::symlink;
        let dir = tempfile::tempdir().unwrap();
        let (root, other) = (dir.path().join("root"), dir.path().join("other"));
        fs::create_dir_all(&root).unwrap();
        fs::create_dir_all(&other).unwrap();
        fs::write(other.join("A.cs"), "class A {}").unwrap();
        fs::write(root.join("B.cs"), "class B {}").unwrap();
        symlink(other.join("A.cs"), root.join("Link.cs")).unwrap();
        symlink(&other, root.join("folder")).unwrap();
        symlink(root.join("B.cs"), root.join("Inside.cs")).unwrap();
        symlink(root.join("nowhere.cs"), root.join("Dangling.cs")).unwrap();
        let guard = WriteGuard::new(std::slice::from_ref(&root));
        assert_eq!(guard.check(&root.join("Link.cs")), Err(Refusal::LinkOut));
        assert_eq!(guard.check(&root.join("folder/A.cs")), Err(Refusal::LinkOut));
        assert_eq!(guard.check(&root.join("folder/New.cs")), Err(Refusal::LinkOut));
        assert_eq!(guard.check(&root.join("Inside.cs")), Ok(()));
        assert_eq!(guard.check(&root.join("Dangling.cs")), Err(Refusal::LinkOut));
    }
}
