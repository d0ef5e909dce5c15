use crate::{CLEAN, REMAIN};
use anyhow::{Result, bail};
use fix::{Meaning, language, meaning};
use std::collections::BTreeMap;
use std::io::Write;

/// `buildfix explain`: what a code means, and the manual pages of the rules for it; for a rule's name, its page; for nothing, the codes that have
/// fixes.
pub fn explain(code: Option<&str>) -> Result<u8> {
    let Some(code) = code else { return list() };
    let wanted = code.trim();
    if wanted.eq_ignore_ascii_case("typescript@7") {
        writeln!(std::io::stdout().lock(), "{}", include_str!("../../typescript-7.md").trim_end())?;
        return Ok(CLEAN);
    }
    let upper = wanted.to_uppercase();
    let providers = crate::engines::all();
    let mut pages = providers.docs(&upper);
    if pages.is_empty() {
        pages = providers.docs(&wanted.to_lowercase());
    }
    let known = meaning(&upper).or_else(|| meaning(wanted));
    let mut out = std::io::stdout().lock();
    if pages.is_empty() {
        let Some(known) = known else {
            let Some(language) = language::of_code(&upper) else {
                let names: Vec<&str> = language::all().iter().map(|l| l.name()).collect();
                bail!(
                    "{wanted} is not a code of {} or .NET's tools; codes look like CS0246, TS2304, CA1822 and NU1101",
                    names.join(", ")
                );
            };
            writeln!(out, "{upper} is a code of {}. buildfix has no fix for it.", language.name())?;
            return Ok(REMAIN);
        };
        let name = if meaning(&upper).is_some() { upper.as_str() } else { wanted };
        write(&mut out, name, &known)?;
        writeln!(out, "\nbuildfix has no fix for it.")?;
        return Ok(CLEAN);
    }
    // First those that are about this code above all.
    pages.sort_by_key(|page| !page.examples.iter().any(|e| e.code == upper));
    if let Some(known) = known.filter(|k| !k.text.is_empty()) {
        write(&mut out, &upper, &known)?;
        writeln!(out)?;
    }
    for (i, page) in pages.iter().enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}", page.markdown.trim_end())?;
    }
    Ok(CLEAN)
}

fn write(out: &mut impl Write, code: &str, known: &Meaning) -> std::io::Result<()> {
    let Meaning { text, advice, command } = known;
    match text.is_empty() {
        true => writeln!(out, "{code}")?,
        false => writeln!(out, "{code}: {text}")?,
    }
    if !advice.is_empty() {
        writeln!(out, "\n{advice}")?;
    }
    if let Some(command) = command {
        writeln!(out, "\n`{command}` rewrites it.")?;
    }
    Ok(())
}

/// The codes that have fixes, each with the titles of its rules' pages.
fn list() -> Result<u8> {
    let mut codes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for rule in rules::all() {
        let title = rule.docs().title;
        for code in rule.codes {
            codes.entry(code).or_default().push(title.clone());
        }
    }
    let mut out = std::io::stdout().lock();
    for (code, titles) in codes {
        writeln!(out, "{code:<11} {}", titles.join("; "))?;
    }
    Ok(CLEAN)
}
