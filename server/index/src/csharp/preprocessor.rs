//! Conditional compilation: under which conditions a directive counts, and whether a project fulfils them.

use rustc_hash::FxHashSet;
use smol_str::{SmolStr, format_smolstr};
use syntax::{Node, NodeExt, ancestors};

/// Longer conditions are taken for none: they hold or not, nobody knows.
const LONGEST: usize = 512;
/// How deep conditions are nested at most.
const DEEPEST: usize = 32;

/// What has to hold for `node` to be compiled: the conditions of all branches of `#if` around it. Empty outside of any.
pub(super) fn condition_of(node: Node<'_>, text: &str) -> SmolStr {
    let mut out = SmolStr::default();
    let mut inner = node;
    for ancestor in ancestors(node).skip(1).take(DEEPEST) {
        let own = match ancestor.kind() {
            "preproc_if" | "preproc_elif" => ancestor.field("condition").map(|c| c.text_in(text)),
            _ => None,
        };
        if let Some(own) = own.filter(|_| out.len() < LONGEST) {
            // In another branch, this one does not hold.
            let negated = if ancestor.field("alternative") == Some(inner) { "!" } else { "" };
            let and = if out.is_empty() { "" } else { " && " };
            out = format_smolstr!("{negated}({own}){and}{out}");
        }
        inner = ancestor;
    }
    if out.len() > LONGEST { SmolStr::default() } else { out }
}

/// The preprocessor symbols of a project, as far as they are known.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct PreprocessorSymbols {
    defined: FxHashSet<SmolStr>,
    /// The target framework is known, so that its symbols are.
    has_framework: bool,
    /// There are no others.
    exact: bool,
}

impl PreprocessorSymbols {
    /// Of a project with this target framework (`net8.0`, or empty) and these constants.
    pub(super) fn new(framework: &str, constants: &str) -> Self {
        let split = constants.split([';', ',']).map(str::trim).filter(|c| !c.is_empty() && !c.contains('$'));
        let mut defined: FxHashSet<SmolStr> = split.map(SmolStr::new).collect();
        let framework = framework.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let own = framework_symbols(&framework);
        let has_framework = !own.is_empty();
        defined.extend(own);
        Self { defined, has_framework, exact: false }
    }

    /// These and no others.
    pub(super) fn exactly(defines: &[SmolStr]) -> Self {
        Self { defined: defines.iter().cloned().collect(), has_framework: true, exact: true }
    }

    /// Whether code under `condition` is compiled; `None` when that is not known.
    pub(super) fn holds(&self, condition: &str) -> Option<bool> {
        let mut parser = Parser { rest: condition, symbols: self, depth: 0 };
        let value = parser.or();
        if parser.rest.trim().is_empty() { value } else { None }
    }

    fn is_defined(&self, symbol: &str) -> Option<bool> {
        match symbol {
            "true" => Some(true),
            "false" => Some(false),
            _ if self.defined.contains(symbol) => Some(true),
            _ if self.exact || self.has_framework && is_framework_symbol(symbol) => Some(false),
            // What else a build defines is not known.
            _ => None,
        }
    }
}

/// Whether the SDK defines a symbol of this form for target frameworks (documentation of preprocessor symbols in .NET SDK projects).
fn is_framework_symbol(symbol: &str) -> bool {
    let rest = ["NETFRAMEWORK", "NETSTANDARD", "NETCOREAPP", "NET"].iter().find_map(|p| symbol.strip_prefix(p));
    rest.is_some_and(|rest| {
        let rest = rest.strip_suffix("_OR_GREATER").unwrap_or(rest);
        rest.chars().all(|c| c.is_ascii_digit() || c == '_')
    })
}

/// The symbols that the SDK defines for a target framework.
fn framework_symbols(framework: &str) -> Vec<SmolStr> {
    let mut out: Vec<SmolStr> = Vec::new();
    let mut family = |name: &str, versions: &[&str], own: &str| {
        out.push(name.into());
        let Some(at) = versions.iter().position(|v| *v == own) else { return };
        out.extend(versions[..=at].iter().map(|v| format_smolstr!("{v}_OR_GREATER")));
        out.push(own.into());
    };
    const STANDARD: [&str; 9] = [
        "NETSTANDARD1_0",
        "NETSTANDARD1_1",
        "NETSTANDARD1_2",
        "NETSTANDARD1_3",
        "NETSTANDARD1_4",
        "NETSTANDARD1_5",
        "NETSTANDARD1_6",
        "NETSTANDARD2_0",
        "NETSTANDARD2_1",
    ];
    const CORE: [&str; 7] = [
        "NETCOREAPP1_0",
        "NETCOREAPP1_1",
        "NETCOREAPP2_0",
        "NETCOREAPP2_1",
        "NETCOREAPP2_2",
        "NETCOREAPP3_0",
        "NETCOREAPP3_1",
    ];
    const FRAMEWORK: [&str; 15] = [
        "NET20", "NET35", "NET40", "NET403", "NET45", "NET451", "NET452", "NET46", "NET461", "NET462", "NET47",
        "NET471", "NET472", "NET48", "NET481",
    ];
    let number = |prefix: &str| framework.strip_prefix(prefix).map(|rest| rest.replace('.', "_"));
    if let Some(version) = number("netstandard") {
        family("NETSTANDARD", &STANDARD, &format!("NETSTANDARD{version}"));
    } else if let Some(version) = number("netcoreapp") {
        family("NETCOREAPP", &CORE, &format!("NETCOREAPP{version}"));
    } else if let Some(version) = number("net").filter(|v| v.contains('_')) {
        family("NETCOREAPP", &CORE, "NETCOREAPP3_1");
        out.retain(|s| s != "NETCOREAPP3_1");
        let major = version.split('_').next().and_then(|m| m.parse::<u32>().ok()).unwrap_or(0).min(64);
        out.push("NET".into());
        out.push(format_smolstr!("NET{version}"));
        out.extend((5..=major).map(|v| format_smolstr!("NET{v}_0_OR_GREATER")));
    } else if let Some(version) = number("net").filter(|v| !v.is_empty() && v.chars().all(|c| c.is_ascii_digit())) {
        family("NETFRAMEWORK", &FRAMEWORK, &format!("NET{version}"));
    }
    out
}

/// Reads a preprocessor expression (C# specification §6.5.4); `None` as value is "not known".
struct Parser<'t> {
    rest: &'t str,
    symbols: &'t PreprocessorSymbols,
    depth: usize,
}

impl Parser<'_> {
    fn eat(&mut self, token: &str) -> bool {
        let rest = self.rest.trim_start();
        rest.strip_prefix(token).map(|after| self.rest = after).is_some()
    }

    fn or(&mut self) -> Option<bool> {
        let mut value = self.and();
        while self.eat("||") {
            value = match (value, self.and()) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), other) => other,
                _ => None,
            };
        }
        value
    }

    fn and(&mut self) -> Option<bool> {
        let mut value = self.equality();
        while self.eat("&&") {
            value = match (value, self.equality()) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), other) => other,
                _ => None,
            };
        }
        value
    }

    fn equality(&mut self) -> Option<bool> {
        let mut value = self.unary();
        loop {
            let equal = self.eat("==");
            if !equal && !self.eat("!=") {
                return value;
            }
            let other = self.unary();
            value = value.zip(other).map(|(a, b)| (a == b) == equal);
        }
    }

    fn unary(&mut self) -> Option<bool> {
        self.depth += 1;
        let value = if self.depth > DEEPEST {
            // Nothing is read: the rest is left over.
            None
        } else if !self.rest.trim_start().starts_with("!=") && self.eat("!") {
            self.unary().map(|v| !v)
        } else if self.eat("(") {
            let value = self.or();
            if self.eat(")") { value } else { None }
        } else {
            let rest = self.rest.trim_start();
            let end = rest.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(rest.len());
            self.rest = &rest[end..];
            self.symbols.is_defined(&rest[..end])
        };
        self.depth -= 1;
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_hold_where_the_framework_says_so() {
        let modern = PreprocessorSymbols::new("net8.0-windows", "TRACE;FEATURE_SPAN");
        let standard = PreprocessorSymbols::new("netstandard2.0", "");
        let classic = PreprocessorSymbols::new("net472", "");
        for (condition, in_modern, in_standard, in_classic) in [
            ("NET", Some(true), Some(false), Some(false)),
            ("NET6_0_OR_GREATER", Some(true), Some(false), Some(false)),
            ("NET9_0_OR_GREATER", Some(false), Some(false), Some(false)),
            ("NETCOREAPP3_1_OR_GREATER", Some(true), Some(false), Some(false)),
            ("NETSTANDARD", Some(false), Some(true), Some(false)),
            ("!(NETSTANDARD) && (NET)", Some(true), Some(false), Some(false)),
            ("NET461_OR_GREATER || NETSTANDARD2_0", Some(false), Some(true), Some(true)),
            ("FEATURE_SPAN", Some(true), None, None),
            ("OTHER && NETFRAMEWORK", Some(false), Some(false), None),
            ("true != false", Some(true), Some(true), Some(true)),
            ("(", None, None, None),
        ] {
            assert_eq!(modern.holds(condition), in_modern, "{condition}");
            assert_eq!(standard.holds(condition), in_standard, "{condition}");
            assert_eq!(classic.holds(condition), in_classic, "{condition}");
        }
        assert_eq!(PreprocessorSymbols::default().holds("NET"), None);
        assert_eq!(modern.holds(&"!(".repeat(100_000)), None);
    }
}
