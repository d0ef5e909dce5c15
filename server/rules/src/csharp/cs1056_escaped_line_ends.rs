//! # Line ends written as `\n`
//!
//! The file was written from an escaped string: instead of line ends it has the two characters `\` and `n`.
//!
//! ```csharp before
//! //@ error CS1056: Unexpected character '\'
//! class A { }$0\n\nclass B { public string s = "x\ny"; }\n
//! ```
//! ```csharp after
//! class A { }
//!
//! class B { public string s = "x\ny"; }
//!
//! ```
//!
//! ## Fix safety
//! `Safe` when the file parses without errors afterwards. What is in literals stays as it is.

use crate::repair::line_ends::restore;
use fix::{Fix, RuleContext};

pub(crate) const CODES: &[&str] =
    &["CS1056", "CS1002", "CS1003", "CS1001", "CS1519", "CS1022", "CS1513", "CS0116", "CS1525", "CS8803"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    restore(ctx, "CS1056").into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::check_fix_all;

    #[test]
    fn comments_end_where_their_line_does() {
        check_fix_all(
            rule_of(module_path!()),
            "CS1056",
            "Unexpected character '\\'",
            &[],
            r#"class A { }$0\n// first\nclass C\n{\n\tchar c = '\n';\n}"#,
            Some("class A { }\n// first\nclass C\n{\n\tchar c = '\\n';\n}"),
        );
    }
}
