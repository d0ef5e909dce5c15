//! # Item that is there twice, or by itself
//!
//! A package is listed twice (NU1504, NU1506), the SDK includes a file by itself (NETSDK1022), or a package is part of the framework
//! (NU1510).
//!
//! ```xml before
//! //@ error NETSDK1022: Duplicate 'Compile' items were included. The .NET SDK includes 'Compile' items from your project directory by default. You can either remove these items from your project file, or set the 'EnableDefaultCompileItems' property to 'false' if you want to explicitly include them in your project file. For more information, see https://aka.ms/sdkimplicititems. The duplicate items were: 'Program.cs'
//! //- /App/App.csproj
//! $0<Project Sdk="Microsoft.NET.Sdk">
//!   <ItemGroup>
//!     <Compile Include="Program.cs" />
//!   </ItemGroup>
//! </Project>
//! ```
//! ```xml after
//! <Project Sdk="Microsoft.NET.Sdk">
//! </Project>
//! ```
//!
//! ## Fix safety
//! `Safe` when the item says nothing that the other one does not say: no other version, no metadata. Else `Unsafe`.

use super::support::{edit_file, items_named};
use codegen::msbuild::{Document, remove_element};
use fix::{Applicability, Change, Fix, ProjectContext};

pub(crate) const CODES: &[&str] = &["NETSDK1022", "NU1504", "NU1506", "NU1510"];

pub(crate) fn fixes(ctx: &ProjectContext<'_>) -> Vec<Fix> {
    let mut change = Change::new();
    let done = match ctx.diagnostic.code.as_str() {
        "NETSDK1022" => included_by_sdk(ctx, &mut change),
        "NU1510" => part_of_framework(ctx, &mut change),
        "NU1506" => listed_twice(ctx, &mut change, "PackageVersion"),
        _ => listed_twice(ctx, &mut change, "PackageReference"),
    };
    let fix = done.map(|(title, safety)| Fix::new(title, safety, change).mending_cause().preferred());
    fix.into_iter().collect()
}

/// Whether an item says nothing but what it includes.
fn is_bare(document: &Document<'_>, item: usize) -> bool {
    document.element(item).attributes.len() == 1
        && document.children(item).next().is_none()
        && !document.is_conditional(item)
}

fn included_by_sdk(ctx: &ProjectContext<'_>, change: &mut Change) -> Option<(String, Applicability)> {
    let kind = ctx.argument(0)?;
    let names: Vec<String> = ctx
        .argument(3)?
        .split(';')
        .map(|n| n.trim().trim_matches(['\'', '"']).replace('\\', "/"))
        .filter(|n| !n.is_empty())
        .collect();
    let mut safety = Applicability::Safe;
    edit_file(ctx.index, change, ctx.path(), |d| {
        let mut edits = Vec::new();
        for name in &names {
            let named = |i: &usize| d.element(*i).value("Include").is_some_and(|v| v.replace('\\', "/") == *name);
            for item in d.items(kind).filter(named) {
                if !is_bare(d, item) {
                    safety = Applicability::Unsafe;
                }
                edits.push(item);
            }
        }
        match edits.as_slice() {
            [] => None,
            [only] => Some(vec![remove_element(d, *only)]),
            several => Some(remove_all(d, several)),
        }
    })?;
    Some((format!("Remove redundant '{kind}' item{}", if names.len() == 1 { "" } else { "s" }), safety))
}

/// Removes items; when these are all of their group, the group.
fn remove_all(d: &Document<'_>, items: &[usize]) -> Vec<text::TextEdit> {
    let group = items.first().and_then(|i| d.element(*i).parent);
    let whole = group.filter(|g| {
        let children: Vec<usize> = d.children(*g).collect();
        children.iter().all(|c| items.contains(c)) && items.iter().all(|i| children.contains(i))
    });
    match whole {
        // As a single item would be.
        Some(group) => {
            let content = d.element(group).content().unwrap_or_default();
            let comments = d.text.get(content).is_some_and(|inside| inside.contains("<!--"));
            match comments {
                true => items.iter().map(|i| remove_element(d, *i)).collect(),
                false => vec![remove_element(d, group)],
            }
        }
        None => items.iter().map(|i| remove_element(d, *i)).collect(),
    }
}

fn part_of_framework(ctx: &ProjectContext<'_>, change: &mut Change) -> Option<(String, Applicability)> {
    let id = ctx.argument(0)?;
    edit_file(ctx.index, change, ctx.path(), |d| {
        let items = items_named(d, "PackageReference", id);
        (items.len() == 1).then(|| items.iter().map(|i| remove_element(d, *i)).collect())
    })?;
    Some((format!("Remove package '{id}'"), Applicability::Unsafe))
}

fn listed_twice(ctx: &ProjectContext<'_>, change: &mut Change, kind: &str) -> Option<(String, Applicability)> {
    let file = ctx.file();
    let mut safety = Applicability::Safe;
    let mut found = false;
    for path in file.files() {
        let mut here = Change::new();
        let edited = edit_file(ctx.index, &mut here, path, |d| {
            let mut edits = Vec::new();
            let mut seen: Vec<(String, Option<String>)> = Vec::new();
            for item in d.items(kind).filter(|i| !d.is_conditional(*i)) {
                let element = d.element(item);
                let Some(include) = element.value("Include") else { continue };
                let version = element.value("Version").map(str::to_owned);
                let known = seen.iter().find(|(id, _)| id.eq_ignore_ascii_case(include));
                match known {
                    Some((_, other)) => {
                        if *other != version || d.children(item).next().is_some() {
                            safety = Applicability::Unsafe;
                        }
                        edits.push(remove_element(d, item));
                    }
                    None => seen.push((include.to_owned(), version)),
                }
            }
            (!edits.is_empty()).then_some(edits)
        });
        if edited.is_some() {
            *change = change.union(&here).ok()?;
            found = true;
        }
    }
    found.then(|| (format!("Remove duplicate '{kind}' item"), safety))
}

#[cfg(test)]
mod tests {
    use crate::msbuild::support::testing::check;
    use crate::project_rule_of;

    #[test]
    fn of_two_equal_items_one_stays() {
        let rule = project_rule_of(module_path!());
        let message = "Duplicate 'PackageReference' items found.";
        let file = |items: &[&str]| {
            let items: String =
                items.iter().map(|v| format!("    <PackageReference Include=\"A\" Version=\"{v}\" />\n")).collect();
            format!("<Project>\n  <ItemGroup>\n{items}  </ItemGroup>\n</Project>\n")
        };
        let before = |items: &[&str]| format!("//- /a.csproj\n$0{}", file(items));
        check(rule, "NU1504", message, &before(&["1", "1"]), Some(&file(&["1"])), true);
        check(rule, "NU1504", message, &before(&["1", "2"]), Some(&file(&["1"])), false);
        check(rule, "NU1504", message, &before(&["1"]), None, false);
    }
}
