//! # Class extends an interface
//!
//! A class implements interfaces; it extends classes.
//!
//! ```typescript before
//! //@ error TS2689: Cannot extend an interface 'Shape'. Did you mean 'implements'?
//! interface Shape { }
//! interface Named { }
//! class Square extends $0Shape$0 implements Named { }
//! ```
//! ```typescript after
//! interface Shape { }
//! interface Named { }
//! class Square implements Shape, Named { }
//! ```
//!
//! ## Fix safety
//! `Safe`: an interface has no value that can be extended, and `implements` has no effect on the emitted code. The compiler then reports
//! the members that the class lacks.

use fix::{Applicability, Fix, RuleContext};
use syntax::{NodeExt, child_of_kind};

pub(crate) const CODES: &[&str] = &["TS2689"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(heritage) = ctx.token().and_then(|t| t.enclosing(&["class_heritage"])) else { return Vec::new() };
    let Some(extends) = child_of_kind(heritage, "extends_clause") else { return Vec::new() };
    let Some(keyword) = child_of_kind(extends, "extends") else { return Vec::new() };
    let fix = ctx.fix("Change 'extends' to 'implements'", Applicability::Safe).replace(keyword.range(), "implements");
    let fix = match child_of_kind(heritage, "implements_clause").and_then(|c| child_of_kind(c, "implements")) {
        None => fix,
        Some(second) => {
            let Some(first) = second.parent().and_then(|c| c.named().into_iter().next()) else { return Vec::new() };
            fix.insert(extends.end_byte(), ",").delete(second.start_byte()..first.start_byte())
        }
    };
    vec![fix.preferred().build()]
}
