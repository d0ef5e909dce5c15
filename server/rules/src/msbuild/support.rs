//! What rules about project files share: changes of such files, places of items.

use codegen::msbuild::{Document, Element, add_item, set_property};
use fix::causes::Cause;
use fix::causes::packages::{ASP_NET, LackedPackage};
use fix::language::csharp_options::wanted_version;
use fix::{Applicability, Change, Fix};
use index::Index;
use index::csharp::ProjectFile;
use std::path::Path;
use text::{ContentHash, TextEdit};

/// Adds edits of one file to a change; `None` when the file is not well-formed or `edits` finds none.
pub(crate) fn edit_file(
    index: &Index,
    change: &mut Change,
    path: &Path,
    edits: impl FnOnce(&Document<'_>) -> Option<Vec<TextEdit>>,
) -> Option<()> {
    let text = index.text(path)?;
    let found = edits(&Document::parse(&text)?)?;
    let hash = ContentHash::of(text.as_bytes());
    found.into_iter().for_each(|edit| change.edit(path, hash, edit));
    Some(())
}

/// A fix that edits one project file.
pub(crate) fn fix_file(
    index: &Index,
    path: &Path,
    title: impl Into<String>,
    applicability: Applicability,
    edits: impl FnOnce(&Document<'_>) -> Option<Vec<TextEdit>>,
) -> Option<Fix> {
    let mut change = Change::new();
    edit_file(index, &mut change, path, edits)?;
    (!change.is_empty()).then(|| Fix::new(title, applicability, change).mending_cause())
}

/// The items of a kind that name `include`, in a document; case does not count.
pub(crate) fn items_named<'d>(document: &'d Document<'_>, kind: &'d str, include: &str) -> Vec<usize> {
    let wanted = include.to_owned();
    document.items(kind).filter(|i| include_of(document.element(*i)).eq_ignore_ascii_case(&wanted)).collect()
}

fn include_of(element: &Element) -> &str {
    element.value("Include").or_else(|| element.value("Update")).unwrap_or_default().trim()
}

/// The file that has the items of a kind that name `include`: the project or one that it imports.
pub(crate) fn file_of_item(project: &ProjectFile, kind: &str, include: &str) -> Option<std::path::PathBuf> {
    let items = project.items(kind);
    let named = items.iter().find(|i| i.include.eq_ignore_ascii_case(include));
    named.map(|i| i.file.to_path_buf())
}

/// The edit that gives an item a version: its attribute, its child, or a new attribute.
pub(crate) fn set_version(document: &Document<'_>, item: usize, version: &str) -> Option<TextEdit> {
    let element = document.element(item);
    for name in ["Version", "VersionOverride"] {
        if let Some(attribute) = element.attribute(name) {
            return (!attribute.value.contains("$("))
                .then(|| TextEdit::replace(attribute.value_range.clone(), version));
        }
        let child = document.children(item).find(|c| document.element(*c).is(name));
        if let Some(child) = child {
            let child = document.element(child);
            return (!child.text.contains("$(")).then(|| Some(TextEdit::replace(child.content()?, version)))?;
        }
    }
    let last = element.attributes.last()?;
    Some(TextEdit::insert(last.range.end, format!(" Version=\"{version}\"")))
}

/// Adds a reference to a package to a change of the project, its version where versions are kept; `None` when the version is needed and
/// not known, or there is no place for it.
pub(crate) fn add_package(index: &Index, change: &mut Change, project: &Path, package: &LackedPackage) -> Option<()> {
    let file = index.csharp().project_file(project);
    let id = package.id.as_str();
    let Some(central) = file.central_versions() else {
        let version = package.version.as_deref()?;
        return edit_file(index, change, project, |d| {
            if !items_named(d, "PackageReference", id).is_empty() {
                return None;
            }
            add_item(d, "PackageReference", &[("Include", id), ("Version", version)]).map(|e| vec![e])
        });
    };
    edit_file(index, change, project, |d| {
        items_named(d, "PackageReference", id)
            .is_empty()
            .then(|| add_item(d, "PackageReference", &[("Include", id)]))?
            .map(|e| vec![e])
    })?;
    let managed = file.items("PackageVersion").iter().any(|i| i.include.eq_ignore_ascii_case(id));
    if managed {
        return Some(());
    }
    let version = package.version.as_deref()?;
    edit_file(index, change, central, |d| {
        add_item(d, "PackageVersion", &[("Include", id), ("Version", version)]).map(|e| vec![e])
    })
}

/// The edit of a project that mends what is missing: a package in a version that is known, or a shared framework.
pub(crate) fn mend(index: &Index, project: &Path, cause: &Cause) -> Option<Fix> {
    let mut change = Change::new();
    let title = match cause {
        Cause::UnknownNamespace { package: Some(package), .. } | Cause::UnknownMethod { package, .. } => {
            add_package(index, &mut change, project, package)?;
            let version = package.version.as_ref().map_or(String::new(), |v| format!(" {v}"));
            format!("Install package '{}'{version}", package.id)
        }
        Cause::NoFramework { .. } => {
            edit_file(index, &mut change, project, |d| {
                add_item(d, "FrameworkReference", &[("Include", ASP_NET)]).map(|e| vec![e])
            })?;
            format!("Add reference to '{ASP_NET}'")
        }
        _ => return None,
    };
    Some(Fix::new(title, Applicability::Unsafe, change).mending_cause().preferred())
}

/// The edit that sets the option that a diagnostic of C# asks for, in the file that sets it, else in the project.
pub(crate) fn set_option(
    index: &Index,
    file: &ProjectFile,
    code: &str,
    arguments: &[String],
    message: &str,
) -> Option<Fix> {
    let (property, value, title, safety) = if code == "CS0227" {
        ("AllowUnsafeBlocks", "true".to_owned(), "Allow unsafe code in this project".to_owned(), Applicability::Safe)
    } else {
        let wanted = wanted_version(code, arguments, message)?;
        let number = |v: &str| v.parse::<f32>().ok();
        let own = file.property("LangVersion");
        let is_lower = number(own).zip(number(&wanted)).is_some_and(|(own, wanted)| own < wanted);
        // What `latest` does not have, the compiler does not have.
        let may_rise = is_lower || own.is_empty() || own.eq_ignore_ascii_case("default") || wanted == "preview";
        if !may_rise || own == wanted {
            return None;
        }
        let title = format!("Upgrade this project to C# language version '{wanted}'");
        ("LangVersion", wanted, title, Applicability::Unsafe)
    };
    let path = file.origin(property).unwrap_or(file.path());
    fix_file(index, path, title, safety, |d| set_property(d, property, &value).map(|e| vec![e])).map(Fix::preferred)
}

#[cfg(test)]
pub(crate) mod testing {
    //! Support for tests of rules about project files.

    use fix::testing::check_project_fix;
    use fix::{Applicability, ProjectRule};

    /// The first fix makes `after` (`None`: there is none), and it is safe or not.
    pub(crate) fn check(rule: &ProjectRule, code: &str, message: &str, before: &str, after: Option<&str>, safe: bool) {
        let safety = if safe { Applicability::Safe } else { Applicability::Unsafe };
        check_project_fix(rule, code, message, "", before, after.map(|a| (a, Some(safety))));
    }
}
