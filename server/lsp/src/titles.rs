//! Titles of actions: those that would read alike say what tells them apart.

use fix::{Change, FileChange};
use std::collections::{BTreeMap, HashSet};
use text::TextEdits;

/// What an action is about.
pub(crate) struct Subject {
    /// Line and column of its diagnostic, counted from one.
    pub place: (u32, u32),
    /// Where it edits, line and column of each file's first edit, with what it writes there.
    pub edits: Vec<(String, (u32, u32), String)>,
}

impl Subject {
    /// Of a change whose edits of each file are `edits`; `position` gives line and column in a file.
    pub fn new(
        place: (u32, u32),
        change: &Change,
        edits: impl Fn(&std::path::Path) -> Option<(TextEdits, (u32, u32))>,
    ) -> Self {
        let of = |(path, file): (&std::path::Path, &FileChange)| {
            let name = |path: &std::path::Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            match file {
                FileChange::Edit { .. } => {
                    let (edits, at) = edits(path)?;
                    let written = edits.iter().map(|e| e.new_text.as_str()).find(|t| !t.trim().is_empty());
                    Some((name(path), at, written.unwrap_or_default().to_owned()))
                }
                FileChange::Rename { to } => Some((name(to), (0, 0), String::new())),
                FileChange::Create { text } => Some((name(path), (0, 0), text.clone())),
                FileChange::Delete => Some((name(path), (0, 0), String::new())),
            }
        };
        Self { place, edits: change.files().filter_map(of).collect() }
    }

    fn files(&self) -> String {
        self.edits.iter().map(|(name, ..)| name.as_str()).collect::<Vec<_>>().join(", ")
    }
    /// The first line that is written.
    fn written(&self) -> String {
        const SHOWN: usize = 40;
        let line = self.edits.iter().flat_map(|(.., text)| text.lines()).map(str::trim).find(|l| !l.is_empty());
        let line = line.unwrap_or_default();
        match line.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("{}…", &line[..end]),
            None => line.to_owned(),
        }
    }
}

/// The first of several ways to tell subjects apart that does.
const SUFFIXES: [fn(&Subject) -> String; 6] = [
    |s| format!("line {}", s.place.0),
    |s| format!("line {}, column {}", s.place.0, s.place.1),
    Subject::files,
    Subject::written,
    |s| s.edits.first().map(|(_, (line, column), _)| format!("at line {line}, column {column}")).unwrap_or_default(),
    |s| format!("{}: {}", s.files(), s.edits.iter().map(|(.., text)| text.as_str()).collect::<String>()),
];

/// Adds to titles that occur more than once where or what they are about. Only then it is asked what they are about.
pub(crate) fn tell_apart(titles: &mut [String], subject: impl Fn(usize) -> Subject) {
    let mut alike: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, title) in titles.iter().enumerate() {
        alike.entry(title).or_default().push(i);
    }
    let groups: Vec<Vec<usize>> = alike.into_values().filter(|group| group.len() > 1).collect();
    for group in groups {
        let subjects: Vec<Subject> = group.iter().map(|&i| subject(i)).collect();
        let told = SUFFIXES.iter().map(|suffix| subjects.iter().map(suffix).collect::<Vec<_>>());
        let mut told = told.filter(|s| s.iter().all(|s| !s.is_empty()));
        let distinct =
            told.find(|s| s.iter().collect::<HashSet<_>>().len() == s.len() && s.iter().all(|s| s.len() < 200));
        let suffixes = distinct.unwrap_or_else(|| (1..=group.len()).map(|n| n.to_string()).collect());
        for (&i, suffix) in group.iter().zip(&suffixes) {
            titles[i] = format!("{} ({suffix})", titles[i]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(subjects: &[((u32, u32), &str, &str)]) -> Vec<String> {
        let subject = |&(place, file, text): &((u32, u32), &str, &str)| Subject {
            place,
            edits: vec![(file.to_owned(), (7, 1), text.to_owned())],
        };
        let mut titles = vec!["Fix".to_owned(); subjects.len()];
        tell_apart(&mut titles, |i| subject(&subjects[i]));
        titles
    }

    #[test]
    fn titles_that_read_alike_say_where_or_what() {
        assert_eq!(told(&[((3, 1), "a.cs", "x")]), ["Fix"]);
        assert_eq!(told(&[((3, 1), "a.cs", "x"), ((4, 1), "a.cs", "x")]), ["Fix (line 3)", "Fix (line 4)"]);
        assert_eq!(
            told(&[((3, 1), "a.cs", "x"), ((3, 9), "a.cs", "x")]),
            ["Fix (line 3, column 1)", "Fix (line 3, column 9)"]
        );
        assert_eq!(told(&[((3, 1), "a.cs", "x"), ((3, 1), "b.cs", "x")]), ["Fix (a.cs)", "Fix (b.cs)"]);
        assert_eq!(told(&[((3, 1), "a.cs", "\n  int x;\n"), ((3, 1), "a.cs", "y")]), ["Fix (int x;)", "Fix (y)"]);
        assert_eq!(told(&[((3, 1), "a.cs", "x"), ((3, 1), "a.cs", "x")]), ["Fix (1)", "Fix (2)"]);
    }
}
