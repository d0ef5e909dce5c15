//! Lines that a container runtime or a logging service wrapped in JSON: `{"log":"…\n","stream":"stdout","time":"…"}`.

use serde::Deserialize;
use std::borrow::Cow;

/// Keys under which services keep the line: Docker's `json-file`, Kubernetes' collectors, structured loggers, Google Cloud Build.
#[derive(Deserialize)]
struct Wrapped<'a> {
    #[serde(borrow, alias = "message", alias = "msg", alias = "textPayload", alias = "line", alias = "MESSAGE")]
    log: Cow<'a, str>,
}

/// The line inside; `None` when it is not wrapped.
pub(crate) fn text(line: &str) -> Option<String> {
    let line = line.trim_end();
    if !line.starts_with("{\"") || !line.ends_with('}') {
        return None;
    }
    let Wrapped { log } = serde_json::from_str(line).ok()?;
    let text = log.trim_end_matches(['\r', '\n']);
    (!text.contains('\n')).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::text;
    use crate::read;

    #[test]
    fn the_line_inside_is_read() {
        assert_eq!(text(r#"{"log":"a\tb\n","stream":"stdout","time":"x"}"#).as_deref(), Some("a\tb"));
        assert_eq!(text(r#"{"level":"info","msg":"x","n":[1]}"#).as_deref(), Some("x"));
        assert_eq!((text(r#"{"log":1}"#), text("{\"a\":2}"), text("{")), (None, None, None));
        let line = |text: &str| format!("{{\"log\":{},\"stream\":\"stdout\"}}\n", serde_json::to_string(text).unwrap());
        let log = line("src/a.ts(1,7): error TS2322: Type 'A' is not assignable to type 'B'.\n")
            + &line("  Types differ.\n")
            + &line("x\n");
        assert_eq!(
            &*read(log.as_bytes()).diagnostics[0].message,
            "Type 'A' is not assignable to type 'B'.\n  Types differ."
        );
    }
}
