//! What a C# fix may leave behind that builds and is no repair.

use crate::{Doubt, DoubtKind, Written};
use index::csharp::{CsType, TypeOrigin};
use index::{DeclarationKind, Modifiers, Source};
use semantics::Semantics;
use semantics::csharp::{SemanticModel, Symbol};
use std::sync::Arc;
use syntax::csharp::{TYPES, function_of, has_modifier, initializer, name_of, parameters, written_type};
use syntax::{Node, NodeExt, ancestors, child_of_kind, has_child_token, leaf_at};

/// Files that are searched for uses of a name; in more, it is taken for used.
const MAX_FILES: usize = 200;

/// Methods of `System.Linq.Enumerable` that return an iterator, never a collection.
const ITERATORS: &[&str] = &[
    "Append",
    "Cast",
    "Concat",
    "DefaultIfEmpty",
    "Distinct",
    "DistinctBy",
    "Except",
    "ExceptBy",
    "GroupBy",
    "Intersect",
    "OfType",
    "Order",
    "OrderBy",
    "OrderByDescending",
    "Prepend",
    "Reverse",
    "Select",
    "SelectMany",
    "Skip",
    "SkipWhile",
    "Take",
    "TakeWhile",
    "ThenBy",
    "ThenByDescending",
    "Union",
    "UnionBy",
    "Where",
    "Zip",
];

pub(super) fn doubts(w: &Written<'_>) -> Vec<Doubt> {
    let text = w.text();
    let sema = Semantics::new(w.index, w.source);
    let search = Search { w, model: sema.csharp(), text };
    let mut out: Vec<Doubt> = w.tokens().into_iter().filter_map(|token| search.of_token(token)).collect();
    for range in w.ranges {
        let written = text.get(range.start..range.end).unwrap_or_default();
        for line in written.lines().map(str::trim) {
            if ["#pragma warning disable", "#nullable disable"].iter().any(|p| line.starts_with(p)) && w.is_new(line) {
                out.push(w.doubt(DoubtKind::Suppression, line, *range));
            }
        }
    }
    let stubs: Vec<_> = out.iter().filter(|d| matches!(d.kind, DoubtKind::Throws | DoubtKind::NeverAssigned)).collect();
    let dead: Vec<Doubt> = stubs.iter().filter_map(|stub| search.replaced_by(stub)).collect();
    out.extend(dead);
    out.extend(dropped(w));
    out
}

/// The type or namespace that the compiler misses, when it exists: a reference or an import is missing then, and its name is right.
fn dropped(w: &Written<'_>) -> Option<Doubt> {
    let csharp = w.index.csharp();
    let (name, full) = match (w.code, w.arguments) {
        ("CS0103" | "CS0246" | "CS0400", [name, ..]) => (name, name.clone()),
        ("CS0234", [name, namespace, ..]) => (name, format!("{namespace}.{name}")),
        _ => return None,
    };
    let name = name.split('<').next().unwrap_or_default();
    let dropped = !name.is_empty() && w.is_dropped(name);
    let exists = || !csharp.types_named(name).is_empty() || csharp.is_namespace(&full);
    (dropped && exists()).then(|| w.doubt(DoubtKind::Dropped, name, w.ranges.first().copied().unwrap_or_default()))
}

struct Search<'a> {
    w: &'a Written<'a>,
    model: SemanticModel<'a>,
    text: &'a str,
}

impl<'a> Search<'a> {
    /// The doubt that a token which the fix wrote shows.
    fn of_token(&self, token: Node<'a>) -> Option<Doubt> {
        let (w, parent) = (self.w, token.parent()?);
        let new = |kind, node: Node<'a>| {
            let what = node.text_in(self.text);
            w.is_new(what).then(|| w.doubt(kind, what, node.range()))
        };
        match token.kind() {
            "throw" => self.throws(token, parent),
            "!" if parent.kind() == "postfix_unary_expression" => new(DoubtKind::Suppression, parent),
            "(" if parent.kind() == "cast_expression" => {
                self.cannot_succeed(parent, parent.field("value")?, parent.field("type")?)
            }
            "as" if parent.kind() == "as_expression" => {
                self.cannot_succeed(parent, parent.field("left")?, parent.field("right")?)
            }
            "default" | "null_literal" | "null" => self.invented(token),
            "identifier" => match token.text_in(self.text) {
                "_" if parent.kind() == "assignment_expression" && parent.field("left") == Some(token) => {
                    new(DoubtKind::Discard, parent)
                }
                "SuppressMessage" | "UnconditionalSuppressMessage" if parent.enclosing(&["attribute"]).is_some() => {
                    new(DoubtKind::Suppression, parent.enclosing(&["attribute"])?)
                }
                "dynamic" => self.widened(token),
                _ if parent.field("name") == Some(token) && parent.kind() != "member_access_expression" => {
                    self.declared(token, parent)
                }
                _ => self.not_awaited(token),
            },
            "object" | "predefined_type" if token.text_in(self.text) == "object" => self.widened(token),
            _ => None,
        }
    }

    /// A call that the fix gave a name, whose task nobody awaits although the function could.
    fn not_awaited(&self, name: Node<'a>) -> Option<Doubt> {
        let access = name.parent().filter(|p| p.kind() == "member_access_expression" && p.field("name") == Some(name));
        let function = access.unwrap_or(name);
        let call = function
            .parent()
            .filter(|p| p.kind() == "invocation_expression" && p.field("function") == Some(function))?;
        let statement = call.parent().filter(|p| p.kind() == "expression_statement")?;
        let is_async = |f: Node<'a>| has_modifier(f, self.text, "async") || has_child_token(f, self.text, "async");
        function_of(call).filter(|f| is_async(*f))?;
        let ty = self.model.type_of(call)?.strip().full_name();
        let task = ["System.Threading.Tasks.Task", "System.Threading.Tasks.ValueTask"].contains(&ty.as_str());
        task.then(|| self.w.doubt(DoubtKind::Discard, statement.text_in(self.text), statement.range()))
    }

    fn throws(&self, token: Node<'a>, throw: Node<'a>) -> Option<Doubt> {
        let made = "NotImplementedException";
        if !throw.is(&["throw_statement", "throw_expression"])
            || !throw.text_in(self.text).contains(made)
            || !self.w.is_new(made)
        {
            return None;
        }
        let owner = ancestors(throw).find(|n| {
            n.is(&["local_function_statement", "property_declaration", "indexer_declaration", "variable_declarator"])
                || (n.kind().ends_with("_declaration") && n.kind() != "accessor_declaration")
        })?;
        let name = match owner.kind() {
            "indexer_declaration" => "this[]",
            _ => name_of(owner).map_or_else(|| owner.text_in(self.text), |name| name.text_in(self.text)),
        };
        let mut doubt = self.w.doubt(DoubtKind::Throws, name, owner.range());
        doubt.todo =
            [token, owner].into_iter().find_map(|n| self.w.todo(n.start_byte(), &format!("implement '{name}'")));
        Some(doubt)
    }

    /// A made-up argument: the compiler asked for a value, and the fix had none.
    fn invented(&self, token: Node<'a>) -> Option<Doubt> {
        let argument = token.enclosing(&["argument"])?;
        let value = argument.named().into_iter().next_back()?;
        let what = value.text_in(self.text);
        let plain = ["null", "default"].contains(&what.trim_end_matches('!').split('(').next().unwrap_or_default());
        // The tokens of a longer expression are none.
        let whole = value.start_byte() == token.start_byte() && plain;
        (whole && self.w.is_new(what)).then(|| self.w.doubt(DoubtKind::InventedValue, what, argument.range()))
    }

    /// `object` or `dynamic` as the type of something that is declared.
    fn widened(&self, token: Node<'a>) -> Option<Doubt> {
        let ty = ancestors(token)
            .take_while(|n| n.byte_range() == token.byte_range() || n.kind() == "nullable_type")
            .last()?;
        let owner = ty.parent()?;
        let declares = match owner.kind() {
            "property_declaration" | "method_declaration" | "indexer_declaration" | "local_function_statement" => {
                written_type(owner) == Some(ty)
            }
            "variable_declaration" => owner.field("type") == Some(ty),
            // Parameters of a new handler are as its delegate says; a parameter whose type alone was changed was made wider.
            "parameter" => self.w.ranges.iter().any(|r| *r == ty.range()),
            _ => false,
        };
        let given = has_modifier(owner, self.text, "override")
            || child_of_kind(owner, "explicit_interface_specifier").is_some();
        (declares && !given && self.w.is_new(ty.text_in(self.text)))
            .then(|| self.w.doubt(DoubtKind::WidenedType, owner.text_in(self.text), owner.range()))
    }

    /// A name that the fix declares.
    fn declared(&self, name: Node<'a>, declaration: Node<'a>) -> Option<Doubt> {
        let text = self.text;
        match declaration.kind() {
            "property_declaration" => {
                let accessors =
                    declaration.field("accessors").or_else(|| child_of_kind(declaration, "accessor_list"))?;
                let automatic = |a: Node<'a>| {
                    a.kind() != "accessor_declaration" || a.named().iter().all(|c| c.kind() == "modifier")
                };
                let given = |value: Node<'a>| !is_nothing(value.text_in(text));
                if !accessors.named().into_iter().all(automatic)
                    || ["abstract", "extern", "partial", "required"].iter().any(|m| has_modifier(declaration, text, m))
                    || declaration.field("value").is_some_and(given)
                {
                    return None;
                }
                self.never_assigned(name, declaration)
            }
            "variable_declarator" => {
                if initializer(declaration).is_some_and(|value| !is_nothing(value.text_in(text))) {
                    return None;
                }
                let field = declaration.enclosing(&["field_declaration", "local_declaration_statement", "block"])?;
                match field.kind() {
                    "field_declaration" if !has_modifier(field, text, "const") => self.never_assigned(name, field),
                    "local_declaration_statement" => self.local_never_assigned(name, field),
                    _ => None,
                }
            }
            "parameter" => self.unread(name, declaration),
            _ if declaration.is(TYPES) => {
                let body = declaration.field("body")?;
                let empty = body.named().is_empty() && parameters(declaration).is_empty();
                (empty && self.w.covers(body.range())).then(|| {
                    let what = name.text_in(text);
                    let mut doubt = self.w.doubt(DoubtKind::EmptyType, what, declaration.range());
                    doubt.todo = self.w.todo(declaration.start_byte(), &format!("write '{what}'"));
                    doubt
                })
            }
            _ => None,
        }
    }

    /// A parameter that only takes an argument too many: what the caller gives is lost.
    fn unread(&self, name: Node<'a>, parameter: Node<'a>) -> Option<Doubt> {
        let function = parameter.parent()?.parent()?;
        let given = ["override", "virtual", "abstract", "partial", "extern"];
        if !matches!(self.w.code, "CS1501" | "CS1729" | "CS1739")
            || self.w.covers(function.range())
            || given.iter().any(|m| has_modifier(function, self.text, m))
            || function.kind().starts_with("record")
        {
            return None;
        }
        let what = name.text_in(self.text);
        let before = child_of_kind(function, "constructor_initializer");
        let base = child_of_kind(function, "base_list");
        let mut parts = [Some(function.field("body")?), before, base].into_iter().flatten();
        let read = parts.any(|part| occurrences(part, self.text, what).next().is_some());
        (!read).then(|| self.w.doubt(DoubtKind::Unread, what, parameter.range()))
    }

    fn local_never_assigned(&self, name: Node<'a>, declaration: Node<'a>) -> Option<Doubt> {
        let scope = declaration.parent()?;
        let what = name.text_in(self.text);
        let assigned = occurrences(scope, self.text, what).any(|n| write_target(n, self.text).is_some());
        (!assigned).then(|| self.w.doubt(DoubtKind::NeverAssigned, what, declaration.range()))
    }

    fn never_assigned(&self, name: Node<'a>, declaration: Node<'a>) -> Option<Doubt> {
        let what = name.text_in(self.text);
        let owner = self.w.index.csharp().enclosing_type(&self.w.source.path, name.start_byte())?;
        if owner.declaration.kind == DeclarationKind::Interface {
            return None;
        }
        let files = self.w.index.files_with_word(what, self.w.source.parsed.language());
        if files.len() > MAX_FILES {
            return None;
        }
        for path in files.iter() {
            let Some(source) = self.w.index.source(path) else { continue };
            if self.is_assigned_in(&source, what, &owner) {
                return None;
            }
        }
        let mut doubt = self.w.doubt(DoubtKind::NeverAssigned, what, declaration.range());
        doubt.todo = self.w.todo(declaration.start_byte(), &format!("assign '{what}'"));
        Some(doubt)
    }

    /// Whether a file assigns the member `what` of `owner`. Where that cannot be told, it does.
    fn is_assigned_in(&self, source: &Arc<Source>, what: &str, owner: &CsType) -> bool {
        let csharp = self.w.index.csharp();
        let text = source.parsed.text();
        let sema = Semantics::new(self.w.index, source);
        let model = sema.csharp();
        let is_owner = |ty: &CsType| {
            ty.full_name() == owner.full_name()
                || csharp.is_derived_from(ty, owner)
                || csharp.is_derived_from(owner, ty)
        };
        let of_value = |value: Node<'_>| {
            let ty = model.type_of(value).and_then(|ty| model.resolve(ty.strip()));
            let denoted = || match model.symbol_of(value)? {
                Symbol::Type(ty) => model.resolve(ty.strip()),
                _ => None,
            };
            ty.or_else(denoted).is_none_or(|ty| is_owner(&ty))
        };
        occurrences(source.parsed.root(), text, what).any(|name| {
            let Some(target) = write_target(name, text) else { return false };
            if target.kind() == "member_access_expression" {
                return target.field("expression").is_none_or(of_value);
            }
            let parent = target.parent();
            let made = parent.filter(|p| p.parent().is_some_and(|l| l.kind() == "initializer_expression"));
            if let Some(creation) = made.and_then(|p| p.parent()?.parent()) {
                return of_value(creation);
            }
            if parent.is_some_and(|p| p.is(&["with_initializer", "attribute_argument"])) {
                return true;
            }
            if matches!(model.symbol_of(name), Some(Symbol::Local(..))) {
                return false;
            }
            let mut at = csharp.enclosing_type(&source.path, name.start_byte());
            while let Some(ty) = at {
                if is_owner(&ty) {
                    return true;
                }
                at = csharp.container(&ty);
            }
            false
        })
    }

    /// The member beside a stub that does what the stub should do, and that nothing uses any more.
    fn replaced_by(&self, stub: &Doubt) -> Option<Doubt> {
        let member = ancestors(leaf_at(self.w.source.parsed.root(), stub.range.start)?)
            .find(|n| n.start_byte() <= stub.range.start && stub.range.end <= n.end_byte())?;
        let list = member.parent().filter(|p| p.kind() == "declaration_list")?;
        let new = name_of(member)?.text_in(self.text);
        let types = |m: Node<'a>| -> Vec<&str> {
            parameters(m).into_iter().filter_map(|p| Some(p.field("type")?.text_in(self.text))).collect()
        };
        let result = |m: Node<'a>| written_type(m).map(|t| t.text_in(self.text));
        let wanted = types(member);
        list.named().into_iter().filter(|m| m.is(&["method_declaration", "property_declaration"])).find_map(|old| {
            let name = name_of(old)?.text_in(self.text);
            let own = types(old);
            let same_signature = !own.is_empty() && wanted.starts_with(&own) && result(old) == result(member);
            let near = name.len() > 2 && (new.contains(name) || name.contains(new));
            let free = !has_modifier(old, self.text, "override")
                && child_of_kind(old, "attribute_list").is_none()
                && child_of_kind(old, "explicit_interface_specifier").is_none();
            let first = old.text_in(self.text).lines().next().unwrap_or_default();
            let is_old = name != new
                && free
                && self.w.before.contains(first)
                && !self.w.covers(old.range())
                && old.kind() == member.kind();
            (is_old && (same_signature || near) && self.is_unused(name))
                .then(|| self.w.doubt(DoubtKind::DeadCode, name, old.range()))
        })
    }

    /// Whether every place with this name declares it.
    fn is_unused(&self, name: &str) -> bool {
        let files = self.w.index.files_with_word(name, self.w.source.parsed.language());
        files.len() <= MAX_FILES
            && files.iter().filter_map(|path| self.w.index.source(path)).all(|source| {
                let text = source.parsed.text();
                let declares = |n: Node<'_>| {
                    n.parent().is_some_and(|p| {
                        p.field("name") == Some(n)
                            && (p.kind().ends_with("_declaration") || p.kind() == "variable_declarator")
                    })
                };
                occurrences(source.parsed.root(), text, name).all(declares)
            })
    }

    /// A cast that fails, or gives nothing, whatever the value is.
    fn cannot_succeed(&self, cast: Node<'a>, value: Node<'a>, ty: Node<'a>) -> Option<Doubt> {
        let csharp = self.w.index.csharp();
        let (from, to) = (self.model.type_of(value)?, self.model.written_type(ty)?);
        if self.model.converts(&from, &to) {
            return None;
        }
        let inner = std::iter::successors(Some(value), |n| {
            (n.kind() == "parenthesized_expression").then(|| n.named().into_iter().next()).flatten()
        });
        let value = inner.last()?;
        let (a, b) = (self.model.resolve(from.strip()), self.model.resolve(to.strip()));
        let is_interface = |t: &CsType| t.declaration.kind == DeclarationKind::Interface;
        let is_class = |t: &CsType| t.declaration.kind == DeclarationKind::Class;
        let is_source = |t: &CsType| matches!(t.origin, TypeOrigin::Source(_));
        let impossible = match (&a, &b) {
            // The value's class is known, and it is not the wanted one.
            (Some(a), Some(b)) if value.kind() == "object_creation_expression" && is_class(a) => {
                !csharp.is_derived_from(a, b) && (is_class(b) || is_interface(b))
            }
            (Some(a), Some(b)) if is_source(a) && is_source(b) && is_interface(a) != is_interface(b) => {
                let sealed = |t: &CsType| is_class(t) && t.declaration.modifiers.contains(Modifiers::SEALED);
                let related = |t: &CsType, other: &CsType| csharp.is_derived_from(t, other);
                (sealed(a) && !related(a, b)) || (sealed(b) && !related(b, a))
            }
            (Some(a), to_type) if a.full_name() == "System.Collections.Generic.IEnumerable" => {
                let name = value.field("function").and_then(|f| f.field("name"));
                let name = name.map(|n| n.text_in(self.text).split('<').next().unwrap_or_default());
                let collection = ty.kind() == "array_type" || to_type.as_ref().is_some_and(is_class);
                collection && name.is_some_and(|n| ITERATORS.contains(&n))
            }
            _ => false,
        };
        impossible.then(|| self.w.doubt(DoubtKind::ImpossibleCast, cast.text_in(self.text), cast.range()))
    }
}

/// Whether an initializer gives no value.
fn is_nothing(value: &str) -> bool {
    matches!(value.trim_end_matches('!'), "null" | "default") || value.starts_with("default(")
}

/// The identifiers `name` below `root`.
fn occurrences<'t>(root: Node<'t>, text: &'t str, name: &'t str) -> impl Iterator<Item = Node<'t>> {
    let range = root.byte_range();
    let matches = text[range.clone()].match_indices(name).map(move |(at, _)| range.start + at);
    matches
        .filter_map(move |at| leaf_at(root, at))
        .filter(move |leaf| leaf.kind() == "identifier" && leaf.text_in(text) == name)
}

/// The name or member access that a write goes to, when `name` is written.
fn write_target<'t>(name: Node<'t>, text: &str) -> Option<Node<'t>> {
    let parent = name.parent()?;
    if parent.is(&["member_access_expression", "member_binding_expression"]) {
        if parent.field("name") != Some(name) {
            return None;
        }
        return is_written(parent, text).then_some(parent);
    }
    is_written(name, text).then_some(name)
}

fn is_written(target: Node<'_>, text: &str) -> bool {
    let Some(parent) = target.parent() else { return false };
    match parent.kind() {
        "assignment_expression" => parent.field("left") == Some(target),
        "argument" if parent.field("name") == Some(target) => false,
        "argument" => {
            let tuple = parent.parent().filter(|p| p.kind() == "tuple_expression");
            has_child_token(parent, text, "ref")
                || has_child_token(parent, text, "out")
                || tuple.is_some_and(|t| is_written(t, text))
        }
        "postfix_unary_expression" | "prefix_unary_expression" => {
            parent.all_children().iter().any(|c| c.is(&["++", "--", "&"]))
        }
        "with_initializer" => parent.named().first() == Some(&target),
        "attribute_argument" => parent.field("name") == Some(target),
        "ref_expression" => true,
        "parenthesized_expression" | "conditional_access_expression" => is_written(parent, text),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::doubt_tests::doubts;

    /// The doubts about what stands between `«` and `»`; `before` is the rest.
    fn of(text: &str) -> Vec<String> {
        doubts("/a.cs", text, &[])
    }

    #[test]
    fn an_argument_too_many_that_nothing_reads() {
        let doubts = |code, text| super::super::doubt_tests::replaced("/a.cs", (code, &[]), text, "object? log", &[]);
        let unread = ["nothing reads the parameter 'log'"];
        assert_eq!(doubts("CS1729", "class C { C(«») { } }"), unread);
        assert_eq!(doubts("CS1729", "class C(«») { int a = 1; }"), unread);
        assert_eq!(doubts("CS1501", "class C { int M(«») => 1; }"), unread);
        for text in [
            "class C { C(«») { M(log); } }",
            "class C { C(«») : base(log) { } }",
            "class C(«») { object? a = log; }",
            "record C(«») { int a = 1; }",
            "class C { int M(«») => log is null ? 1 : 2; }",
            "class C { public override int M(«») => 1; }",
            "interface I { int M(«»); }",
        ] {
            assert_eq!(doubts("CS1501", text), [""; 0], "{text}");
        }
        // An interface or a delegate asks for it.
        assert_eq!(doubts("CS0535", "class C { int M(«») => 1; }"), [""; 0]);
    }

    #[test]
    fn members_that_nothing_assigns() {
        for (text, expected) in [
            (
                "class P { «public string Title { get; internal set; }» string M() => Title; }",
                &["nothing ever assigns 'Title'"][..],
            ),
            ("class P { «public string Title { get; internal set; }» void M() { Title = \"a\"; } }", &[]),
            ("class P { «public string Title { get; set; }» } class Q { P M() => new P { Title = \"a\" }; }", &[]),
            (
                "class P { «public int N { get; set; }» } class Q { int N; void M() { N = 1; } }",
                &["nothing ever assigns 'N'"],
            ),
            (
                "class P { «public int N { get; set; }» } class Q { int N; void M(Q q, P p) { q.N = 1; F(p.N); } void F(int i) { } }",
                &["nothing ever assigns 'N'"],
            ),
            ("class P { «public int N { get; set; }» } class Q { void M(P p) { p.N++; } }", &[]),
            ("class P { «public int N;» } class Q { void M(P p) { F(out p.N); } void F(out int i) { i = 1; } }", &[]),
            ("class P { «public int N { get; }» P(int N) { N = 2; } }", &["nothing ever assigns 'N'"]),
            ("class P { «public int N => 1;» «int K { get { return 2; } }» «int L { get; } = 3;» }", &[]),
            (
                "class P { «public static P Instance { get; } = null!;» }",
                &["nothing ever assigns 'Instance'", "'null!' hides the problem"],
            ),
            ("class P { void M() { «bool done = default;» if (done) { } } }", &["nothing ever assigns 'done'"]),
            ("class P { void M() { «bool done = default;» done = true; } }", &[]),
            ("interface P { «int N { get; }» }", &[]),
            ("abstract class P { «public abstract int N { get; }» }", &[]),
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
    }

    #[test]
    fn bodies_that_throw_and_what_they_leave_behind() {
        let stub = "class R : I { public int Apply(int a) => a; «public int ApplyAsync(int a, int b) { throw new System.NotImplementedException(); }» }";
        assert_eq!(of(stub), ["'ApplyAsync' does nothing but throw", "'Apply' stays, and nothing uses it any more"]);
        let used = stub.replace("class R", "class U { int M(R r) => r.Apply(1); } class R");
        assert_eq!(of(&used), ["'ApplyAsync' does nothing but throw"]);
        assert_eq!(of("class R { «int N => throw new NotImplementedException();» }"), ["'N' does nothing but throw"]);
        // It threw before.
        let old = "class R { «int M()» { throw new NotImplementedException(); } }";
        assert_eq!(of(old), [""; 0]);
        assert_eq!(
            of(
                "class R { «int M(string s) { if (s == null) throw new ArgumentNullException(nameof(s)); return 1; }» }"
            ),
            [""; 0]
        );
    }

    #[test]
    fn what_is_hidden() {
        for (text, expected) in [
            ("class C { int M(string s) => s«!».Length; }", "'s!' hides the problem"),
            (
                "class C {\n«#pragma warning disable CS0168\n»void M() { int a; } }",
                "'#pragma warning disable CS0168' hides the problem",
            ),
            ("class C { void M() { «_ = »F(); } int F() => 1; }", "'_ = F()' throws a result away"),
            ("class C { «object» M() => 1; }", "the type 'object M() => 1;' says nothing"),
            ("class C { void M() { «dynamic» a = 1; a = 2; } }", "the type 'dynamic a = 1' says nothing"),
            ("class C { void M() => F(1«, default»); void F(int a, string b) { } }", "the value 'default' is made up"),
            (
                "using System.Threading.Tasks; class C { async Task M() { «F»(); } Task F() => null; } namespace System.Threading.Tasks { class Task { } }",
                "'F();' throws a result away",
            ),
            ("«interface IRule { }» class C : IRule { }", "the type 'IRule' has no members"),
        ] {
            assert_eq!(of(text), [expected], "{text}");
        }
        for text in [
            "class C { «void OnClick(object sender, int e)» { } }",
            "class C { «public override object ToObject() => 1;» }",
            "class C { void M() { if («!»a) { } } bool a; }",
            "class C { string M(string s) => F(«s»); string F(string s) => s; }",
            "«class Point { public int X => 1; }»",
            "using System.Threading.Tasks; class C { async Task M() { await «F»(); } Task F() => null; }",
            "using System.Threading.Tasks; class C { Task M() { «F»(); return F(); } Task F() => null; }",
        ] {
            assert_eq!(of(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn what_exists_is_not_dropped() {
        let doubts = |code, arguments: &[&str], before, after, other| {
            super::super::doubt_tests::replaced("/a.cs", (code, arguments), before, after, &[("/b.cs", other)])
        };
        let dropped = ["'Order' exists in the workspace, and the fix drops it"];
        let before = "class OrderTests { «Order» M() => null; }";
        assert_eq!(doubts("CS0246", &["Order"], before, "OrderTests", "namespace N { class Order { } }"), dropped);
        assert_eq!(doubts("CS0246", &["Order"], before, "OrderTests", "namespace N { class Other { } }"), [""; 0]);
        assert_eq!(doubts("CS0246", &["Order"], before, "N.Order", "namespace N { class Order { } }"), [""; 0]);
        let before = "«using N.Order;\n»class C { }";
        let ns = ["Order", "N"];
        assert_eq!(doubts("CS0234", &ns, before, "", "namespace N.Order { class D { } }"), dropped);
        assert_eq!(doubts("CS0234", &ns, before, "", "namespace N { class D { } }"), [""; 0]);
    }

    #[test]
    fn casts_that_cannot_succeed() {
        let types = "interface I { } sealed class A { } class B { } class D : B, I { } ";
        for (expression, doubted) in
            [("«(D)»new B()", true), ("«(B)»new D()", false), ("«(D)»b", false), ("«(A)»i", true), ("«(D)»i", false)]
        {
            let text = format!("{types} class C {{ object M(B b, I i) => {expression}; }}");
            assert_eq!(!of(&text).is_empty(), doubted, "{expression}: {:?}", of(&text));
        }
    }

    #[test]
    fn a_stub_says_that_there_is_something_to_do_where_the_file_does() {
        let stub = "class C\n{\n«    int M()\n    {\n        throw new System.NotImplementedException();\n    }\n»}\n";
        assert_eq!(super::super::doubt_tests::marked("/a.cs", stub), super::super::doubt_tests::plain(stub));
        let with = format!("// TODO: more\n{stub}");
        let expected = "        // TODO: implement 'M'\n        throw new";
        assert!(super::super::doubt_tests::marked("/a.cs", &with).contains(expected));
    }
}
