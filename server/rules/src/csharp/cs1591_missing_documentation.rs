//! # Public member without documentation
//!
//! The project makes a documentation file, and a visible type or member has no comment. One that overrides or implements another takes its text;
//! the others get one that says what the name says.
//!
//! ```csharp before
//! //@ warning CS1591: Missing XML comment for publicly visible type or member 'Door.IsOpen'
//! //@ options: -doc:out.xml
//! /// <summary>A door.</summary>
//! public class Door
//! {
//!     public bool $0IsOpen$0 { get; set; }
//! }
//! ```
//! ```csharp after
//! /// <summary>A door.</summary>
//! public class Door
//! {
//!     /// <summary>
//!     /// Gets or sets a value indicating whether this instance is open.
//!     /// </summary>
//!     public bool IsOpen { get; set; }
//! }
//! ```
//! ```csharp before
//! //@ warning CS1591: Missing XML comment for publicly visible type or member 'Door.ToString()'
//! //@ options: -doc:out.xml
//! /// <summary>A door.</summary>
//! public class Door
//! {
//!     public override string $0ToString$0() => "door";
//! }
//! ```
//! ```csharp after
//! /// <summary>A door.</summary>
//! public class Door
//! {
//!     /// <inheritdoc/>
//!     public override string ToString() => "door";
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: `<inheritdoc/>`. Otherwise `Unsafe`: the text says no more than the name.

use fix::{Applicability, Fix, RuleContext};
use index::DeclarationKind;
use semantics::csharp::printed::simple_name;
use syntax::csharp::{
    MEMBERS, TYPE_DECLARATIONS, has_modifier, name_of, parameters, type_of, type_parameters, written_type,
};
use syntax::{Node, NodeExt, child_of_kind, children_of_kind};

pub(crate) const CODES: &[&str] = &["CS1591"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token()?;
    let member = token.enclosing(&[MEMBERS, &["enum_member_declaration"]].concat())?;
    let (lines, safe) = match inherits(ctx, member) {
        true => (vec!["<inheritdoc/>".to_owned()], Applicability::Safe),
        false => (described(ctx, member)?, Applicability::Unsafe),
    };
    let start = member.start_byte();
    let line = text[..start].rfind(['\n', '\r']).map_or(0, |i| i + 1);
    let alone = text[line..start].trim().is_empty();
    let indent = match alone {
        true => text[line..start].to_owned(),
        false => format!("{}{}", ctx.indent_at(start), ctx.indent_unit()),
    };
    let eol = ctx.eol();
    let mut comment = lines.iter().map(|l| format!("/// {l}{eol}{indent}")).collect::<String>();
    if !alone {
        comment.insert_str(0, &format!("{eol}{indent}"));
    }
    Some(ctx.fix("Add documentation comment", safe).insert(start, comment).preferred().build())
}

/// Whether the member has the text of one that it overrides or implements.
fn inherits(ctx: &RuleContext<'_>, member: Node<'_>) -> bool {
    let text = ctx.text();
    if has_modifier(member, text, "override") || child_of_kind(member, "explicit_interface_specifier").is_some() {
        return true;
    }
    if member.is(TYPE_DECLARATIONS) || !has_modifier(member, text, "public") || has_modifier(member, text, "static") {
        return false;
    }
    let csharp = ctx.index.csharp();
    let Some(name) = name_of(member) else { return false };
    let Some(own) = csharp.enclosing_type(ctx.path(), name.start_byte()) else { return false };
    let count = parameters(member).len();
    csharp.all_members(&own, "").iter().any(|m| {
        m.owner.declaration.kind == DeclarationKind::Interface
            && m.owner.origin != own.origin
            && m.declaration.name == name.text_in(text)
            && m.declaration.parameters.len() == count
    })
}

/// What the name of a member says, as lines of its comment.
fn described(ctx: &RuleContext<'_>, member: Node<'_>) -> Option<Vec<String>> {
    let text = ctx.text();
    let name = name_of(member).map(|n| n.text_in(text).trim_start_matches('@').to_owned());
    let written = written_type(member).map_or("", |t| t.text_in(text));
    let mut out = vec!["<summary>".to_owned()];
    let named = name.clone().unwrap_or_default();
    let words = words(&named);
    let phrase = words.join(" ");
    let summary = match member.kind() {
        "class_declaration" if has_modifier(member, text, "static") => format!("Provides {phrase}."),
        "class_declaration" | "record_declaration" | "struct_declaration" => {
            format!("Represents {}.", with_article(&phrase))
        }
        "interface_declaration" => {
            let own = named.strip_prefix('I').filter(|n| n.starts_with(char::is_uppercase)).unwrap_or(&named);
            format!("Defines {}.", with_article(&self::words(own).join(" ")))
        }
        "enum_declaration" => format!("Specifies the {phrase}."),
        "enum_member_declaration" | "field_declaration" => format!("The {phrase}."),
        "delegate_declaration" => format!("Represents the method for {phrase}."),
        "event_field_declaration" | "event_declaration" => format!("Occurs when {phrase}."),
        "constructor_declaration" => {
            let ty = type_of(member)?;
            let kind = if ty.kind() == "struct_declaration" { "struct" } else { "class" };
            let generic = type_parameters(ty, text);
            let cref = if generic.is_empty() { named.clone() } else { format!("{named}{{{}}}", generic.join(", ")) };
            format!("Initializes a new instance of the <see cref=\"{cref}\"/> {kind}.")
        }
        "destructor_declaration" => "Releases what the object holds.".to_owned(),
        "operator_declaration" => {
            let operator =
                member.field("operator")?.text_in(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            format!("Implements the operator {operator}.")
        }
        "conversion_operator_declaration" => format!("Converts to {}.", escaped(written)),
        "property_declaration" => {
            let gets = accessors(member, text);
            match boolean(&words).filter(|_| written == "bool") {
                Some(state) => format!("{gets} a value indicating whether {state}."),
                None => format!("{gets} the {phrase}."),
            }
        }
        "indexer_declaration" => format!("{} the element at the given position.", accessors(member, text)),
        "method_declaration" => of_method(&words, written),
        _ => return None,
    };
    out.push(summary);
    out.push("</summary>".to_owned());
    for parameter in type_parameters(member, text) {
        let of = self::words(parameter.trim_start_matches('T')).join(" ");
        let of = if of.is_empty() { "value".to_owned() } else { of };
        out.push(format!("<typeparam name=\"{parameter}\">The type of the {of}.</typeparam>"));
    }
    let mut all = parameters(member);
    if all.is_empty() {
        all = child_of_kind(member, "bracketed_parameter_list")
            .map_or_else(Vec::new, |l| children_of_kind(l, "parameter"));
    }
    for parameter in all.iter().filter_map(|p| p.field("name")) {
        let name = parameter.text_in(text).trim_start_matches('@');
        out.push(format!("<param name=\"{name}\">The {}.</param>", self::words(name).join(" ")));
    }
    let plain = simple_name(written.split('<').next().unwrap_or(written));
    let nothing = written == "void" || matches!(plain, "Task" | "ValueTask") && !written.contains('<');
    if member.is(&[
        "method_declaration",
        "operator_declaration",
        "conversion_operator_declaration",
        "delegate_declaration",
    ]) && !nothing
        && !written.is_empty()
    {
        let of = match words.first().map(String::as_str) {
            Some("get" | "find" | "create" | "load" | "read" | "build" | "make") if words.len() > 1 => {
                noun(&words[1..])
            }
            _ => "result".to_owned(),
        };
        out.push(format!("<returns>The {of}.</returns>"));
    }
    Some(out)
}

/// What a method's name says that it does.
fn of_method(words: &[String], written: &str) -> String {
    let (asynchronous, words) = match words.split_last() {
        Some((last, rest)) if last == "async" && !rest.is_empty() => (" asynchronously", rest),
        _ => ("", words),
    };
    let Some((verb, rest)) = words.split_first() else { return "Does its work.".to_owned() };
    let rest = noun(rest);
    match (verb.as_str(), rest.as_str()) {
        ("on", event) if !event.is_empty() => format!("Called when {event}."),
        ("try", what) if !what.is_empty() => format!("Tries to {what}{asynchronous}."),
        ("to", what) if !what.is_empty() => format!("Converts to {what}."),
        ("is" | "has" | "can", _) if written == "bool" => {
            format!("Determines whether {}.", boolean(words).unwrap_or_default())
        }
        (verb, "") => format!("{}{asynchronous}.", capital(&third_person(verb))),
        (verb, what) => format!("{} the {what}{asynchronous}.", capital(&third_person(verb))),
    }
}

fn noun(words: &[String]) -> String {
    words.iter().filter(|w| *w != "async").cloned().collect::<Vec<_>>().join(" ")
}

/// `is open` → `this instance is open`, for names that state something.
fn boolean(words: &[String]) -> Option<String> {
    let first = words.first()?.as_str();
    Some(match first {
        "is" | "has" | "can" | "was" | "should" | "must" | "does" | "needs" | "allows" | "contains" => {
            format!("this instance {}", words.join(" "))
        }
        _ => format!("{} is set", words.join(" ")),
    })
}

fn accessors(member: Node<'_>, text: &str) -> &'static str {
    let list = member.field("accessors").map_or_else(Vec::new, |l| children_of_kind(l, "accessor_declaration"));
    let has = |word: &str| {
        list.iter().any(|a| {
            let hidden = has_modifier(*a, text, "private");
            !hidden && a.field("name").is_some_and(|n| n.text_in(text) == word)
        })
    };
    match (has("get") || list.is_empty(), has("set") || has("init")) {
        (true, true) => "Gets or sets",
        (false, true) => "Sets",
        _ => "Gets",
    }
}

/// The words of a name in lower case; abbreviations stay as they are.
fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    for (i, c) in letters.iter().enumerate() {
        let after = letters.get(i + 1);
        let begins = c.is_uppercase()
            && i > 0
            && (letters[i - 1].is_lowercase()
                || letters[i - 1].is_numeric()
                || after.is_some_and(|a| a.is_lowercase()));
        if *c == '_' || begins {
            out.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
        }
        if *c != '_' {
            word.push(*c);
        }
    }
    out.extend((!word.is_empty()).then_some(word));
    let abbreviation = |w: &str| w.chars().count() > 1 && w.chars().all(|c| c.is_uppercase() || c.is_numeric());
    out.into_iter().map(|w| if abbreviation(&w) { w } else { w.to_lowercase() }).collect()
}

fn with_article(phrase: &str) -> String {
    let article = if phrase.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O']) { "an" } else { "a" };
    format!("{article} {phrase}")
}

fn third_person(verb: &str) -> String {
    let vowel_before_y = |v: &str| v.ends_with("ay") || v.ends_with("ey") || v.ends_with("oy") || v.ends_with("uy");
    match verb {
        "do" | "go" => format!("{verb}es"),
        v if v.ends_with('y') && !vowel_before_y(v) => format!("{}ies", &v[..v.len() - 1]),
        v if ["s", "x", "z", "ch", "sh"].iter().any(|end| v.ends_with(end)) => format!("{v}es"),
        v => format!("{v}s"),
    }
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or(String::new(), |c| c.to_uppercase().chain(chars).collect())
}

fn escaped(text: &str) -> String {
    text.replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::{of_method, words};
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all};
    const MESSAGE: &str = "Missing XML comment for publicly visible type or member 'C.M()'";

    #[test]
    fn names_are_taken_apart() {
        assert_eq!(words("_parseXMLFile2"), ["parse", "XML", "file2"]);
        let says = |name: &str, ty: &str| of_method(&words(name), ty);
        assert_eq!(says("GetOrders", "int"), "Gets the orders.");
        assert_eq!(says("CopyAsync", "Task"), "Copies asynchronously.");
        assert_eq!(says("IsEmpty", "bool"), "Determines whether this instance is empty.");
        assert_eq!(says("TryParse", "bool"), "Tries to parse.");
        assert_eq!(says("OnClosed", "void"), "Called when closed.");
    }

    #[test]
    fn members_of_all_kinds() {
        let rule = rule_of(module_path!());
        for (before, after) in [
            (
                "public class C<T>\n{\n    [A]\n    public $0C(int userName) { }\n}\n",
                "public class C<T>\n{\n    /// <summary>\n    /// Initializes a new instance of the <see cref=\"C{T}\"/> class.\n    /// </summary>\n    /// <param name=\"userName\">The user name.</param>\n    [A]\n    public C(int userName) { }\n}\n",
            ),
            (
                "public enum Color { $0DarkRed }\n",
                "public enum Color { \n    /// <summary>\n    /// The dark red.\n    /// </summary>\n    DarkRed }\n",
            ),
            (
                "public interface $0IOrderStore\n{\n}\n",
                "/// <summary>\n/// Defines an order store.\n/// </summary>\npublic interface IOrderStore\n{\n}\n",
            ),
            (
                "public class C\n{\n    public T $0GetItem<T>(int id) => default;\n}\n",
                "public class C\n{\n    /// <summary>\n    /// Gets the item.\n    /// </summary>\n    /// <typeparam name=\"T\">The type of the value.</typeparam>\n    /// <param name=\"id\">The id.</param>\n    /// <returns>The item.</returns>\n    public T GetItem<T>(int id) => default;\n}\n",
            ),
        ] {
            check_fix(rule, "CS1591", MESSAGE, before, after);
            check_fix_all(rule, "CS1591", MESSAGE, &[], before, None);
        }
    }

    #[test]
    fn texts_of_interfaces() {
        let rule = rule_of(module_path!());
        let before = "public interface I { void M(); }\npublic class C : I\n{\n    public void $0M() { }\n}\n";
        let after = before.replace("    public void $0M", "    /// <inheritdoc/>\n    public void M");
        check_fix_all(rule, "CS1591", MESSAGE, &[], before, Some(&after));
    }
}
