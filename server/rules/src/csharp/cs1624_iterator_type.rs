//! # `yield` in a function that does not return a sequence
//!
//! An iterator returns `IEnumerable<T>` or a similar type; if it also awaits, it is `async` and returns `IAsyncEnumerable<T>`.
//!
//! ```csharp before
//! //@ error CS1624: The body of 'C.M()' cannot be an iterator block because 'List<int>' is not an iterator interface type
//! using System.Collections.Generic;
//! class C
//! {
//!     public List<int> $0M$0()
//!     {
//!         yield return 1;
//!     }
//! }
//! ```
//! ```csharp after
//! using System.Collections.Generic;
//! class C
//! {
//!     public IEnumerable<int> M()
//!     {
//!         yield return 1;
//!     }
//! }
//! ```
//! ```csharp before
//! //@ error CS8403: Method 'C.M()' with an iterator block must be 'async' to return 'IAsyncEnumerable<int>'
//! using System.Collections.Generic;
//! using System.Threading.Tasks;
//! class C
//! {
//!     public IAsyncEnumerable<int> $0M$0()
//!     {
//!         await Task.Delay(1);
//!         yield return 1;
//!     }
//! }
//! ```
//! ```csharp after
//! using System.Collections.Generic;
//! using System.Threading.Tasks;
//! class C
//! {
//!     public async IAsyncEnumerable<int> M()
//!     {
//!         await Task.Delay(1);
//!         yield return 1;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! Adding `async` is `Safe` where the body awaits. Changing the return type is `Unsafe`: callers are affected;
//! it is not done in bulk where the method implements a member.

use super::support::declarations::is_bound;
use fix::{Applicability, Bulk, Fix, ImportRequest, RuleContext};
use semantics::csharp::Type;
use syntax::NodeExt;
use syntax::csharp::{descendants, has_modifier, inner_expression, modifier_place, own_descendants, written_type};

pub(crate) const CODES: &[&str] = &["CS1624", "CS8403"];

const SEQUENCE: &str = "System.Collections.Generic.IEnumerable";

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let iterators = [
        "method_declaration",
        "local_function_statement",
        "property_declaration",
        "indexer_declaration",
        "operator_declaration",
    ];
    let function = ctx.token()?.enclosing(&iterators)?;
    if ctx.code() == "CS8403" {
        if has_modifier(function, text, "async") {
            return None;
        }
        let awaits = own_descendants(function).any(|n| n.kind() == "await_expression");
        let applicability = if awaits { Applicability::Safe } else { Applicability::Unsafe };
        let place = modifier_place(function, text, "async");
        return Some(vec![ctx.fix("Make method async", applicability).insert(place, "async ").preferred().build()]);
    }
    let model = ctx.csharp();
    let declared = written_type(function)?;
    let mut elements: Vec<Type> = Vec::new();
    if declared.text_in(text) == "void" {
        for value in own_descendants(function).filter(|n| n.kind() == "yield_statement") {
            let Some(ty) = inner_expression(value).and_then(|v| model.type_of(v)).filter(|t| !t.is("void")) else {
                continue;
            };
            if !elements.contains(&ty) {
                elements.push(ty);
            }
        }
        // With values of several types, first the one that all convert to.
        let general = elements.iter().position(|to| elements.iter().all(|from| model.converts(from, to)));
        if let Some(at) = general {
            elements.swap(0, at);
        }
    } else {
        let ty = model.written_type(declared)?;
        let sequence = model.supertypes(&ty).iter().find_map(|(t, _)| t.arguments_of(SEQUENCE).map(<[Type]>::to_vec));
        let element = sequence.and_then(|a| a.into_iter().next()).filter(|_| !ty.is("string"));
        elements.push(element.unwrap_or(ty));
    }
    // The return type of an override or explicit implementation is fixed.
    let bound = has_modifier(function, text, "override")
        || descendants(function).take(4).any(|n| n.kind() == "explicit_interface_specifier");
    if bound || elements.is_empty() {
        return None;
    }
    let replaced = |i: usize, element: &Type| -> Fix {
        let whole = Type::generic(SEQUENCE, vec![element.clone()]);
        let mut written = model.minimal(&whole, declared.start_byte());
        let bulk = if is_bound(ctx, function) { Bulk::Manual } else { Bulk::Repair };
        let mut fix = ctx.fix(String::new(), Applicability::Unsafe).in_bulk(bulk);
        if let Some(short) = written.strip_prefix("System.Collections.Generic.") {
            written = short.to_owned();
            fix = fix.import(ImportRequest::Using { namespace: "System.Collections.Generic".to_owned() });
        }
        let fix = if i == 0 { fix.preferred() } else { fix };
        let mut fix = fix.replace(declared.byte_range(), written.as_str()).build();
        fix.title = format!("Change return type from {} to {written}", declared.text_in(text));
        fix
    };
    Some(elements.iter().enumerate().map(|(i, e)| replaced(i, e)).collect())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_titled, check_no_fix};
    const MESSAGE: &str =
        "The body of 'C.M()' cannot be an iterator block because 'void' is not an iterator interface type";

    #[test]
    fn the_type_of_the_yielded_values() {
        check_fix_titled(
            rule_of(module_path!()),
            "CS1624",
            MESSAGE,
            "Change return type from void to IEnumerable<string>",
            "using System.Collections.Generic; class C { void $0M() { yield return 1; yield return \"\"; } }",
            "using System.Collections.Generic; class C { IEnumerable<string> M() { yield return 1; yield return \"\"; } }",
        );
    }

    #[test]
    fn properties_and_imports() {
        check_fix(
            rule_of(module_path!()),
            "CS1624",
            "The body of 'C.P.get' cannot be an iterator block because 'int' is not an iterator interface type",
            "class C\n{\n    int P { $0get { yield return 1; } }\n}\n",
            "using System.Collections.Generic;\n\nclass C\n{\n    IEnumerable<int> P { get { yield return 1; } }\n}\n",
        );
    }

    #[test]
    fn nothing_is_yielded() {
        check_no_fix(rule_of(module_path!()), "CS1624", MESSAGE, "class C { void $0M() { yield break; } }");
    }
}
