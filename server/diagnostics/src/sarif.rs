//! SARIF as Roslyn writes it: 1.0 by default, 2.1.0 on request. One file per project.

use crate::capped::{Capped, CappedMap, LONGEST_PATH, element};
use crate::collect::{BuildLog, Collector, Format};
use crate::options::ReadOptions;
use crate::path_map::percent_decode;
use crate::{BuildDiagnostic, Code, LineColumn, Location, Related, Severity};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::sync::Arc;

#[derive(Deserialize)]
struct Log<'a> {
    version: Option<String>,
    #[serde(borrow)]
    runs: Capped<Run<'a>, 10_000>,
}

#[derive(Deserialize)]
struct Run<'a> {
    /// Read one by one.
    #[serde(default, borrow)]
    results: Capped<&'a RawValue, 2_000_000>,
    #[serde(default, rename = "originalUriBaseIds")]
    bases: CappedMap<Base, 100>,
}

#[derive(Deserialize)]
struct Base {
    uri: Option<String>,
}

/// A `result` of either version.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    rule_id: Option<String>,
    rule_key: Option<String>,
    rule: Option<RuleReference>,
    level: Option<String>,
    kind: Option<String>,
    message: Option<Message>,
    #[serde(default)]
    locations: Capped<Place, 1>,
    #[serde(default)]
    related_locations: Capped<Place, 64>,
    #[serde(default)]
    suppressions: Capped<IgnoredAny, 1>,
    #[serde(default)]
    suppression_states: Capped<IgnoredAny, 1>,
}

#[derive(Deserialize)]
struct RuleReference {
    id: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Message {
    Text(String),
    Object { text: Option<String> },
}

impl Message {
    fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Object { text } => text.as_deref().unwrap_or_default(),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    result_file: Option<Physical>,
    physical_location: Option<Physical>,
    message: Option<Message>,
}

/// `resultFile` of 1.0 or `physicalLocation` of either.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    uri: Option<String>,
    artifact_location: Option<Artifact>,
    region: Option<Region>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: Option<String>,
    uri_base_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: Option<u32>,
    start_column: Option<u32>,
    end_line: Option<u32>,
    end_column: Option<u32>,
}

/// Reads a SARIF log; `None` when the text is not one.
pub(crate) fn read(text: &str, options: &ReadOptions) -> Option<BuildLog> {
    let log: Log<'_> = serde_json::from_str(text).ok()?;
    let mut out = Collector::new(options.max_diagnostics);
    out.saw(if log.version.as_deref().is_some_and(|v| v.starts_with('1')) { Format::SarifV1 } else { Format::SarifV2 });
    out.stats.lines = memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64;
    for run in log.runs.0 {
        let Run { results, bases } = run;
        let named = |b: Base| b.uri.filter(|uri| uri.len() <= LONGEST_PATH);
        let bases: HashMap<String, String> = bases.0.into_iter().filter_map(|(id, b)| Some((id, named(b)?))).collect();
        for result in results.0.into_iter().filter_map(element::<Outcome>) {
            if !result.suppressions.0.is_empty() || !result.suppression_states.0.is_empty() {
                out.stats.suppressed += 1;
                continue;
            }
            let code = result
                .rule_id
                .as_deref()
                .or(result.rule.as_ref().and_then(|r| r.id.as_deref()))
                .or(result.rule_key.as_deref())
                .unwrap_or_default();
            let severity = match result.level.as_deref() {
                Some("error") => Severity::Error,
                Some("note") => Severity::Info,
                Some("none" | "pass" | "notApplicable") => Severity::Hint,
                // The default of the standard, unless `kind` says that nothing failed.
                None if result.kind.as_deref().is_some_and(|k| k != "fail") => Severity::Hint,
                _ => Severity::Warning,
            };
            let (file, location) =
                result.locations.0.first().map_or((None, None), |place| resolve(place, &bases, &mut out));
            let related = result
                .related_locations
                .0
                .iter()
                .map(|place| {
                    let (file, location) = resolve(place, &bases, &mut out);
                    let message = place.message.as_ref().map(|m| m.text().to_owned()).unwrap_or_default();
                    Related { file, location, message }
                })
                .collect();
            let message = result.message.as_ref().map_or("", Message::text).replace("\r\n", "\n");
            out.add(BuildDiagnostic {
                file,
                location,
                code: Code::new(code),
                severity,
                message: message.into(),
                arguments: Vec::new(),
                projects: Vec::new(),
                related,
                producer: Code::new(code).producer(),
            });
        }
    }
    Some(out.finish())
}

/// A relative reference, or a URI of a local file, as consoles print the path. `None` for other URIs.
fn local_path(uri: &str) -> Option<String> {
    let path = match uri.strip_prefix("file:///") {
        Some(local) => percent_decode(local)?,
        None if uri.contains("://") => return None,
        None => return percent_decode(uri),
    };
    let drive = matches!(path.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    Some(if drive { path.replace('/', "\\") } else { format!("/{path}") })
}

type Resolved = (Option<Arc<str>>, Option<Location>);

fn resolve(place: &Place, bases: &HashMap<String, String>, out: &mut Collector) -> Resolved {
    let Some(physical) = place.result_file.as_ref().or(place.physical_location.as_ref()) else { return (None, None) };
    let artifact = physical.artifact_location.as_ref();
    let uri = physical.uri.as_deref().or(artifact.and_then(|a| a.uri.as_deref()));
    let base = artifact.and_then(|a| a.uri_base_id.as_deref()).and_then(|id| bases.get(id)).map_or("", String::as_str);
    let file = uri.filter(|uri| uri.len() <= LONGEST_PATH).map(|uri| {
        let whole = if uri.contains("://") { uri.to_owned() } else { format!("{base}{uri}") };
        out.intern(&local_path(&whole).unwrap_or(whole))
    });
    let location = physical.region.as_ref().and_then(|region| {
        let line = region.start_line.filter(|l| *l > 0)?;
        let start = LineColumn { line, column: region.start_column.filter(|c| *c > 0) };
        let end = region
            .end_column
            .filter(|c| *c > 0)
            .map(|column| LineColumn { line: region.end_line.unwrap_or(line), column: Some(column) });
        Some(Location::LineColumn { start, end: end.filter(|end| *end >= start) })
    });
    (file, location)
}
