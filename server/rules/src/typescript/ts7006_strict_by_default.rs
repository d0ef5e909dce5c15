//! # Code that was not written for 'strict'
//!
//! Since TypeScript 6, `strict` is on when nothing sets it. Code that was compiled without it gets errors of implicit `any`, of `null` and of properties
//! without a value. One line brings back what the compiler did: `"strict": false`; parts of it that the configuration turns on stay on.
//!
//! ```typescript before
//! //@ error TS7006: Parameter 'a' implicitly has an 'any' type.
//! //@ compiler: 7
//! export function twice($0a$0) { return a + a; }
//! //- /tsconfig.json
//! {
//!   "compilerOptions": {
//!     "noEmit": true
//!   }
//! }
//! ```
//! ```typescript after
//! //- /tsconfig.json
//! {
//!   "compilerOptions": {
//!     "noEmit": true,
//!     "strict": false
//!   }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: the compiler did so before. Repairs of the sources under the new default are only offered, one by one: half of them done would be neither.

use super::support::config::{Documents, config_of, may_be_modern};
use diagnostics::{Severity, SourceDiagnostic};
use fix::{Applicability, DiagnosticSet, Fix, RuleContext};
use index::Index;
use index::typescript::TsProject;
use std::collections::BTreeSet;
use std::path::PathBuf;

pub(crate) const CODES: &[&str] = &[
    "TS7006", "TS7005", "TS7008", "TS7009", "TS7010", "TS7011", "TS7013", "TS7015", "TS7016", "TS7017", "TS7018",
    "TS7019", "TS7020", "TS7022", "TS7023", "TS7024", "TS7031", "TS7032", "TS7033", "TS7034", "TS7052", "TS7053",
    "TS7057", "TS2683", "TS7041", "TS2564", "TS2531", "TS2532", "TS2533", "TS2721", "TS2722", "TS2723", "TS18046",
    "TS18047", "TS18048", "TS18049", "TS2454", "TS2322", "TS2345", "TS2769", "TS2344", "TS2416", "TS2488", "TS2538",
    "TS2464", "TS2739", "TS2740", "TS2741", "TS2352", "TS2365", "TS2339", "TS2571",
];

/// The option that reports a code, and whether nothing else does.
fn option_of(d: &SourceDiagnostic) -> Option<(&'static str, bool)> {
    // Suggestions of the editor are made without the option, too.
    if d.severity < Severity::Warning {
        return None;
    }
    Some(match d.code.as_str() {
        "TS2683" | "TS7041" => ("noImplicitThis", true),
        "TS2564" => ("strictPropertyInitialization", true),
        "TS2531" | "TS2532" | "TS2533" | "TS2721" | "TS2722" | "TS2723" | "TS18047" | "TS18048" | "TS18049"
        | "TS2454" => ("strictNullChecks", true),
        "TS18046" | "TS2571" => ("useUnknownInCatchVariables", false),
        code if code.starts_with("TS70") => ("noImplicitAny", true),
        // Types that do not fit because of what may be missing.
        "TS2339" if d.argument(1).is_some_and(|t| t == "never") => ("strictNullChecks", false),
        _ if speaks_of_nothing(&d.message) => ("strictNullChecks", false),
        _ => return None,
    })
}

/// Whether a message speaks of `null` or `undefined` as a type or a part of one.
fn speaks_of_nothing(message: &str) -> bool {
    message.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "undefined" || word == "null")
}

/// Whether `strict`, which nothing sets, is what turns an option on.
fn is_by_default(project: &TsProject, option: &str) -> bool {
    !project.options.contains_key("strict")
        && !project.options.contains_key(&option.to_ascii_lowercase())
        && may_be_modern(project)
}

/// The configurations whose files have an error that only `strict` reports.
struct Stricter(BTreeSet<PathBuf>);

impl Stricter {
    fn find(index: &Index, set: &DiagnosticSet) -> Self {
        let mut out = BTreeSet::new();
        for file in set.files() {
            let certain = set.in_file(file).iter().filter_map(option_of).filter(|(_, certain)| *certain);
            let options: BTreeSet<&str> = certain.map(|(option, _)| option).collect();
            if options.is_empty() {
                continue;
            }
            if let Some((config, project, _)) = config_of(index, file)
                && options.iter().any(|o| is_by_default(&project, o))
            {
                out.insert(config);
            }
        }
        Self(out)
    }
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some((option, _)) = option_of(ctx.diagnostic) else { return Vec::new() };
    let Some((config, project, certain)) = config_of(ctx.index, ctx.path()) else { return Vec::new() };
    if !is_by_default(&project, option) || !ctx.of_build(Stricter::find).0.contains(&config) {
        return Vec::new();
    }
    let mut documents = Documents::new(ctx.index);
    if documents.set_option(&config, "strict", "false").is_none() {
        return Vec::new();
    }
    let applicability = if certain { Applicability::Safe } else { Applicability::Unsafe };
    let fix = documents.fix("Set 'strict' to 'false' in your configuration file, as it was by default", applicability);
    fix.map(|f| f.restoring().preferred()).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_no_fix, check_with_others};

    const ANY: &str = "Parameter 'a' implicitly has an 'any' type.";
    const NULL: &str = "Type 'null' is not assignable to type 'string'.";

    #[test]
    fn what_is_set_is_meant() {
        for options in ["\"strict\": true", "\"noImplicitAny\": true"] {
            let before =
                format!("function f($0a) {{}}\n//- /tsconfig.json\n{{ \"compilerOptions\": {{ {options} }} }}\n");
            check_no_fix(rule_of(module_path!()), "TS7006", ANY, &before);
        }
        check_no_fix(rule_of(module_path!()), "TS7006", ANY, "function f($0a) {}\n");
        let old = "function f($0a) {}\n//- /tsconfig.json\n{}\n//- /package.json\n{ \"devDependencies\": { \"typescript\": \"~5.8\" } }\n";
        check_no_fix(rule_of(module_path!()), "TS7006", ANY, old);
    }

    #[test]
    fn nothing_is_concluded_from_types_alone() {
        let before = "let s: string = $0null;\n//- /tsconfig.json\n{}\n";
        check_no_fix(rule_of(module_path!()), "TS2322", NULL, before);
        // Beside what only `strict` reports, the same line mends both.
        let fixture = "let s: string = $0null;\nfunction f(a) {}\n//- /tsconfig.json\n{}\n";
        check_with_others(
            rule_of(module_path!()),
            ("TS2322", NULL),
            &[(fixture.replace("$0", "").find("a) {").unwrap(), "TS7006", ANY)],
            fixture,
            "//- /tsconfig.json\n{\n  \"compilerOptions\": {\n    \"strict\": false\n  }\n}\n",
        );
    }
}
