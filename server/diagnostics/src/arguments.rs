use crate::Code;

/// The arguments of `message`, in the order in which the English text prints them.
///
/// Both compilers quote every name and type that they insert, in whatever language they speak: `'x'` in English,
/// other marks elsewhere. Unquoted arguments (counts, member lists) follow by code.
pub fn arguments_of(_code: &Code, message: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = message;
    while let Some(open) = rest.find('\'') {
        let Some(close) = rest[open + 1..].find('\'') else { break };
        out.push(rest[open + 1..open + 1 + close].to_owned());
        rest = &rest[open + close + 2..];
    }
    out
}
