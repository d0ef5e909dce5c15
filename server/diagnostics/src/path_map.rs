use crate::suffixes::{self, Suffixes};
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::{Path, PathBuf};

/// Whether names that differ in case only are one file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CaseHandling {
    /// Linux.
    Sensitive,
    /// Windows and, by default, macOS.
    Insensitive,
}

/// Which file of the workspace a printed path means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Mapped {
    /// This one.
    File(PathBuf),
    /// One of these; the log does not say which.
    Ambiguous(Vec<PathBuf>),
    /// A file outside the workspace.
    Outside,
    /// A file that is not in the workspace, or no longer.
    Missing,
    /// Not a path that is followed.
    Refused(Refusal),
}

/// Why a printed path is not followed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// Nothing is printed.
    #[error("the path is empty")]
    Empty,
    /// More than 4096 bytes.
    #[error("the path is too long")]
    TooLong,
    /// NUL, other control characters, or what could not be decoded.
    #[error("the path holds characters that no path has")]
    Characters,
    /// Another scheme than `file:`.
    #[error("the URI does not name a file")]
    Scheme,
}

const MAX_PATH: usize = 4096;
/// Foreign folders that are learned.
const MAX_PREFIXES: usize = 64;
/// More candidates are not listed.
const MAX_AMBIGUOUS: usize = 20;

/// Finds files of a workspace by the paths that a build printed, here or on another machine.
///
/// A foreign path maps to the one file whose whole workspace path it ends with, or below a prefix that other paths of the log
/// have shown to be the workspace; an ambiguous one maps to nothing. Pure: it maps to files of its list and to no others.
#[derive(Debug)]
pub struct PathMap {
    root: PathBuf,
    /// The root's components.
    root_parts: Vec<String>,
    case: CaseHandling,
    /// Workspace-relative paths with `/`.
    files: Vec<String>,
    /// The files by how their paths end.
    exact: Suffixes,
    /// The same without case.
    folded: Suffixes,
    /// Foreign folders that correspond to a folder of the workspace, as learned: (foreign, local).
    prefixes: Vec<(Vec<String>, String)>,
    /// The folder in which the build ran, as learned from relative paths.
    working_folder: Option<String>,
}

/// A printed path, parsed.
struct Printed {
    parts: Vec<String>,
    absolute: bool,
    /// Drive letter, UNC or backslashes: names compare without case when nothing matches exactly.
    windows: bool,
    /// Leading `..` that are left.
    up: usize,
}

impl PathMap {
    /// A map over `root_files` (relative to `root`, any separator).
    pub fn new<S: AsRef<str>>(
        root_files: impl IntoIterator<Item = S>,
        root: impl AsRef<Path>,
        case: CaseHandling,
    ) -> Self {
        let root = root.as_ref().to_path_buf();
        let root_parts = split(&root.to_string_lossy()).map(|p| p.parts).unwrap_or_default();
        let files: Vec<String> = root_files.into_iter().map(|f| f.as_ref().replace('\\', "/")).collect();
        let exact = Suffixes::new(files.iter());
        let folded = Suffixes::new(files.iter().map(|f| fold(f)));
        Self { root, root_parts, case, files, exact, folded, prefixes: Vec::new(), working_folder: None }
    }

    /// Learns from all paths of one log which folders of the workspace its folders are. Call it before [`Self::map`]; each call
    /// drops what was learned from another log.
    pub fn learn<S: AsRef<str>>(&mut self, printed: impl IntoIterator<Item = S>) {
        self.prefixes.clear();
        self.working_folder = None;
        let mut votes: FxHashMap<(Vec<String>, String), u32> = FxHashMap::default();
        let mut relative: FxHashMap<String, u32> = FxHashMap::default();
        let mut seen = FxHashSet::default();
        for path in printed {
            let path = path.as_ref();
            if !seen.insert(path.to_owned()) {
                continue;
            }
            let Ok(printed) = split(path) else { continue };
            if printed.absolute {
                if self.below_root(&printed).is_some() {
                    continue;
                }
                // Whole workspace paths first; parts of one only when at least two folders and the name agree.
                let whole = self.endings(&printed);
                match whole.as_slice() {
                    [one] => {
                        let depth = self.files[*one as usize].split('/').count();
                        let foreign = printed.parts[..printed.parts.len() - depth].to_vec();
                        *votes.entry((foreign, String::new())).or_default() += if depth > 1 { 4 } else { 1 };
                    }
                    [] => {
                        if let Some((file, depth)) = self.longest_partial(&printed).filter(|(_, depth)| *depth >= 3) {
                            let parts: Vec<&str> = self.files[file as usize].split('/').collect();
                            let local = parts[..parts.len() - depth].join("/");
                            let foreign = printed.parts[..printed.parts.len() - depth].to_vec();
                            *votes.entry((foreign, local)).or_default() += 2;
                        }
                    }
                    _ => {}
                }
            } else if printed.up == 0 {
                let exact = self.exact(&printed.parts.join("/"), printed.windows);
                if !exact.is_empty() {
                    *relative.entry(String::new()).or_default() += 1;
                } else if let [one] = self.ending_with(&printed).as_slice() {
                    let parts: Vec<&str> = self.files[*one as usize].split('/').collect();
                    let local = parts[..parts.len() - printed.parts.len()].join("/");
                    *relative.entry(local).or_default() += 1;
                }
            }
        }
        // The prefix with most files, then others that do not contradict it.
        let mut votes: Vec<_> = votes.into_iter().collect();
        votes.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        for ((foreign, local), _) in votes {
            if self.prefixes.len() == MAX_PREFIXES {
                break;
            }
            let contradicts =
                self.prefixes.iter().any(|(known, _)| known.starts_with(&foreign) || foreign.starts_with(known));
            if !contradicts {
                self.prefixes.push((foreign, local));
            }
        }
        let mut relative = relative.into_iter();
        if let (Some((folder, count)), None) = (relative.next(), relative.next())
            && (count >= 2 || folder.is_empty())
        {
            self.working_folder = Some(folder);
        }
    }

    /// The file that `printed` means. `base`: the folder to which it is relative (the log's working directory, or the
    /// folder of a `.tsbuildinfo`), where known.
    pub fn map(&self, printed: &str, base: Option<&Path>) -> Mapped {
        let mapped = self.map_whole(printed, base);
        if matches!(mapped, Mapped::File(_) | Mapped::Ambiguous(_)) {
            return mapped;
        }
        // What a service prints before its lines may have become part of the path.
        match after_unknown_prefix(printed).map(|path| self.map_whole(path, base)) {
            Some(file @ Mapped::File(_)) => file,
            _ => mapped,
        }
    }

    fn map_whole(&self, printed: &str, base: Option<&Path>) -> Mapped {
        let path = match split(printed) {
            Ok(path) => path,
            Err(refusal) => return Mapped::Refused(refusal),
        };
        let mapped = if path.absolute { self.map_absolute(&path) } else { self.map_relative(&path, base) };
        // `%20` in a plain path is a file's own name first, and an escape second.
        if mapped == Mapped::Missing
            && let Some(decoded) = percent_decode(printed).filter(|d| d != printed)
            && let file @ Mapped::File(_) = self.map_whole(&decoded.replace('%', "\u{1}"), base)
        {
            return file;
        }
        mapped
    }

    fn map_absolute(&self, path: &Printed) -> Mapped {
        if let Some(rest) = self.below_root(path) {
            return self.answer(self.exact(&rest.join("/"), path.windows), Mapped::Missing);
        }
        for (foreign, local) in &self.prefixes {
            if let Some(rest) = strip_parts(&path.parts, foreign, path.windows || self.insensitive()) {
                return self.answer(self.exact(&join(local, &rest.join("/")), path.windows), Mapped::Missing);
            }
        }
        if self.prefixes.is_empty() {
            let whole = self.endings(path);
            if let Some(longest) = whole.iter().map(|i| self.files[*i as usize].len()).max() {
                let best = whole.into_iter().filter(|i| self.files[*i as usize].len() == longest).collect();
                return self.answer(best, Mapped::Outside);
            }
            if let Some((file, depth)) = self.longest_partial(path)
                && depth >= 3
            {
                return self.answer(vec![file], Mapped::Outside);
            }
        }
        Mapped::Outside
    }

    fn map_relative(&self, path: &Printed, base: Option<&Path>) -> Mapped {
        if let Some(base) = base {
            // Exactly below the base, and nowhere else, when the base is known to be right.
            let mut whole = match split(&base.to_string_lossy()) {
                Ok(base) if base.absolute => base,
                Ok(base) => Printed {
                    parts: [&self.root_parts[..], &base.parts].concat(),
                    absolute: true,
                    windows: false,
                    up: 0,
                },
                Err(refusal) => return Mapped::Refused(refusal),
            };
            if whole.parts.len() < path.up {
                return Mapped::Outside;
            }
            whole.parts.truncate(whole.parts.len() - path.up);
            whole.parts.extend_from_slice(&path.parts);
            whole.windows |= path.windows;
            match self.map_absolute(&whole) {
                Mapped::Missing if path.up == 0 => {}
                mapped => return mapped,
            }
        }
        if path.up == 0 {
            let exact = self.exact(&path.parts.join("/"), path.windows);
            let elsewhere = self.working_folder.as_deref().filter(|f| !f.is_empty());
            if let Some(folder) = elsewhere {
                let there = self.exact(&join(folder, &path.parts.join("/")), path.windows);
                if !there.is_empty() {
                    return self.answer(there, Mapped::Missing);
                }
            }
            if !exact.is_empty() {
                return self.answer(exact, Mapped::Missing);
            }
        } else if path.parts.len() < 2 {
            return Mapped::Outside;
        }
        self.answer(self.ending_with(path), if path.up == 0 { Mapped::Missing } else { Mapped::Outside })
    }

    fn answer(&self, mut found: Vec<u32>, none: Mapped) -> Mapped {
        found.sort_unstable();
        found.dedup();
        let path = |i: &u32| self.root.join(&self.files[*i as usize]);
        match found.as_slice() {
            [] => none,
            [one] => Mapped::File(path(one)),
            many => Mapped::Ambiguous(many.iter().take(MAX_AMBIGUOUS).map(path).collect()),
        }
    }

    fn insensitive(&self) -> bool {
        self.case == CaseHandling::Insensitive
    }

    /// The components below the workspace root, when the path is there.
    fn below_root<'p>(&self, path: &'p Printed) -> Option<&'p [String]> {
        if self.root_parts.is_empty() {
            return None;
        }
        strip_parts(&path.parts, &self.root_parts, self.insensitive())
    }

    /// Files with this workspace path.
    fn exact(&self, relative: &str, windows: bool) -> Vec<u32> {
        let key = suffixes::key(relative.rsplit('/'));
        let exact: Vec<u32> = self.exact.equal(&key).collect();
        if exact.is_empty() && (windows || self.insensitive()) {
            return self.folded.equal(&fold(&key)).take(MAX_AMBIGUOUS + 1).collect();
        }
        exact
    }

    /// Searches with exact names, and without case only when that finds nothing and case may not matter.
    fn search(&self, path: &Printed, find: impl Fn(&Suffixes, &str) -> Vec<u32>) -> Vec<u32> {
        let key = suffixes::key(path.parts.iter().rev().map(String::as_str));
        let found = if self.insensitive() { Vec::new() } else { find(&self.exact, &key) };
        if found.is_empty() && (path.windows || self.insensitive()) { find(&self.folded, &fold(&key)) } else { found }
    }

    /// Files whose whole workspace path the printed path ends with.
    fn endings(&self, path: &Printed) -> Vec<u32> {
        self.search(path, |files, key| files.endings(key, MAX_AMBIGUOUS + 1))
    }

    /// Files that end with the whole printed path.
    fn ending_with(&self, path: &Printed) -> Vec<u32> {
        self.search(path, |files, key| files.ending_with(key).take(MAX_AMBIGUOUS + 1).collect())
    }

    /// The one file that agrees in most trailing components, and in how many.
    fn longest_partial(&self, path: &Printed) -> Option<(u32, usize)> {
        let key = suffixes::key(path.parts.iter().rev().map(String::as_str));
        if path.windows || self.insensitive() { self.folded.longest(&fold(&key)) } else { self.exact.longest(&key) }
    }
}

/// The absolute path at the end of `printed`: from the last drive letter, else from the first `/` behind white space or a closing bracket.
fn after_unknown_prefix(printed: &str) -> Option<&str> {
    let bytes = printed.as_bytes();
    let ends_word = |at: usize| at > 0 && (bytes[at - 1].is_ascii_whitespace() || b"]>)|:\"'".contains(&bytes[at - 1]));
    let drive = |at: &usize| {
        let at = *at;
        ends_word(at)
            && bytes[at].is_ascii_alphabetic()
            && bytes[at + 1] == b':'
            && matches!(bytes[at + 2], b'\\' | b'/')
    };
    let start = (0..bytes.len().saturating_sub(2)).rev().find(drive);
    let start =
        start.or_else(|| (0..bytes.len()).find(|at| bytes[*at] == b'/' && ends_word(*at) && bytes[at - 1] != b':'))?;
    printed.get(start..)
}

fn join(folder: &str, rest: &str) -> String {
    if folder.is_empty() { rest.to_owned() } else { format!("{folder}/{rest}") }
}
fn fold(s: &str) -> String {
    s.to_lowercase()
}
fn eq(a: &str, b: &str, fold_case: bool) -> bool {
    a == b || (fold_case && fold(a) == fold(b))
}
fn strip_parts<'p>(path: &'p [String], prefix: &[String], fold_case: bool) -> Option<&'p [String]> {
    let matches = path.len() > prefix.len() && prefix.iter().zip(path).all(|(a, b)| eq(a, b, fold_case));
    matches.then(|| &path[prefix.len()..])
}

fn split(printed: &str) -> Result<Printed, Refusal> {
    let printed = printed.trim();
    if printed.is_empty() {
        return Err(Refusal::Empty);
    }
    if printed.len() > MAX_PATH {
        return Err(Refusal::TooLong);
    }
    // U+0001 replaces a literal percent sign of a path that was decoded already.
    if printed.chars().any(|c| (c.is_control() && c != '\u{1}') || c == char::REPLACEMENT_CHARACTER) {
        return Err(Refusal::Characters);
    }
    let decoded;
    let mut rest = printed;
    let mut uri = false;
    if let Some(scheme_end) = printed.find("://") {
        if !printed[..scheme_end].eq_ignore_ascii_case("file") {
            return Err(Refusal::Scheme);
        }
        decoded = percent_decode(&printed[scheme_end + 3..]).ok_or(Refusal::Characters)?;
        if decoded.chars().any(char::is_control) {
            return Err(Refusal::Characters);
        }
        uri = true;
        // `file:///c:/x`, `file:///home/x`, `file://server/share/x`
        rest = &decoded;
    }
    let unix_name = rest.replace('\u{1}', "%");
    let mut windows = rest.contains('\\');
    let text = unix_name.replace('\\', "/");
    let mut text = text.as_str();
    if let Some(extended) = text.strip_prefix("//?/").or_else(|| text.strip_prefix("//./")) {
        text = extended.strip_prefix("UNC").unwrap_or(extended);
    }
    let mut absolute = uri || text.starts_with('/');
    let drive = text.trim_start_matches('/');
    if let [letter, b':', rest @ ..] = drive.as_bytes()
        && letter.is_ascii_alphabetic()
    {
        // `C:name` is relative to an unknown folder.
        if !rest.is_empty() && rest[0] != b'/' {
            return Err(Refusal::Scheme);
        }
        (windows, absolute) = (true, true);
        text = drive;
    }
    let mut parts: Vec<String> = Vec::new();
    let mut up = 0;
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if parts.pop().is_none() {
                    up += 1;
                }
            }
            part => parts.push(part.to_owned()),
        }
    }
    if parts.is_empty() {
        return Err(Refusal::Empty);
    }
    Ok(Printed { parts, absolute, windows, up: if absolute { 0 } else { up } })
}

/// `None` when the escapes are not UTF-8.
pub(crate) fn percent_decode(s: &str) -> Option<String> {
    let bytes = s.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let digit = |at: usize| bytes.get(at).and_then(|b| (*b as char).to_digit(16));
        match (bytes[i], digit(i + 1), digit(i + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                i += 3;
            }
            (b, ..) => {
                out.push(b);
                i += 1;
            }
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map_of(files: &[&str]) -> PathMap {
        PathMap::new(files, "/w", CaseHandling::Sensitive)
    }
    fn file(path: &str) -> Mapped {
        Mapped::File(PathBuf::from("/w").join(path))
    }

    #[test]
    fn foreign_paths_map_by_their_longest_suffix() {
        let map = map_of(&["src/A.cs", "A.cs", "src/deep/B.cs", "my dir/C.cs"]);
        for printed in
            ["/home/x/proj/src/A.cs", r"D:\a\1\s\src\A.cs", r"\\srv\share\src\A.cs", "file:///c%3A/p/src/A.cs"]
        {
            assert_eq!(map.map(printed, None), file("src/A.cs"), "{printed}");
        }
        assert_eq!(map.map("file:///p/my%20dir/C.cs", None), file("my dir/C.cs"));
        assert_eq!(map.map(r"D:\a\SRC\a.CS", None), file("src/A.cs"));
        assert_eq!(map.map("/home/x/SRC/DEEP/B.cs", None), Mapped::Outside);
        assert_eq!(map.map("/w/src/A.cs", None), file("src/A.cs"));
        assert_eq!(map.map("/w/src/Gone.cs", None), Mapped::Missing);
    }

    #[test]
    fn a_path_is_found_behind_what_no_parser_knows() {
        let map = map_of(&["src/App/Work.cs"]);
        for printed in
            ["agent 7 said: C:\\ci\\src\\App\\Work.cs", "[x]\t/home/ci/src/App/Work.cs", "<p>/home/ci/src/App/Work.cs"]
        {
            assert_eq!(map.map(printed, None), file("src/App/Work.cs"), "{printed}");
        }
        assert!(!matches!(map.map("say /etc/Work.cs", None), Mapped::File(_)));
    }

    #[test]
    fn a_name_alone_is_no_evidence() {
        let map = map_of(&["tests/A.cs"]);
        assert_eq!(map.map("/home/x/src/A.cs", None), Mapped::Outside);
    }

    #[test]
    fn the_prefix_is_learned_from_clear_cases_and_decides_unclear_ones() {
        let mut map = map_of(&["src/A.cs", "A.cs", "src/src/A.cs", "src/Only.cs"]);
        map.learn(["/home/x/proj/src/Only.cs", "/home/x/proj/src/A.cs", "/home/x/proj/A.cs"]);
        assert_eq!(map.map("/home/x/proj/A.cs", None), file("A.cs"));
        assert_eq!(map.map("/home/x/proj/src/A.cs", None), file("src/A.cs"));
        assert_eq!(map.map("/home/x/proj/gone/A.cs", None), Mapped::Missing);
        assert_eq!(map.map("/usr/share/src/A.cs", None), Mapped::Outside);
    }

    #[test]
    fn a_workspace_above_the_build_is_found_by_three_components() {
        let mut map = map_of(&["mono/proj/src/A.cs", "mono/proj/B.cs", "other/B.cs"]);
        map.learn(["/ci/proj/src/A.cs", "/ci/proj/B.cs"]);
        assert_eq!(map.map("/ci/proj/src/A.cs", None), file("mono/proj/src/A.cs"));
        assert_eq!(map.map("/ci/proj/B.cs", None), file("mono/proj/B.cs"));
    }

    #[test]
    fn relative_paths_go_from_their_base_and_are_never_guessed() {
        let mut map = map_of(&["packages/a/src/x.ts", "packages/b/src/x.ts", "packages/a/src/y.ts", "packages/a/z.ts"]);
        assert_eq!(map.map("src/x.ts", Some(Path::new("/w/packages/b"))), file("packages/b/src/x.ts"));
        assert_eq!(map.map("../a/z.ts", Some(Path::new("/w/packages/b"))), file("packages/a/z.ts"));
        assert_eq!(map.map("../../../../etc/passwd", Some(Path::new("/w/packages/b"))), Mapped::Outside);
        assert_eq!(
            map.map("src/x.ts", None),
            Mapped::Ambiguous(vec!["/w/packages/a/src/x.ts".into(), "/w/packages/b/src/x.ts".into()])
        );
        map.learn(["src/x.ts", "src/y.ts", "z.ts"]);
        assert_eq!(map.map("src/x.ts", None), file("packages/a/src/x.ts"));
        assert_eq!(map.map("./src/y.ts", None), file("packages/a/src/y.ts"));
        assert_eq!(map.map("../y.ts", None), Mapped::Outside);
        assert_eq!(map.map("gone.ts", None), Mapped::Missing);
    }

    /// Many files of one name, as many printed paths, all of them long: each costs a few looks, whatever their number.
    #[test]
    fn a_path_costs_as_much_as_it_is_long() {
        let steps_per_path = |n: usize| {
            let deep = "d/".repeat(200);
            let files: Vec<String> = (0..n).map(|i| format!("{deep}{i}/index.ts")).collect();
            let mut map = PathMap::new(&files, "/w", CaseHandling::Sensitive);
            let printed: Vec<String> =
                (0..n).map(|i| format!("/ci/{}{i}/index.ts", "d/".repeat(150 + i % 100))).collect();
            map.learn(&printed);
            printed.iter().for_each(|p| {
                map.map(p, None);
            });
            (map.exact.steps() + map.folded.steps()) / n
        };
        let (few, many) = (steps_per_path(250), steps_per_path(1000));
        assert!(many <= few * 3 / 2 && many < 10_000, "{few} {many}");
    }

    #[test]
    fn invalid_paths_are_refused() {
        let map = map_of(&["A.cs"]);
        assert_eq!(map.map(" ", None), Mapped::Refused(Refusal::Empty));
        assert_eq!(map.map("..", None), Mapped::Refused(Refusal::Empty));
        assert_eq!(map.map("https://x/A.cs", None), Mapped::Refused(Refusal::Scheme));
        assert_eq!(map.map("C:A.cs", None), Mapped::Refused(Refusal::Scheme));
        assert_eq!(map.map("A\0.cs", None), Mapped::Refused(Refusal::Characters));
        assert_eq!(map.map("file:///p/A%00.cs", None), Mapped::Refused(Refusal::Characters));
        assert_eq!(map.map(&"a/".repeat(3000), None), Mapped::Refused(Refusal::TooLong));
    }

    #[test]
    fn case_matters_where_it_matters() {
        assert_eq!(map_of(&["src/A.cs"]).map("SRC/a.cs", None), Mapped::Missing);
        let map = PathMap::new(["src/A.cs"], "/w", CaseHandling::Insensitive);
        assert_eq!(map.map("SRC/a.cs", None), file("src/A.cs"));
        assert_eq!(map.map("/W/SRC/a.cs", None), file("src/A.cs"));
    }
}
