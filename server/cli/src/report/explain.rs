use crate::{CLEAN, REMAIN};
use anyhow::{Result, bail};
use std::io::Write;

/// `buildfix explain`: the manual pages of the rules for a code; for a rule's name, its page.
pub fn explain(code: &str) -> Result<u8> {
    let wanted = code.trim();
    let upper = wanted.to_uppercase();
    let mut pages = rules::explain(&upper);
    if pages.is_empty()
        && let Some(rule) = rules::by_name(&wanted.to_lowercase())
    {
        pages.push(rule.docs());
    }
    let mut out = std::io::stdout().lock();
    if pages.is_empty() {
        let known = upper.strip_prefix("CS").or(upper.strip_prefix("TS"));
        if known.is_none_or(|n| n.is_empty() || !n.bytes().all(|b| b.is_ascii_digit())) {
            bail!("{wanted} is no code of C# or TypeScript; they look like CS0246 and TS2304");
        }
        let family = if upper.starts_with("CS") { "C#" } else { "TypeScript" };
        writeln!(out, "{upper} is a code of {family}. buildfix knows no repair for it.")?;
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
