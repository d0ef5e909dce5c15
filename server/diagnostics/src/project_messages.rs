//! Arguments of the messages of restore, MSBuild and the SDK, in every language, by the texts that these are made of.

use crate::templates::{holes_of, texts};
use flate2::read::DeflateDecoder;
use std::io::Read;
use std::sync::OnceLock;

/// `code<TAB>template` a line, deflated. Made by the example `project_templates`.
static TEMPLATES: &[u8] = include_bytes!("project_templates.bin");

fn table() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| {
        let mut text = String::new();
        match DeflateDecoder::new(TEMPLATES).read_to_string(&mut text) {
            Ok(_) => text,
            // The table is part of the program; a test reads it.
            Err(_) => String::new(),
        }
    })
}

/// Whether restore, MSBuild or the SDK uses this code.
fn is_of_project(code: &str) -> bool {
    ["NETSDK", "NU", "MSB"].iter().any(|prefix| code.starts_with(prefix))
}

/// The arguments of a message by their numbers in the text that it is made of; those that it does not have are empty. `None` for codes of others, and
/// when no text fits.
pub(crate) fn arguments(code: &str, message: &str) -> Option<Vec<String>> {
    if !is_of_project(code) {
        return None;
    }
    // Warnings that are treated as errors say so before the message, in the language of the log.
    let first = message.split('\n').next().unwrap_or_default();
    let starts = std::iter::once(0).chain(first.match_indices(": ").map(|(at, _)| at + 2));
    starts.take(4).find_map(|start| {
        let found = holes_of(texts(table(), code), &message[start..])?;
        let most = found.iter().map(|(i, _)| *i).max()?;
        let mut out = vec![String::new(); most + 1];
        for (i, text) in found {
            out[i] = text.trim().to_owned();
        }
        Some(out)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_read_as_it_was_filled() {
        assert!(table().lines().count() > 200);
        let mut wrong = Vec::new();
        for (code, template) in table().lines().filter_map(|l| l.split_once('\t')) {
            let mut message = template.replace("\\n", "\n");
            for i in 0..6 {
                message = message.replace(&format!("{{{i}}}"), &format!("Value{i}.x"));
            }
            let read = arguments(code, &message).unwrap_or_default();
            let right = (0..6).all(|i| {
                !template.contains(&format!("{{{i}}}")) || read.get(i).is_some_and(|a| *a == format!("Value{i}.x"))
            });
            if !right {
                wrong.push(format!("{code} {message} {read:?}"));
            }
        }
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    }

    #[test]
    fn what_stands_around_a_message_is_left_out() {
        let downgrade = "Warning As Error: Detected package downgrade: A.B from 2.0 to 1.0. Reference the package directly from the project to select a different version. \n x -> A.B";
        assert_eq!(arguments("NU1605", downgrade).unwrap(), ["A.B", "2.0", "1.0"]);
        let framework = "Project Newer is not compatible with net9.0 (.NETCoreApp,Version=v9.0). Project Newer supports: net10.0 (.NETCoreApp,Version=v10.0)";
        assert_eq!(arguments("NU1201", framework).unwrap(), ["Newer", "net9.0 (.NETCoreApp,Version=v9.0)"]);
        assert_eq!(arguments("NU1101", "something else"), None);
        assert_eq!(arguments("CS0246", "x"), None);
    }
}
