//! # Call that not all platforms support
//!
//! A method is for some platforms only, and the code that calls it runs on others, too.
//!
//! ```csharp before
//! //@ warning CA1416: This call site is reachable on all platforms. 'Registry.Write()' is only supported on: 'windows'.
//! using System;
//! class C
//! {
//!     void M()
//!     {
//!         $0Registry.Write()$0;
//!     }
//! }
//! ```
//! ```csharp after
//! using System;
//! class C
//! {
//!     void M()
//!     {
//!         if (OperatingSystem.IsWindows())
//!         {
//!             Registry.Write();
//!         }
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: on other platforms nothing is done then. The attribute says that the caller is for that platform, too, and passes the question on to who
//! calls it.

use codegen::csharp::style::braces_on_own_line;
use fix::{Applicability, Bulk, Fix, ImportRequest, RuleContext};
use syntax::NodeExt;
use syntax::csharp::MEMBERS;

pub(crate) const CODES: &[&str] = &["CA1416"];

/// Platforms as attributes name them, and the question that `OperatingSystem` answers.
const PLATFORMS: &[(&str, &str)] = &[
    ("windows", "IsWindows"),
    ("linux", "IsLinux"),
    ("macos", "IsMacOS"),
    ("osx", "IsMacOS"),
    ("android", "IsAndroid"),
    ("ios", "IsIOS"),
    ("maccatalyst", "IsMacCatalyst"),
    ("tvos", "IsTvOS"),
    ("freebsd", "IsFreeBSD"),
    ("browser", "IsBrowser"),
    ("wasi", "IsWasi"),
];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    // The last quoted word is the platform; a version may follow it.
    let message = &*ctx.diagnostic.message;
    let (_, list) = message.rsplit_once("on: ")?;
    let named: Vec<&str> = list.split('\'').skip(1).step_by(2).collect();
    let [platform] = named.as_slice() else { return None };
    let (platform, version) = platform.split_once(' ').unwrap_or((platform, ""));
    let versioned = !version.is_empty() || list.chars().any(|c| c.is_ascii_digit());
    let (_, question) = PLATFORMS.iter().find(|(name, _)| name.eq_ignore_ascii_case(platform))?;
    let unsupported = message.contains("unsupported on: ");
    if !unsupported && !message.contains("supported on: ") || versioned {
        return None;
    }
    let token = ctx.token()?;
    let member = token.enclosing(MEMBERS)?;
    let scope = ctx.index.csharp().namespaces_in_scope(ctx.path(), token.start_byte());
    let system = if scope.iter().any(|n| n == "System") { "" } else { "System." };
    let not = if unsupported { "!" } else { "" };
    let condition = format!("{not}{system}OperatingSystem.{question}()");
    let mut out = Vec::new();
    let statement =
        token.enclosing(&["expression_statement", "local_declaration_statement", "return_statement", "block"]);
    if let Some(statement) = statement.filter(|s| s.kind() == "expression_statement")
        && statement.parent().is_some_and(|p| p.is(&["block", "switch_section"]))
    {
        let start = statement.start_byte();
        let (eol, outer, unit) = (ctx.eol(), ctx.indent_at(start), ctx.indent_unit());
        let open = if braces_on_own_line(ctx) { format!("{eol}{outer}{{") } else { " {".to_owned() };
        let body = statement.text_in(text).replace(&format!("{eol}{outer}"), &format!("{eol}{outer}{unit}"));
        let new = format!("if ({condition}){open}{eol}{outer}{unit}{body}{eol}{outer}}}");
        let fix = ctx.fix(format!("Guard with '{condition}'"), Applicability::Unsafe);
        out.push(fix.replace(statement.byte_range(), new).preferred().build());
    }
    if !unsupported {
        let start = member.start_byte();
        let line = text[..start].rfind(['\n', '\r']).map_or(0, |i| i + 1);
        let alone = text[line..start].trim().is_empty() && text.contains('\n');
        let gap = if alone { format!("{}{}", ctx.eol(), &text[line..start]) } else { " ".to_owned() };
        let attribute = format!("[SupportedOSPlatform(\"{}\")]", platform.to_lowercase());
        let fix = ctx.fix(format!("Add {attribute}"), Applicability::Unsafe).insert(start, format!("{attribute}{gap}"));
        let namespace = "System.Runtime.Versioning".to_owned();
        let known = scope.iter().any(|n| *n == namespace);
        let fix = if known { fix } else { fix.import(ImportRequest::Using { namespace }) };
        out.push(fix.in_bulk(Bulk::Manual).build());
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_titled, check_no_fix};

    #[test]
    fn platforms() {
        let rule = rule_of(module_path!());
        let file = |body: &str| {
            format!("using System.Runtime.Versioning;\nclass C\n{{\n    int M()\n    {{\n        {body}\n    }}\n}}\n")
        };
        let message = "This call site is reachable on all platforms. 'W.Go()' is unsupported on: 'browser'.";
        let before = file("$0W.Go();");
        let after = file("if (!System.OperatingSystem.IsBrowser())\n        {\n            W.Go();\n        }");
        check_fix(rule, "CA1416", message, &before, &after);
        let message = "This call site is reachable on all platforms. 'W.Get()' is only supported on: 'Linux'.";
        let before = file("return $0W.Get();");
        let after = before.replace("$0", "").replace("    int M", "    [SupportedOSPlatform(\"linux\")]\n    int M");
        check_fix_titled(rule, "CA1416", message, "Add [SupportedOSPlatform(\"linux\")]", &before, &after);
        let versioned =
            "This call site is reachable on all platforms. 'W.Go()' is only supported on: 'windows' 10.0 and later.";
        check_no_fix(rule, "CA1416", versioned, &file("$0W.Go();"));
    }
}
