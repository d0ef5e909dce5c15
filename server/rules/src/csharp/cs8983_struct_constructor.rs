//! # Struct with initial values and no constructor
//!
//! Initial values of fields are assigned by a constructor: a struct that has them declares one.
//!
//! ```csharp before
//! //@ error CS8983: A 'struct' with field initializers must include an explicitly declared constructor.
//! struct $0Counter$0
//! {
//!     public int Step = 1;
//! }
//! ```
//! ```csharp after
//! struct Counter
//! {
//!     public int Step = 1;
//!
//!     public Counter()
//!     {
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: the initial values are what `new` is to give. `default` still gives zeros.

use codegen::csharp::insertion::{NewMember, insert_here, kind_rank};
use fix::{Applicability, Fix, RuleContext};
use syntax::NodeExt;

pub(crate) const CODES: &[&str] = &["CS8983"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let find = || {
        let ty = ctx.token()?.enclosing(&["struct_declaration", "record_declaration"])?;
        let name = ty.field("name")?.text_in(ctx.text());
        let has = ty.field("body")?.named().iter().any(|m| m.kind() == "constructor_declaration");
        let open = if codegen::csharp::style::braces_on_own_line(ctx) { "\n{\n}" } else { " {\n}" };
        let new = NewMember {
            text: format!("public {name}(){open}"),
            kind: kind_rank("constructor_declaration"),
            accessibility: 0,
            is_static: false,
            name: name.to_owned(),
        };
        let edits = insert_here(ctx, ty, &[new])?;
        let fix = ctx.fix(format!("Generate constructor '{name}()'"), Applicability::Safe).preferred();
        (!has).then(|| edits.into_iter().fold(fix, |fix, edit| fix.edit(edit)).build())
    };
    find().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn records_too() {
        let rule = rule_of(module_path!());
        let before = "record struct $0R\n{\n    public string B { get; set; } = \"\";\n    void M() { }\n}\n";
        let after = "record struct R\n{\n    public R()\n    {\n    }\n\n    public string B { get; set; } = \"\";\n    void M() { }\n}\n";
        check_fix(rule, "CS8983", "", before, after);
        check_no_fix(rule, "CS8983", "", "struct $0S { int a = 1; public S(int n) { } }");
    }
}
