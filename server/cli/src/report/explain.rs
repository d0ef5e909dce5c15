use crate::{CLEAN, REMAIN};
use anyhow::{Result, bail};
use fix::language;
use std::io::Write;

/// `buildfix explain`: the manual pages of the rules for a code; for a rule's name, its page.
pub fn explain(code: &str) -> Result<u8> {
    let wanted = code.trim();
    let upper = wanted.to_uppercase();
    let providers = crate::providers();
    let mut pages = providers.docs(&upper);
    if pages.is_empty() {
        pages = providers.docs(&wanted.to_lowercase());
    }
    let mut out = std::io::stdout().lock();
    if pages.is_empty() {
        let Some(language) = language::of_code(&upper) else {
            let names: Vec<&str> = language::all().iter().map(|l| l.name()).collect();
            bail!("{wanted} is not a code of {}; codes look like CS0246 and TS2304", names.join(" or "));
        };
        writeln!(out, "{upper} is a code of {}. buildfix has no fix for it.", language.name())?;
        return Ok(REMAIN);
    }
    for (i, page) in pages.iter().enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}", page.markdown.trim_end())?;
    }
    Ok(CLEAN)
}
