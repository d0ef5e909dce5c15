//! Options of a C# project that its code needs: the version of the language, unsafe code.

use crate::causes::Cause;
use crate::causes::project::ProjectCause;
use index::csharp::CsProject;

/// Codes that say that a feature is not in the version of the language that the project is compiled as.
const VERSIONS: &[&str] = &[
    "CS8370", "CS8400", "CS8773", "CS8936", "CS9058", "CS9202", "CS9260", "CS8652", "CS8107", "CS8302", "CS8320",
    "CS8059", "CS8026", "CS8025", "CS8024", "CS8023", "CS8022", "CS8904", "CS8706", "CS9327",
];

/// Whether the code is about the version of the language.
pub fn is_about_version(code: &str) -> bool {
    VERSIONS.contains(&code)
}

/// The version of the language that a message asks for: the highest number in it, which is the same in every language; `preview` for what no
/// version has yet.
pub fn wanted_version(code: &str, arguments: &[String], message: &str) -> Option<String> {
    if !is_about_version(code) {
        return None;
    }
    if code == "CS8652" {
        return Some("preview".to_owned());
    }
    let number = |word: &str| word.parse::<f32>().ok().filter(|n| (2.0..100.0).contains(n));
    let clean = |word: &str| word.trim_matches(|c: char| !c.is_ascii_digit()).to_owned();
    let words = message.split(|c: char| c.is_whitespace() || matches!(c, '\u{a0}' | '「' | '」' | '"' | '\''));
    let all = arguments.iter().map(|a| clean(a)).chain(words.map(clean));
    let versions = all.filter(|w| number(w).is_some());
    versions.max_by(|a, b| number(a).partial_cmp(&number(b)).unwrap_or(std::cmp::Ordering::Equal))
}

/// The cause of a diagnostic that an option of the project resolves.
pub(super) fn cause(project: &CsProject, code: &str, arguments: &[String], message: &str) -> Option<Cause> {
    if project.path.is_empty() {
        return None;
    }
    let name = Some(project.assembly_name.as_str());
    if code == "CS0227" {
        let what = "{project} does not allow unsafe code, and has some";
        return Some(Cause::Project(ProjectCause::new(name, what, "set <AllowUnsafeBlocks>true</AllowUnsafeBlocks>")));
    }
    let wanted = wanted_version(code, arguments, message)?;
    let own = project.lang_version.as_str();
    let what = match own {
        "" => format!("the code of {{project}} needs C# {wanted}, which is not the version of its target framework"),
        own => format!("the code of {{project}} needs C# {wanted}, and the project sets {own}"),
    };
    Some(Cause::Project(ProjectCause::new(name, what, format!("set <LangVersion>{wanted}</LangVersion>"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_in_any_language() {
        for message in [
            "Feature 'file-scoped namespace' is not available in C# 9.0. Please use language version 10.0 or greater.",
            "Das Feature \"file-scoped namespace\" ist in C# 9.0 nicht verfügbar. Verwenden Sie Sprachversion 10.0 oder höher.",
            "機能 'file-scoped namespace' は C# 9.0 では使用できません。10.0 以上の言語バージョンをお使いください。",
        ] {
            assert_eq!(wanted_version("CS8773", &[], message).as_deref(), Some("10.0"), "{message}");
        }
        assert_eq!(wanted_version("CS0103", &[], "1.0"), None);
    }
}
