//! Generates `src/message_codes.bin` from the compiler's own catalogue of messages.
//!
//! `cargo run -p diagnostics --example typescript_messages -- node_modules/typescript/lib/typescript.js server/diagnostics/src/message_codes.bin`

use std::collections::BTreeMap;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(compiler), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("usage: typescript_messages TYPESCRIPT_JS OUT".into());
    };
    let text = std::fs::read_to_string(compiler)?;
    // `diag(2304, 1 /* Error */, "Cannot_find_name_0_2304", "Cannot find name '{0}'."),`
    let mut codes: BTreeMap<u64, Vec<u16>> = BTreeMap::new();
    for line in text.lines().filter(|l| l.contains(" /* Error */, \"")) {
        let Some((_, call)) = line.split_once(": diag(") else { continue };
        let Some((code, rest)) = call.split_once(',') else { continue };
        let Some((_, template)) = rest.split_once("\", ") else { continue };
        // A string, which is valid JSON, or a template literal when it contains quotes; other arguments may follow.
        let template = match template.strip_prefix('`').and_then(|t| t.split_once('`')) {
            Some((text, _)) => text.to_owned(),
            None => match serde_json::Deserializer::from_str(template).into_iter::<String>().next() {
                Some(Ok(text)) => text,
                _ => {
                    println!("left out: {line}");
                    continue;
                }
            },
        };
        // One internal message has no code that is printed.
        let Ok(code) = code.parse() else { continue };
        codes.entry(diagnostics::template_hash(&template)).or_default().push(code);
    }
    let mut bytes = Vec::new();
    for (hash, codes) in &codes {
        if let [code] = codes[..] {
            bytes.extend(hash.to_le_bytes());
            bytes.extend(u16::to_le_bytes(code));
        }
    }
    let shared = codes.values().filter(|c| c.len() > 1).count();
    println!("{} messages, {shared} texts of several codes left out", bytes.len() / 10);
    std::fs::write(out, bytes)?;
    Ok(())
}
