//! # Obsolete type or member with a replacement
//!
//! An obsolete member whose message, or else documentation, names the member to use instead is replaced by it, when that has the same parameters. So
//! are obsolete types and members of .NET (`SYSLIB…`) that have one replacement.
//!
//! ```csharp before
//! //@ warning CS0618: 'C.Total(int)' is obsolete: 'Use ComputeTotal instead.'
//! using System;
//! class C
//! {
//!     [Obsolete("Use ComputeTotal instead.")]
//!     public static int Total(int n) => ComputeTotal(n);
//!     public static int ComputeTotal(int n) => n;
//! }
//! class D
//! {
//!     int M() => $0C.Total$0(1);
//! }
//! ```
//! ```csharp after
//! using System;
//! class C
//! {
//!     [Obsolete("Use ComputeTotal instead.")]
//!     public static int Total(int n) => ComputeTotal(n);
//!     public static int ComputeTotal(int n) => n;
//! }
//! class D
//! {
//!     int M() => C.ComputeTotal(1);
//! }
//! ```
//! ```csharp before
//! //@ warning SYSLIB0021: 'SHA256Managed' is obsolete: 'Derived cryptographic types are obsolete. Use the Create method on the base type instead.'
//! using System.Security.Cryptography;
//! class C
//! {
//!     byte[] M(byte[] data)
//!     {
//!         using var hash = new $0SHA256Managed$0();
//!         return hash.ComputeHash(data);
//!     }
//! }
//! ```
//! ```csharp after
//! using System.Security.Cryptography;
//! class C
//! {
//!     byte[] M(byte[] data)
//!     {
//!         using var hash = SHA256.Create();
//!         return hash.ComputeHash(data);
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` where the replacement does the same: the obsolete member only calls it, or .NET's documentation says so, and no other code names the
//! replaced type. Otherwise `Unsafe`: paths instead of addresses, other defaults, other formats.

use super::support::arguments_fit::arguments_of;
use super::support::creations::is_only_created;
use codegen::csharp::deletion::removal;
use fix::{Applicability, Fix, ImportRequest, RuleContext};
use index::csharp::CsMember;
use index::csharp::TypeOrigin;
use index::{DeclarationKind, Modifiers};
use semantics::csharp::printed::{Display, declared, same_type, simple_name, types};
use semantics::csharp::{Member, Type};
use syntax::csharp::{descendants, function_of, inner_expression, parameters};
use syntax::{Node, NodeExt, ancestors, child_of_kind, leaf_at};

pub(crate) const CODES: &[&str] = &[
    "CS0618",
    "CS0619",
    "CS0612",
    "SYSLIB0012",
    "SYSLIB0013",
    "SYSLIB0021",
    "SYSLIB0022",
    "SYSLIB0023",
    "SYSLIB0050",
    "SYSLIB0051",
    "SYSLIB0053",
    "SYSLIB0057",
];

/// Types whose instances the `Create` method of a base type makes; whether with the same defaults.
const CREATED_BY: &[(&str, &str, bool)] = &[
    ("AesManaged", "Aes", true),
    ("AesCryptoServiceProvider", "Aes", true),
    ("DESCryptoServiceProvider", "DES", true),
    ("MD5CryptoServiceProvider", "MD5", true),
    ("RC2CryptoServiceProvider", "RC2", true),
    ("SHA1CryptoServiceProvider", "SHA1", true),
    ("SHA1Managed", "SHA1", true),
    ("SHA256CryptoServiceProvider", "SHA256", true),
    ("SHA256Managed", "SHA256", true),
    ("SHA384CryptoServiceProvider", "SHA384", true),
    ("SHA384Managed", "SHA384", true),
    ("SHA512CryptoServiceProvider", "SHA512", true),
    ("SHA512Managed", "SHA512", true),
    ("TripleDESCryptoServiceProvider", "TripleDES", true),
    ("RNGCryptoServiceProvider", "RandomNumberGenerator", true),
    ("Rijndael", "Aes", false),
    ("RijndaelManaged", "Aes", false),
];

/// Members of .NET, what replaces them, the namespace that the replacement needs, and whether it does the same.
const RENAMED: &[(&str, &str, &str, bool)] = &[
    ("Assembly.CodeBase", "Location", "", false),
    ("AppDomain.GetCurrentThreadId()", "Environment.CurrentManagedThreadId", "System", false),
    ("Uri.EscapeUriString(string)", "EscapeDataString", "", false),
];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let found = match ctx.code().as_str() {
        "SYSLIB0021" | "SYSLIB0022" | "SYSLIB0023" => created_by_base(ctx),
        "SYSLIB0050" => uninitialized(ctx),
        "SYSLIB0051" => serialization_constructor(ctx),
        "SYSLIB0053" => tag_size(ctx),
        "SYSLIB0057" => certificate_loader(ctx),
        _ => renamed(ctx).or_else(|| named_in_message(ctx)).or_else(|| factory(ctx)).or_else(|| other_type(ctx)),
    };
    found.into_iter().collect()
}

/// `new SHA256Managed()` → `SHA256.Create()`; where the type is written, its base type.
fn created_by_base(ctx: &RuleContext<'_>) -> Option<Fix> {
    let token = ctx.token().filter(|t| t.kind() == "identifier")?;
    let old = token.text_in(ctx.text());
    let (_, base, same) = CREATED_BY.iter().find(|(name, ..)| *name == old)?;
    // The name may mean another type here.
    let found = ctx.index.csharp().resolve(&base_name(ctx, token, base), ctx.path(), token.start_byte())?;
    if found.full_name() != format!("System.Security.Cryptography.{base}") {
        return None;
    }
    let title = format!("Use '{base}.Create()'");
    let written = ancestors(token).find(|n| n.parent().is_none_or(|p| p.kind() != "qualified_name"))?;
    let creation = written.parent()?;
    if creation.kind() != "object_creation_expression" {
        let is_type = creation.field("type") == Some(written) || creation.is(&["nullable_type", "type_argument_list"]);
        let fix = ctx.fix(format!("Use '{base}'"), Applicability::Unsafe).replace(token.range(), *base);
        return is_type.then(|| fix.preferred().build());
    }
    if !arguments_of(creation.field("arguments")).is_empty() || creation.field("initializer").is_some() {
        return None;
    }
    // Variables of the old type could not hold the new value.
    let safe = *same && is_only_created(ctx, old);
    let fix = ctx.fix(title, if safe { Applicability::Safe } else { Applicability::Unsafe });
    let call = format!(
        "{}.Create()",
        written.text_in(ctx.text()).strip_suffix(old).map_or(String::new(), str::to_owned) + base
    );
    Some(fix.replace(creation.byte_range(), call).preferred().build())
}

/// `base` with the qualifier of the name at `token`.
fn base_name(ctx: &RuleContext<'_>, token: Node<'_>, base: &str) -> String {
    let qualified = token.parent().filter(|p| p.kind() == "qualified_name" && p.field("name") == Some(token));
    let qualifier = qualified.and_then(|q| q.field("qualifier")).map(|q| q.text_in(ctx.text()));
    qualifier.map_or_else(|| base.to_owned(), |q| format!("{}.{base}", q.trim_start_matches("global::")))
}

/// The access at the diagnostic whose last name is `name`, and that name.
fn access_at<'a>(ctx: &RuleContext<'a>, name: &str) -> Option<(Node<'a>, Node<'a>)> {
    let token = ctx.token()?;
    let text = ctx.text();
    let named = |n: Node<'a>| {
        let last = n.field("name").filter(|_| n.kind() == "member_access_expression").unwrap_or(n);
        (last.kind() == "identifier" && last.text_in(text) == name).then_some((n, last))
    };
    let start = token.start_byte();
    ancestors(token).take_while(|n| n.start_byte() == start).find_map(named)
}

/// A member in the table.
fn renamed(ctx: &RuleContext<'_>) -> Option<Fix> {
    let printed = ctx.argument(0)?;
    let (_, new, namespace, same) = RENAMED.iter().find(|(old, ..)| *old == printed)?;
    let (access, name) = access_at(ctx, Display::parse(printed)?.name)?;
    let fix =
        ctx.fix(format!("Use '{new}'"), if *same { Applicability::Safe } else { Applicability::Unsafe }).preferred();
    if !new.contains('.') {
        return Some(fix.replace(name.range(), *new).build());
    }
    // A property instead of a method.
    let call = access.parent().filter(|p| p.kind() == "invocation_expression").unwrap_or(access);
    let fix = fix.replace(call.byte_range(), *new);
    let scope = ctx.index.csharp().namespaces_in_scope(ctx.path(), access.start_byte());
    let missing = !scope.iter().any(|n| n == namespace);
    let request = ImportRequest::Using { namespace: (*namespace).to_owned() };
    Some(if missing { fix.import(request) } else { fix }.build())
}

/// `FormatterServices.GetUninitializedObject(t)`, which only calls what replaces it.
fn uninitialized(ctx: &RuleContext<'_>) -> Option<Fix> {
    let token = ctx.token().filter(|t| t.text_in(ctx.text()) == "FormatterServices")?;
    let access = token.enclosing(&["member_access_expression"])?;
    let names = (access.field("expression")?, access.field("name")?);
    let (ty, name) = (names.0.text_in(ctx.text()), names.1.text_in(ctx.text()));
    if simple_name(ty) != "FormatterServices" || name != "GetUninitializedObject" {
        return None;
    }
    let namespace = "System.Runtime.CompilerServices".to_owned();
    let fix = ctx.fix("Use 'RuntimeHelpers.GetUninitializedObject'", Applicability::Safe).preferred();
    let fix = fix.replace(names.0.byte_range(), "RuntimeHelpers");
    Some(fix.import(ImportRequest::Using { namespace }).build())
}

/// A constructor that only passes on what a formatter has read.
fn serialization_constructor(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let constructor = ctx.token()?.enclosing(&["constructor_declaration"])?;
    let types: Vec<&str> =
        parameters(constructor).iter().filter_map(|p| p.field("type")).map(|t| simple_name(t.text_in(text))).collect();
    let empty = constructor.field("body").is_some_and(|b| b.kind() == "block" && b.named().is_empty());
    if types != ["SerializationInfo", "StreamingContext"] || !empty {
        return None;
    }
    let fix = ctx.fix("Remove serialization constructor", Applicability::Unsafe).delete(removal(text, constructor));
    // A class without another constructor would get an implicit one.
    let class = constructor.parent()?;
    let others = class.named().into_iter().filter(|n| n.kind() == "constructor_declaration").count() > 1;
    others.then(|| fix.preferred().build())
}

/// `new AesGcm(key)`: the size of the tags that it makes or reads.
fn tag_size(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let creation = ctx.token()?.enclosing(&["object_creation_expression"])?;
    let ty = creation.field("type")?.text_in(text);
    let arguments = arguments_of(creation.field("arguments"));
    let [key] = arguments[..] else { return None };
    // A tag that is passed to its methods and that is there before.
    let variable = creation.parent().filter(|p| p.kind() == "variable_declarator").and_then(|d| d.field("name"));
    let tag = variable.and_then(|variable| {
        let function = function_of(creation)?;
        let declared: Vec<&str> =
            parameters(function).iter().filter_map(|p| p.field("name")).map(|n| n.text_in(text)).collect();
        let calls = descendants(function).filter(|n| n.kind() == "invocation_expression").filter_map(|call| {
            let access = call.field("function").filter(|f| f.kind() == "member_access_expression")?;
            let receiver = access.field("expression")?.text_in(text) == variable.text_in(text);
            let at = match access.field("name")?.text_in(text) {
                "Encrypt" => 3,
                "Decrypt" => 2,
                _ => return None,
            };
            let argument = *arguments_of(call.field("arguments")).get(at).filter(|_| receiver)?;
            Some(inner_expression(argument)?.text_in(text))
        });
        let mut tags: Vec<&str> = calls.collect();
        tags.dedup();
        tags.first().copied().filter(|tag| tags.len() == 1 && declared.contains(tag))
    });
    let size = tag.map_or_else(|| format!("{ty}.TagByteSizes.MaxSize"), |tag| format!("{tag}.Length"));
    let fix = ctx.fix("Pass the size of the tag", Applicability::Unsafe).insert(key.end_byte(), format!(", {size}"));
    Some(fix.preferred().build())
}

/// `new X509Certificate2(…)`: the loader of that kind of data.
fn certificate_loader(ctx: &RuleContext<'_>) -> Option<Fix> {
    let creation = ctx.token()?.enclosing(&["object_creation_expression"])?;
    let ty = creation.field("type")?;
    let printed = Display::parse(ctx.argument(0)?)?;
    let [data, rest @ ..] = &printed.parameters.as_ref()?[..] else { return None };
    let file = match *data {
        "byte[]" => "",
        "string" => "FromFile",
        _ => return None,
    };
    let method = match rest {
        _ if printed.name != "X509Certificate2" || rest.iter().any(|p| p.contains("Secure")) => return None,
        [] => format!("LoadCertificate{file}"),
        _ => format!("LoadPkcs12{file}"),
    };
    let written = ty.text_in(ctx.text()).strip_suffix("X509Certificate2")?;
    let fix = ctx.fix(format!("Use 'X509CertificateLoader.{method}'"), Applicability::Unsafe);
    let head = creation.start_byte()..ty.end_byte();
    Some(fix.replace(head, format!("{written}X509CertificateLoader.{method}")).preferred().build())
}

/// The single name that a message such as `Use Other instead.` tells to use.
fn told(message: &str) -> Option<&str> {
    let lower = message.to_ascii_lowercase();
    let cues =
        ["use ", "replaced by ", "replaced with ", "superseded by ", "renamed to ", "in favor of ", "in favour of "];
    let at = cues.iter().filter_map(|cue| Some(lower.find(cue)? + cue.len())).min()?;
    // Lower case may have other byte lengths.
    let rest = message.get(at..)?.trim_start();
    let rest = rest.strip_prefix("the ").unwrap_or(rest);
    let rest = rest.trim_start_matches(['\'', '"', '`', '\u{201c}']);
    let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).unwrap_or(rest.len());
    let name = rest[..end].trim_end_matches('.');
    // `Use A or B`: a choice.
    let after: Vec<&str> =
        rest[end..].split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).take(4).collect();
    let choice = after.first().is_some_and(|w| matches!(*w, "or" | "and")) || rest[end..].starts_with(',');
    (!name.is_empty() && !choice).then_some(name)
}

/// The text that names the replacement: the message, or else the documentation comment of what is obsolete, without its tags.
fn advice(ctx: &RuleContext<'_>, printed: &str) -> Option<String> {
    if let Some(message) = ctx.argument(1).filter(|m| told(m).is_some()) {
        return Some(message.to_owned());
    }
    let of_type = || match types(ctx, printed).as_slice() {
        [ty] => match &ty.origin {
            TypeOrigin::Source(parts) => parts.first().cloned(),
            TypeOrigin::Library { .. } => None,
        },
        _ => None,
    };
    let id = declared(ctx, printed).and_then(|m| m.id).or_else(of_type)?;
    let source = ctx.index.source(&id.path)?;
    let text: &str = source.parsed.text();
    let start = ctx.index.ranges(&id)?.full.start;
    let above: Vec<&str> =
        text[..start].trim_end().lines().rev().take_while(|l| l.trim_start().starts_with("///")).collect();
    let comment =
        above.into_iter().rev().map(|l| l.trim().trim_start_matches('/').trim()).collect::<Vec<_>>().join(" ");
    Some(without_tags(&comment))
}

/// The text of a documentation comment: `<see cref="M:A.B(int)"/>` is `A.B`.
fn without_tags(comment: &str) -> String {
    let mut out = String::new();
    let mut rest = comment;
    while let Some((head, tail)) = rest.split_once('<') {
        out.push_str(head);
        let (tag, after) = tail.split_once('>').unwrap_or((tail, ""));
        let named = ["cref=\"", "name=\"", "langword=\""].iter().find_map(|a| tag.split_once(a)?.1.split('"').next());
        if let Some(name) = named {
            let name = name.split_once(':').map_or(name, |(_, n)| n);
            out.push_str(name.split(['(', '{']).next().unwrap_or(name));
        }
        rest = after;
    }
    out + rest
}

/// The member that the message names.
fn named_in_message(ctx: &RuleContext<'_>) -> Option<Fix> {
    let printed = ctx.argument(0)?;
    let display = Display::parse(printed)?;
    let advice = advice(ctx, printed)?;
    let new = told(&advice)?;
    let (access, name) = access_at(ctx, display.name)?;
    let model = ctx.csharp();
    let csharp = ctx.index.csharp();
    let old = model_member(ctx, printed, access)?;
    let owner = &old.owner;
    let (qualifier, simple) = new.rsplit_once('.').unwrap_or(("", new));
    let target = match qualifier {
        "" => owner.clone(),
        _ => csharp.resolve(qualifier, ctx.path(), access.start_byte())?,
    };
    if simple == display.name && target.origin == owner.origin {
        return None;
    }
    let is_static = |m: &CsMember| m.declaration.modifiers.intersects(Modifiers::STATIC | Modifiers::CONST);
    let alike = |m: &&CsMember| {
        let (a, b) = (&m.declaration, &old.declaration);
        a.name == simple
            && a.kind == b.kind
            && is_static(m) == is_static(&old)
            && a.type_parameters.len() == b.type_parameters.len()
            && a.parameters.len() == b.parameters.len()
            && a.parameters
                .iter()
                .zip(&b.parameters)
                .all(|(p, q)| p.modifiers == q.modifiers && same_type(&p.type_text, &q.type_text))
    };
    let members = csharp.all_members(&target, "");
    let mut found = members.iter().filter(alike);
    let replacement = found.next().filter(|_| found.next().is_none())?;
    let elsewhere = target.origin != owner.origin && !csharp.is_derived_from(owner, &target);
    if elsewhere && !is_static(replacement) {
        return None;
    }
    let typed = |m: &CsMember| -> Option<Type> {
        let m: Member = model.plain_member(m);
        model.member_type(&m)
    };
    let same_result =
        typed(replacement).zip(typed(&old)).is_some_and(|(a, b)| a.without_annotations() == b.without_annotations());
    let safe = same_result && only_calls(ctx, &old, simple);
    let fix =
        ctx.fix(format!("Use '{new}'"), if safe { Applicability::Safe } else { Applicability::Unsafe }).preferred();
    let range = if elsewhere { access.byte_range() } else { name.byte_range() };
    Some(fix.replace(range, if elsewhere { new } else { simple }).build())
}

/// `new C(1)` where the message names a static method of the type that makes one of the same parameters.
fn factory(ctx: &RuleContext<'_>) -> Option<Fix> {
    let creation = ctx.token()?.enclosing(&["object_creation_expression"])?;
    let display = Display::parse(ctx.argument(0)?)?;
    let advice = advice(ctx, ctx.argument(0)?)?;
    let new = told(&advice)?;
    let written = creation.field("type")?;
    let starts = creation.start_byte() == ctx.diagnostic.range.start;
    if display.name != simple_name(display.owner) || !starts || creation.field("initializer").is_some() {
        return None;
    }
    let model = ctx.csharp();
    let ty = model.written_type(written)?;
    let name = match new.rsplit_once('.') {
        Some((owner, name)) if owner == display.name => name,
        Some(_) => return None,
        None => new,
    };
    let printed = display.parameters?;
    let mut found = model.members_named(&ty, name);
    found.retain(|m| {
        let d = &m.declaration;
        d.modifiers.contains(Modifiers::STATIC)
            && d.parameters.len() == printed.len()
            && d.parameters.iter().zip(&printed).all(|(p, shown)| same_type(&p.type_text, shown))
            && model.member_type(m).is_some_and(|result| result.without_annotations() == ty.without_annotations())
    });
    let fix = ctx.fix(format!("Use '{name}'"), Applicability::Unsafe).preferred();
    let head = creation.start_byte()..written.end_byte();
    let call = format!("{}.{name}", written.text_in(ctx.text()));
    (found.len() == 1).then(|| fix.replace(head, call).build())
}

/// Another type of the same kind that the message names.
fn other_type(ctx: &RuleContext<'_>) -> Option<Fix> {
    let printed = ctx.argument(0)?;
    let advice = advice(ctx, printed)?;
    let new = told(&advice)?;
    let (access, _) = access_at(ctx, simple_name(printed))?;
    let csharp = ctx.index.csharp();
    let at = access.start_byte();
    let (old, other) = (csharp.resolve(printed, ctx.path(), at)?, csharp.resolve(new, ctx.path(), at)?);
    let alike =
        old.declaration.kind == other.declaration.kind && old.arity() == other.arity() && old.origin != other.origin;
    let fix = ctx.fix(format!("Use '{new}'"), Applicability::Unsafe).preferred();
    (alike && access.kind() == "identifier").then(|| fix.replace(access.byte_range(), new).build())
}

/// The obsolete member.
fn model_member(ctx: &RuleContext<'_>, printed: &str, access: Node<'_>) -> Option<CsMember> {
    if let Some(member) = declared(ctx, printed) {
        return Some(member);
    }
    // Of a library: the type as it is printed may be resolved where it is used.
    let display = Display::parse(printed)?;
    let csharp = ctx.index.csharp();
    let owner = csharp.resolve(display.owner, ctx.path(), access.start_byte())?;
    let model = ctx.csharp();
    let members = csharp.members(&owner);
    let mut found = members.iter().filter(|m| display.means(&model.plain_member(m), &model));
    found.next().filter(|_| found.next().is_none()).cloned()
}

/// Whether the body of `old` only calls `new` with its own parameters, in order.
fn only_calls(ctx: &RuleContext<'_>, old: &CsMember, new: &str) -> bool {
    let find = || {
        let id = old.id.as_ref()?;
        let source = ctx.index.source(&id.path)?;
        let text: &str = source.parsed.text();
        let name = leaf_at(source.parsed.root(), ctx.index.ranges(id)?.name.start)?;
        let member = name.parent()?;
        let body = member.field("body").or_else(|| child_of_kind(member, "arrow_expression_clause"))?;
        let statement = match body.kind() {
            "block" => {
                let statements = body.named();
                let [only] = statements[..] else { return None };
                only
            }
            _ => body,
        };
        let value = inner_expression(statement)?;
        if old.declaration.kind != DeclarationKind::Method {
            return Some(
                simple_name(value.text_in(text)) == new && value.is(&["identifier", "member_access_expression"]),
            );
        }
        let function = value.field("function").filter(|_| value.kind() == "invocation_expression")?;
        let target = function.field("name").unwrap_or(function);
        let own =
            function.field("expression").is_none_or(|e| e.is(&["this", "this_expression"]) || e.kind() == "identifier");
        let passed: Vec<&str> = arguments_of(value.field("arguments")).iter().map(|a| a.text_in(text)).collect();
        let names: Vec<&str> = old.declaration.parameters.iter().map(|p| p.name.as_str()).collect();
        Some(own && target.text_in(text) == new && passed == names)
    };
    find().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::told;
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    #[test]
    fn one_name_in_the_message() {
        for (message, name) in [
            ("Use ComputeTotal instead.", Some("ComputeTotal")),
            ("This is old. Please use 'Other.Go' instead", Some("Other.Go")),
            ("Replaced by `New()`.", Some("New")),
            ("Use A, B or C instead.", None),
            ("Use A or B.", None),
            ("Gone.", None),
        ] {
            assert_eq!(told(message), name, "{message}");
        }
    }

    fn class(members: &str, use_: &str) -> String {
        format!("using System;\nclass C {{ {members} }}\nclass D {{ object M(C c) => {use_}; }}\n")
    }
    const MESSAGE: &str = "'C.Old(int)' is obsolete: 'Use New instead.'";

    fn case(members: &str, new: Option<&str>, safe: bool) {
        let before = class(members, "$0c.Old(1)");
        let rule = rule_of(module_path!());
        match new {
            Some(new) => check_fix(rule, "CS0618", MESSAGE, &before, &class(members, new)),
            None => check_no_fix(rule, "CS0618", MESSAGE, &before),
        }
        let after = new.filter(|_| safe).map(|n| class(members, n));
        check_fix_all(rule, "CS0618", MESSAGE, &[], &before, after.as_deref());
    }

    #[test]
    fn only_what_has_the_same_parameters() {
        case("public int Old(int a) { return New(a); } public int New(int b) => b;", Some("c.New(1)"), true);
        case("public int Old(int a) => New(a + 1); public int New(int b) => b;", Some("c.New(1)"), false);
        case("public int Old(int a) => a; public int New(int b) => b;", Some("c.New(1)"), false);
        case("public int Old(int a) => New(\"\"); public int New(string b) => 1;", None, false);
        case("public int Old(int a) => New(a); public static int New(int b) => b;", None, false);
    }

    #[test]
    fn factories_and_types() {
        let members = "public C(int a) { } public static C Of(int a) => null;";
        check_fix(
            rule_of(module_path!()),
            "CS0618",
            "'C.C(int)' is obsolete: 'Use C.Of instead.'",
            &class(members, "$0new C(1)"),
            &class(members, "C.Of(1)"),
        );
        check_no_fix(
            rule_of(module_path!()),
            "CS0618",
            "'C.C(int)' is obsolete: 'Use C.Of instead.'",
            &class("public C(int a) { } public static C Of(string a) => null;", "$0new C(1)"),
        );
        check_fix(
            rule_of(module_path!()),
            "CS0618",
            "'C' is obsolete: 'Use B instead.'",
            "class B { } class C { } class D { $0C c; }",
            "class B { } class C { } class D { B c; }",
        );
    }

    #[test]
    fn certificates_and_tags() {
        let head = "using System.Security.Cryptography;\nusing System.Security.Cryptography.X509Certificates;\n";
        let file = |body: &str| format!("{head}class C {{ {body} }}\n");
        check_fix(
            rule_of(module_path!()),
            "SYSLIB0057",
            "'X509Certificate2.X509Certificate2(string, string?)' is obsolete: 'Loading certificate data through the constructor or Import is obsolete.'",
            &file("object M(string f, string p) => $0new X509Certificate2(f, p);"),
            &file("object M(string f, string p) => X509CertificateLoader.LoadPkcs12FromFile(f, p);"),
        );
        let tag = "'AesGcm.AesGcm(byte[])' is obsolete: 'AesGcm should indicate the required tag size for encryption and decryption.'";
        check_fix(
            rule_of(module_path!()),
            "SYSLIB0053",
            tag,
            &file(
                "void M(byte[] k, byte[] n, byte[] t, byte[] o, byte[] tag) { var g = $0new AesGcm(k); g.Encrypt(n, t, o, tag); }",
            ),
            &file(
                "void M(byte[] k, byte[] n, byte[] t, byte[] o, byte[] tag) { var g = new AesGcm(k, tag.Length); g.Encrypt(n, t, o, tag); }",
            ),
        );
        check_fix(
            rule_of(module_path!()),
            "SYSLIB0053",
            tag,
            &file("object M(byte[] k) => $0new AesGcm(k);"),
            &file("object M(byte[] k) => new AesGcm(k, AesGcm.TagByteSizes.MaxSize);"),
        );
    }

    #[test]
    fn a_created_type_that_is_named_elsewhere_is_not_safe() {
        let message = "'SHA256Managed' is obsolete: 'Derived cryptographic types are obsolete.'";
        let before = "using System.Security.Cryptography;\nclass C { SHA256Managed s = new $0SHA256Managed(); }\n";
        check_fix_all(rule_of(module_path!()), "SYSLIB0021", message, &[], before, None);
        let before =
            "using System.Security.Cryptography;\nclass C { object s = new $0AesManaged() { KeySize = 128 }; }\n";
        check_no_fix(rule_of(module_path!()), "SYSLIB0021", &message.replace("SHA256Managed", "AesManaged"), before);
    }

    #[test]
    fn what_formatters_needed() {
        let message =
            "'FormatterServices' is obsolete: 'Formatter-based serialization is obsolete and should not be used.'";
        check_fix(
            rule_of(module_path!()),
            "SYSLIB0050",
            message,
            "using System;\nusing System.Runtime.Serialization;\nclass C { object M(Type t) => $0FormatterServices.GetUninitializedObject(t); }\n",
            "using System;\nusing System.Runtime.CompilerServices;\nusing System.Runtime.Serialization;\nclass C { object M(Type t) => RuntimeHelpers.GetUninitializedObject(t); }\n",
        );
        let message = "'Exception.Exception(SerializationInfo, StreamingContext)' is obsolete: 'This API supports obsolete formatter-based serialization.'";
        let class = |more: &str| {
            format!(
                "using System;\nusing System.Runtime.Serialization;\nclass E : Exception\n{{\n    public E(string m) : base(m) {{ }}\n{more}}}\n"
            )
        };
        check_fix(
            rule_of(module_path!()),
            "SYSLIB0051",
            message,
            &class("\n    protected E(SerializationInfo i, StreamingContext c) $0: base(i, c) { }\n"),
            &class(""),
        );
    }

    #[test]
    fn members_of_the_table() {
        check_fix(
            rule_of(module_path!()),
            "CS0618",
            "'AppDomain.GetCurrentThreadId()' is obsolete: 'AppDomain.GetCurrentThreadId has been deprecated.'",
            "class C { int M() => $0System.AppDomain.GetCurrentThreadId(); }\n",
            "using System;\n\nclass C { int M() => Environment.CurrentManagedThreadId; }\n",
        );
        check_fix(
            rule_of(module_path!()),
            "SYSLIB0012",
            "'Assembly.CodeBase' is obsolete: 'Use Assembly.Location.'",
            "class C { string M() => $0typeof(C).Assembly.CodeBase; }\n",
            "class C { string M() => typeof(C).Assembly.Location; }\n",
        );
    }

    #[test]
    fn the_documentation_names_it() {
        let rule = rule_of(module_path!());
        let members = "\n    /// <summary>\n    /// Old. Use <see cref=\"New(int)\"/>.\n    /// </summary>\n    [Obsolete] public int Old(int n) => 1;\n    public int New(int n) => n;\n";
        let message = "'C.Old(int)' is obsolete";
        check_fix(rule, "CS0612", message, &class(members, "$0c.Old(1)"), &class(members, "c.New(1)"));
        let silent = "[Obsolete] public int Old(int n) => 1; public int New(int n) => n;";
        check_no_fix(rule, "CS0612", message, &class(silent, "$0c.Old(1)"));
    }
}
