//! `.tsbuildinfo`: the state of an incremental tsc, with all semantic diagnostics.

use crate::capped::{Capped, LONGEST_PATH, element};
use crate::collect::{BuildLog, Collector, Format};
use crate::options::ReadOptions;
use crate::{BuildDiagnostic, Code, Location, Producer, Related, Severity};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// Bytes of a message.
const MAX_MESSAGE: usize = 64 << 10;
/// Depth of message chains; deeper levels are left out.
const MAX_CHAIN: usize = 32;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Info<'a> {
    version: Option<String>,
    #[serde(default)]
    file_names: Capped<String, 500_000>,
    /// Each is read by itself.
    #[serde(default, borrow)]
    semantic_diagnostics_per_file: Capped<&'a RawValue, 500_000>,
    #[serde(default, borrow)]
    emit_diagnostics_per_file: Capped<&'a RawValue, 500_000>,
    /// Up to TypeScript 5.5 everything is in here.
    program: Option<Box<Info<'a>>>,
    /// Of a build whose configuration or syntax has errors: these are not kept.
    root: Option<IgnoredAny>,
}

/// Reads a `.tsbuildinfo`; `None` when the text is not one.
pub(crate) fn read(text: &str, options: &ReadOptions) -> Option<BuildLog> {
    let info: Info<'_> = serde_json::from_str(text).ok()?;
    let version = info.version.clone()?;
    let info = match info.program {
        Some(program) => *program,
        None => info,
    };
    if info.file_names.0.is_empty() && info.root.is_none() {
        return None;
    }
    let mut reader = Reader {
        out: Collector::new(options.max_diagnostics),
        names: info.file_names.0,
        folder: options.origin.as_deref().and_then(Path::parent).map(Path::to_path_buf),
        native: version.split('.').next().and_then(|major| major.parse::<u32>().ok()).is_some_and(|major| major >= 7),
    };
    reader.out.saw(if reader.native { Format::TsBuildInfo7 } else { Format::TsBuildInfo });
    let entries = info.semantic_diagnostics_per_file.0.into_iter().chain(info.emit_diagnostics_per_file.0);
    for entry in entries.filter_map(element::<Value>) {
        let Some([file, list]) = entry.as_array().map(Vec::as_slice) else { continue };
        let Some(list) = list.as_array() else { continue };
        let file = reader.file(file);
        for diagnostic in list {
            reader.diagnostic(file.clone(), diagnostic);
        }
    }
    reader.out.stats.lines = memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64;
    Some(reader.out.finish())
}

struct Reader {
    out: Collector,
    names: Vec<String>,
    folder: Option<PathBuf>,
    /// TypeScript 7: offsets in bytes, messages by key.
    native: bool,
}

impl Reader {
    /// A file by its one-based number, or by its path; relative to the folder of the `.tsbuildinfo`.
    fn file(&mut self, value: &Value) -> Option<Arc<str>> {
        let name = match value {
            Value::Number(n) => {
                let index = usize::try_from(n.as_u64()?).ok()?.checked_sub(1)?;
                self.names.get(index)?
            }
            Value::String(name) => name,
            _ => return None,
        };
        let name = Some(name).filter(|name| name.len() <= LONGEST_PATH)?.clone();
        let path = match &self.folder {
            Some(folder) => normal(&folder.join(&name)),
            None => name,
        };
        Some(self.out.intern(&path))
    }

    fn diagnostic(&mut self, file: Option<Arc<str>>, value: &Value) {
        let Some(number) = value.get("code").and_then(Value::as_u64) else { return };
        // `file: false` marks a diagnostic without file.
        let file = match value.get("file") {
            None | Some(Value::Null) => file,
            Some(other) => self.file(other),
        };
        let severity = match value.get("category").and_then(Value::as_i64) {
            Some(0) => Severity::Warning,
            Some(2) => Severity::Hint,
            Some(3) => Severity::Info,
            _ => Severity::Error,
        };
        let mut message = String::new();
        let mut arguments = Vec::new();
        self.message(value, 0, &mut message, &mut arguments);
        let location = file.as_ref().and_then(|_| self.location(value));
        let mut related = Vec::new();
        for place in value.get("relatedInformation").and_then(Value::as_array).into_iter().flatten().take(64) {
            let mut text = String::new();
            self.message(place, 0, &mut text, &mut Vec::new());
            let of = match place.get("file") {
                None | Some(Value::Null) => file.clone(),
                Some(other) => self.file(other),
            };
            related.push(Related { file: of, location: self.location(place), message: text });
        }
        self.out.add(BuildDiagnostic {
            file,
            location,
            code: Code::new(format!("TS{number}")),
            severity,
            message: message.into(),
            arguments,
            projects: Vec::new(),
            related,
            producer: Producer::TypeScript,
        });
    }

    fn location(&self, value: &Value) -> Option<Location> {
        let number = |name| value.get(name).and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
        if self.native {
            let (start, end) = (number("pos")?, number("end")?);
            (start <= end).then_some(Location::Utf8 { start, end })
        } else {
            let start = number("start")?;
            Some(Location::Utf16 { start, end: start.checked_add(number("length")?)? })
        }
    }

    /// The message with its chain, each level indented by two as tsc prints it.
    fn message(&self, value: &Value, depth: usize, out: &mut String, arguments: &mut Vec<String>) {
        if depth > MAX_CHAIN || out.len() > MAX_MESSAGE {
            return;
        }
        if depth > 0 {
            out.push('\n');
            out.extend(std::iter::repeat_n("  ", depth));
        }
        let chain = if self.native {
            let own: Vec<&str> = value
                .get("messageArgs")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            out.push_str(&spell(value.get("messageKey").and_then(Value::as_str).unwrap_or_default(), &own));
            arguments.extend(own.into_iter().map(str::to_owned));
            value.get("messageChain")
        } else {
            match value.get("messageText") {
                Some(Value::String(text)) => {
                    out.push_str(text);
                    value.get("next")
                }
                Some(head) => {
                    out.push_str(head.get("messageText").and_then(Value::as_str).unwrap_or_default());
                    head.get("next")
                }
                None => None,
            }
        };
        for next in chain.and_then(Value::as_array).into_iter().flatten() {
            self.message(next, depth + 1, out, arguments);
        }
    }
}

/// A readable message from a key such as `Property_0_does_not_exist_on_type_1_2339`. The key has no punctuation, so
/// this is not exactly what tsc prints; rules read the arguments.
fn spell(key: &str, arguments: &[&str]) -> String {
    let key = match key.rsplit_once('_') {
        Some((text, code)) if code.bytes().all(|b| b.is_ascii_digit()) => text,
        _ => key,
    };
    let mut out = String::with_capacity(key.len() + 32);
    for word in key.split('_').filter(|w| !w.is_empty()) {
        // A key may name an argument any number of times.
        if out.len() > MAX_MESSAGE {
            break;
        }
        if word == "Colon" {
            out.push(':');
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        match word.parse::<usize>().ok().and_then(|i| arguments.get(i)) {
            Some(argument) => {
                out.push('\'');
                out.push_str(argument);
                out.push('\'');
            }
            None => out.push_str(word),
        }
    }
    out
}

/// `a/b/../c` → `a/c`, with `/`.
fn normal(path: &Path) -> String {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                if !matches!(out.components().next_back(), Some(Component::Normal(_))) || !out.pop() {
                    out.push("..");
                }
            }
            other => out.push(other),
        }
    }
    out.to_string_lossy().replace('\\', "/")
}
