//! # Line ends written as `\n`
//!
//! The file was written from an escaped string: instead of line ends it has the two characters `\` and `n`.
//!
//! ```typescript before
//! //@ error TS1127: Invalid character.
//! export const a = 1;$0\n\nexport const b = "x\ny";\n
//! ```
//! ```typescript after
//! export const a = 1;
//!
//! export const b = "x\ny";
//!
//! ```
//!
//! ## Fix safety
//! `Safe` when the file parses without errors afterwards. What is in strings, templates and regular expressions stays as it is.

use crate::repair::line_ends::restore;
use fix::{Fix, RuleContext};

pub(crate) const CODES: &[&str] =
    &["TS1127", "TS1434", "TS1435", "TS1005", "TS1128", "TS1109", "TS1003", "TS1131", "TS1136", "TS1161"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    restore(ctx, "TS1127").into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix_all, check_no_fix};

    #[test]
    fn all_of_the_file_at_once() {
        check_fix_all(
            rule_of(module_path!()),
            "TS1127",
            "Invalid character.",
            &[],
            r#"import { a } from "./a";$0\n// first\nexport const f = (s: string) => {\n  return [a, s, "b\nc", `\n`];\n};\n"#,
            Some(
                "import { a } from \"./a\";\n// first\nexport const f = (s: string) => {\n  return [a, s, \"b\\nc\", `\\n`];\n};\n",
            ),
        );
    }

    #[test]
    fn another_invalid_character() {
        check_no_fix(rule_of(module_path!()), "TS1127", "Invalid character.", "const a = $0\\x;\\n\n");
    }
}
