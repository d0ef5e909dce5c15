//! # Element, attribute or SDK that MSBuild does not know
//!
//! It is misspelt, or it is an item or a property that stands outside of a group.
//!
//! ```xml before
//! //@ error MSB4067: The element <PropertyGrup> beneath element <Project> is unrecognized.
//! //- /App/App.csproj
//! <Project Sdk="Microsoft.NET.Sdk">
//!   $0<PropertyGrup>
//!     <OutputType>Exe</OutputType>
//!   </PropertyGrup>
//! </Project>
//! ```
//! ```xml after
//! <Project Sdk="Microsoft.NET.Sdk">
//!   <PropertyGroup>
//!     <OutputType>Exe</OutputType>
//!   </PropertyGroup>
//! </Project>
//! ```
//!
//! ## Fix safety
//! `Safe` when a single known name is nearly the same. `Unsafe` when an item or a property is put into a group of its own.

use super::support::fix_file;
use codegen::msbuild::{Document, Element, escaped, nearest};
use fix::causes::project::{ATTRIBUTES, ELEMENTS, SDKS};
use fix::{Applicability, Fix, ProjectContext};
use text::TextEdit;

/// The builds of solutions say no code for an SDK that is not found.
pub(crate) const CODES: &[&str] = &["MSB4067", "MSB4066", "MSB4068", "MSB4236", ""];

pub(crate) fn fixes(ctx: &ProjectContext<'_>) -> Vec<Fix> {
    let fix = match ctx.diagnostic.code.as_str() {
        "MSB4236" | "" => sdk(ctx),
        "MSB4066" => attribute(ctx),
        _ => rename(ctx).or_else(|| wrap(ctx)),
    };
    fix.into_iter().map(Fix::preferred).collect()
}

/// The element that the diagnostic points at, or the only one that fits.
fn pointed_at<'d>(
    ctx: &ProjectContext<'_>,
    document: &'d Document<'_>,
    fits: impl Fn(&Element) -> bool,
) -> Option<(usize, &'d Element)> {
    let all: Vec<usize> = (0..document.elements.len()).filter(|i| fits(document.element(*i))).collect();
    let at = ctx.diagnostic.range.start;
    let here = all.iter().copied().find(|i| {
        let start = &document.element(*i).start;
        start.start <= at && at < start.end
    });
    let only = || if let [only] = all.as_slice() { Some(*only) } else { None };
    here.or_else(only).map(|i| (i, document.element(i)))
}

fn rename(ctx: &ProjectContext<'_>) -> Option<Fix> {
    let name = ctx.argument(0)?;
    let right = nearest(name, ELEMENTS.iter().copied())?;
    fix_file(ctx.index, ctx.path(), format!("Change '{name}' to '{right}'"), Applicability::Safe, |d| {
        let (_, element) = pointed_at(ctx, d, |e| e.name == name)?;
        let start = element.start.start + 1;
        let mut edits = vec![TextEdit::replace(start..start + name.len(), right)];
        if let Some(end) = &element.end {
            edits.push(TextEdit::replace(end.start + 2..end.start + 2 + name.len(), right));
        }
        Some(edits)
    })
}

/// `<PackageReference …/>` or `<Nullable>…` directly in the project.
fn wrap(ctx: &ProjectContext<'_>) -> Option<Fix> {
    let name = ctx.argument(0)?;
    let text = ctx.text()?;
    let document = Document::parse(&text)?;
    let (_, element) = pointed_at(ctx, &document, |e| e.name == name && e.parent == Some(0))?;
    let is_item = ["Include", "Update", "Remove"].iter().any(|a| element.attribute(a).is_some());
    let is_property = !is_item && element.attributes.is_empty() && !element.text.is_empty();
    let group = match (is_item, is_property) {
        (true, _) => "ItemGroup",
        (_, true) => "PropertyGroup",
        _ => return None,
    };
    fix_file(ctx.index, ctx.path(), format!("Enclose in '{group}'"), Applicability::Unsafe, |d| {
        let range = element.range();
        let line = d.text[..range.start].rfind('\n').map_or(0, |i| i + 1);
        let indent = d.text.get(line..range.start).filter(|w| w.trim().is_empty())?;
        let eol = text::LineEnding::of(d.text).as_str();
        let unit = if indent.contains('\t') { "\t" } else { "  " };
        Some(vec![
            TextEdit::insert(range.start, format!("<{group}>{eol}{indent}{unit}")),
            TextEdit::insert(range.end, format!("{eol}{indent}</{group}>")),
        ])
    })
}

fn attribute(ctx: &ProjectContext<'_>) -> Option<Fix> {
    let name = ctx.argument(0)?;
    let right = nearest(name, ATTRIBUTES.iter().copied())?;
    fix_file(ctx.index, ctx.path(), format!("Change '{name}' to '{right}'"), Applicability::Safe, |d| {
        let (_, element) = pointed_at(ctx, d, |e| e.attributes.iter().any(|a| a.name == name))?;
        let attribute = element.attributes.iter().find(|a| a.name == name)?;
        let start = d.text[attribute.range.clone()].find(name)? + attribute.range.start;
        Some(vec![TextEdit::replace(start..start + name.len(), right)])
    })
}

fn sdk(ctx: &ProjectContext<'_>) -> Option<Fix> {
    let sdk = ctx.argument(0)?;
    let (name, version) = sdk.split_once('/').map_or((sdk, None), |(name, version)| (name, Some(version)));
    let right = nearest(name, SDKS.iter().copied())?;
    fix_file(ctx.index, ctx.path(), format!("Change '{name}' to '{right}'"), Applicability::Safe, |d| {
        let edits: Vec<TextEdit> = d
            .elements
            .iter()
            .filter_map(|e| e.attribute(if e.is("Sdk") { "Name" } else { "Sdk" }))
            .filter(|a| a.value == sdk || a.value == name)
            .map(|a| {
                let version = version.filter(|_| a.value == sdk).map_or(String::new(), |v| format!("/{v}"));
                TextEdit::replace(a.value_range.clone(), escaped(&format!("{right}{version}")))
            })
            .collect();
        (edits.len() == 1).then_some(edits)
    })
}

#[cfg(test)]
mod tests {
    use crate::msbuild::support::testing::check;
    use crate::project_rule_of;

    #[test]
    fn sdks_attributes_and_lost_groups() {
        let rule = project_rule_of(module_path!());
        let file = |inside: &str| format!("<Project Sdk=\"Microsoft.NET.Sdk\">\n{inside}</Project>\n");
        check(
            rule,
            "MSB4236",
            "The SDK 'Microsoft.NET.Sdk.Wbe' specified could not be found.",
            &format!("//- /a.csproj\n$0{}", file("").replace("Sdk\">", "Sdk.Wbe\">")),
            Some(&file("").replace("Sdk\">", "Sdk.Web\">")),
            true,
        );
        check(
            rule,
            "MSB4236",
            "Das angegebene SDK \"Shop.Sdk/1.2.3\" wurde nicht gefunden.",
            "//- /a.csproj\n$0<Project Sdk=\"Shop.Sdk/1.2.3\" />\n",
            None,
            false,
        );
        check(
            rule,
            "MSB4066",
            "The attribute \"Inculde\" in element <Compile> is unrecognized.",
            &format!("//- /a.csproj\n{}", file("  <ItemGroup>\n    $0<Compile Inculde=\"a.cs\" />\n  </ItemGroup>\n")),
            Some(&file("  <ItemGroup>\n    <Compile Include=\"a.cs\" />\n  </ItemGroup>\n")),
            true,
        );
        check(
            rule,
            "MSB4067",
            "The element <Nullable> beneath element <Project> is unrecognized. If you intended this to be a property, enclose it within a <PropertyGroup> element.",
            &format!("//- /a.csproj\n{}", file("  $0<Nullable>enable</Nullable>\n")),
            Some(&file("  <PropertyGroup>\n    <Nullable>enable</Nullable>\n  </PropertyGroup>\n")),
            false,
        );
    }
}
