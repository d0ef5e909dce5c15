//! # Base class behind an interface
//!
//! The base class comes first, then the interfaces.
//!
//! ```csharp before
//! //@ error CS1722: Base class 'Shape' must come before any interfaces
//! interface IDrawn { }
//! class Shape { }
//! class Square : IDrawn, $0Shape$0 { }
//! ```
//! ```csharp after
//! interface IDrawn { }
//! class Shape { }
//! class Square : Shape, IDrawn { }
//! ```
//!
//! ## Fix safety
//! `Safe`: the order is the only thing that is wrong.

use fix::{Applicability, Fix, RuleContext};
use syntax::{Node, NodeExt, ancestors};

pub(crate) const CODES: &[&str] = &["CS1722"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let find = || {
        let text = ctx.text();
        let base = ancestors(ctx.token()?).find(|n| n.parent().is_some_and(|p| p.kind() == "base_list"))?;
        let items: Vec<Node<'_>> = base.parent()?.named();
        // Arguments belong to the type before them.
        if items.iter().any(|n| n.kind() == "argument_list") {
            return None;
        }
        let i = items.iter().position(|n| *n == base).filter(|i| *i > 0)?;
        let mut fix =
            ctx.fix(format!("Move '{}' before any interface", base.text_in(text)), Applicability::Safe).preferred();
        for at in 0..=i {
            let new = if at == 0 { base } else { items[at - 1] };
            fix = fix.replace(items[at].byte_range(), new.text_in(text));
        }
        Some(fix.build())
    };
    find().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix_all, check_no_fix};

    #[test]
    fn the_order_of_the_others_stays() {
        let rule = rule_of(module_path!());
        let before = "class G<T> :\n    I<T>, // i\n    J,\n    $0N.A<T>,\n    K where T : class { }";
        let after = "class G<T> :\n    N.A<T>, // i\n    I<T>,\n    J,\n    K where T : class { }";
        check_fix_all(rule, "CS1722", "", &[], before, Some(after));
        check_no_fix(rule, "CS1722", "", "class C : $0A { }");
    }
}
