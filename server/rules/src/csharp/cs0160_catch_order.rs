//! # Exception that is caught before
//!
//! A `catch` clause stands behind one that catches the same exceptions, or all that it would.
//!
//! ```csharp before
//! //@ error CS0160: A previous catch clause already catches all exceptions of this or of a super type ('Exception')
//! using System;
//! using System.IO;
//! class C
//! {
//!     void M()
//!     {
//!         try { File.ReadAllText("a"); }
//!         catch (Exception) { Console.Write("bad"); }
//!         catch ($0IOException$0) { Console.Write("file"); }
//!     }
//! }
//! ```
//! ```csharp after
//! using System;
//! using System.IO;
//! class C
//! {
//!     void M()
//!     {
//!         try { File.ReadAllText("a"); }
//!         catch (IOException) { Console.Write("file"); }
//!         catch (Exception) { Console.Write("bad"); }
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: the narrower clause moves before the wider one, the only order in which both can do something. `Unsafe` where both catch the same type:
//! one of them is too many.

use codegen::csharp::deletion::removal_of;
use fix::{Applicability, Fix, RuleContext};
use syntax::{Node, NodeExt, child_of_kind, children_of_kind};

pub(crate) const CODES: &[&str] = &["CS0160"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let clause = ctx.token()?.enclosing(&["catch_clause"])?;
    let statement = clause.parent()?;
    let model = ctx.csharp();
    let own = model.written_type(caught(clause)?)?;
    let all = children_of_kind(statement, "catch_clause");
    let filtered = |c: &Node<'_>| child_of_kind(*c, "catch_filter_clause").is_some();
    let i = all.iter().position(|c| *c == clause)?;
    let wider = all[..i].iter().position(|c| {
        let ty = caught(*c).and_then(|t| model.written_type(t));
        // Without a type, all are caught.
        !filtered(c) && ty.is_none_or(|ty| model.converts(&own, &ty))
    })?;
    let twin = caught(all[wider]).and_then(|t| model.written_type(t)) == Some(own);
    if twin && !filtered(&clause) {
        let range = removal_of(text, clause.byte_range().into());
        return Some(ctx.fix("Remove catch clause", Applicability::Unsafe).delete(range).preferred().build());
    }
    // Comments between the clauses stay where they are.
    let gap = &text[all[i - 1].end_byte()..clause.start_byte()];
    if !gap.trim().is_empty() {
        return None;
    }
    let moved = format!("{}{gap}", clause.text_in(text));
    let fix = ctx.fix("Move catch clause", Applicability::Safe).insert(all[wider].start_byte(), moved);
    Some(fix.delete(all[i - 1].end_byte()..clause.end_byte()).preferred().build())
}

/// The type that a clause catches.
fn caught(clause: Node<'_>) -> Option<Node<'_>> {
    child_of_kind(clause, "catch_declaration")?.field("type")
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};
    const MESSAGE: &str =
        "A previous catch clause already catches all exceptions of this or of a super type ('Exception')";

    fn file(clauses: &str) -> String {
        format!(
            "using System;\nusing System.IO;\nclass C\n{{\n    void M()\n    {{\n        try {{ }}\n        {clauses}\n    }}\n}}\n"
        )
    }

    #[test]
    fn narrower_clauses_move_up() {
        let rule = rule_of(module_path!());
        for (before, after) in [
            (
                "catch (ArgumentException) { }\n        catch (SystemException) { }\n        catch ($0IOException e) when (e != null)\n        {\n        }\n        finally { }",
                "catch (ArgumentException) { }\n        catch (IOException e) when (e != null)\n        {\n        }\n        catch (SystemException) { }\n        finally { }",
            ),
            (
                "catch (IOException) { } catch ($0FileNotFoundException) { }",
                "catch (FileNotFoundException) { } catch (IOException) { }",
            ),
        ] {
            check_fix_all(rule, "CS0160", MESSAGE, &[], &file(before), Some(&file(after)));
        }
        let twice = "catch (IOException) { }\n        catch ($0IOException e) { M(); }";
        check_fix(rule, "CS0160", MESSAGE, &file(twice), &file("catch (IOException) { }"));
        check_fix_all(rule, "CS0160", MESSAGE, &[], &file(twice), None);
        check_no_fix(
            rule,
            "CS0160",
            MESSAGE,
            &file("catch (Exception) when (true) { }\n        catch ($0IOException) { }"),
        );
    }
}
