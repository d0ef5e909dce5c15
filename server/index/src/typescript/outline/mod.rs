//! The declarations, imports and exports of a TypeScript or JavaScript file, as a pure function of its tree.
//!
//! The walk is iterative, because nothing bounds the nesting of the input. It goes into ERROR nodes, because files that do
//! not parse are the ones to be repaired.
//!
//! Conventions of the outline, beyond those of [`Declaration`]:
//! - `declare module "x"` is a [`DeclarationKind::Namespace`] whose name keeps (double) quotes; `declare global` is the
//!   namespace `global`. Imports inside carry the quoted name in [`Import::within`]; `export { a as b }` and `export =`
//!   inside are re-exports with an empty target.
//! - Anonymous default exports are named `default`; an exported expression is a [`DeclarationKind::Variable`].
//! - An object type behind an alias has its members as children; the other parts of an intersection are its `bases`.
//! - Parameter properties are fields of the class, after its constructor.
//! - A variable whose value is a function has the function's parameters; `type_text` is the variable's annotation, or the whole
//!   function type when the function's return type is written.
//! - `import A = N.B` is a [`DeclarationKind::TypeAlias`] of `N.B` with [`Modifiers::HAS_BODY`] (it may mean a value).

mod declare;
mod imports;
#[cfg(test)]
mod tests;

use crate::{
    Declaration, DeclarationKind, DeclarationRanges, Import, ImportedName, LocatedOutline, Modifiers, Outline,
};
use smol_str::SmolStr;
use std::ops::Range;
use syntax::{Language, Node, NodeExt, Parsed};
use text::TextRange;

/// Outline of a parsed file.
pub fn outline(parsed: &Parsed) -> Outline {
    located_outline(parsed).outline
}

/// Outline of a parsed file, with the place of each declaration.
pub(crate) fn located_outline(parsed: &Parsed) -> LocatedOutline {
    let built = build(parsed);
    let outline = Outline {
        language: parsed.language(),
        declarations: built.declarations,
        imports: built.imports,
        exports: built.exports,
        is_module: built.is_module,
    };
    LocatedOutline { outline, ranges: built.ranges, namespaces: Vec::new() }
}

/// Where all declarations of [`outline`] stand, in its order.
pub fn locate_all(parsed: &Parsed) -> Vec<DeclarationRanges> {
    build(parsed).ranges
}

fn build(parsed: &Parsed) -> Builder<'_> {
    let mut builder = Builder {
        language: parsed.language(),
        text: parsed.text(),
        declarations: Vec::new(),
        ranges: Vec::new(),
        imports: Vec::new(),
        exports: Vec::new(),
        is_module: false,
        tasks: Vec::new(),
    };
    builder.push_children(parsed.root(), Place::default(), Role::Statement);
    while let Some(task) = builder.tasks.pop() {
        builder.run(task);
    }
    builder
}

/// How a node of a list is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Role {
    Statement,
    ClassMember,
    TypeMember,
    EnumMember,
}

/// The context of a node.
#[derive(Clone, Copy, Default)]
struct Place {
    parent: Option<u32>,
    modifiers: Modifiers,
    /// Where the enclosing `export`/`declare`/decorators start and the statement ends.
    start: Option<usize>,
    end: Option<usize>,
}

struct Task<'t> {
    node: Node<'t>,
    place: Place,
    role: Role,
}

struct Builder<'t> {
    language: Language,
    text: &'t str,
    declarations: Vec<Declaration>,
    ranges: Vec<DeclarationRanges>,
    imports: Vec<Import>,
    exports: Vec<ImportedName>,
    is_module: bool,
    tasks: Vec<Task<'t>>,
}

impl<'t> Builder<'t> {
    /// Text of a node; empty when the node is not on character boundaries.
    fn text(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    /// Puts the children of `container` on the stack, first child on top, with the decorators and the doc comment
    /// before each.
    fn push_children(&mut self, container: Node<'t>, place: Place, role: Role) {
        let first = self.tasks.len();
        let mut deprecated = false;
        let mut decorators: Option<usize> = None;
        let mut cursor = container.walk();
        for node in container.children(&mut cursor) {
            match node.kind() {
                "comment" => deprecated = self.text(node).contains("@deprecated"),
                "decorator" => decorators = decorators.or(Some(node.start_byte())),
                ";" | "," => {
                    // The separator belongs to the member before it.
                    if let Some(task) = self.tasks.get_mut(first..).and_then(<[_]>::last_mut)
                        && task.role != Role::Statement
                        && task.place.end.is_none()
                        && task.node.end_byte() == node.start_byte()
                    {
                        task.place.end = Some(node.end_byte());
                    }
                }
                _ if node.is_named() || role == Role::EnumMember => {
                    let mut place = place;
                    if deprecated {
                        place.modifiers |= Modifiers::DEPRECATED;
                    }
                    place.start = decorators.take().or(place.start);
                    deprecated = false;
                    self.tasks.push(Task { node, place, role });
                }
                _ => {}
            }
        }
        if let Some(new) = self.tasks.get_mut(first..) {
            new.reverse();
        }
    }

    fn run(&mut self, task: Task<'t>) {
        let Task { node, place, role } = task;
        if node.is_error() {
            self.error(node, place, role);
            return;
        }
        match role {
            Role::Statement => self.statement(node, place),
            Role::ClassMember | Role::TypeMember => self.member(node, place),
            Role::EnumMember => self.enum_member(node, place),
        }
    }

    /// An ERROR node: what the parser skipped. A statement list continues inside it; a type without its closing brace
    /// is there as loose tokens (`class`, name, `{`, members).
    fn error(&mut self, node: Node<'t>, place: Place, role: Role) {
        if role == Role::EnumMember {
            return;
        }
        let children = node.all_children();
        let mut inner = place;
        let mut inner_role = role;
        let mut tasks = Vec::new();
        let mut i = 0;
        while let Some(&child) = children.get(i) {
            let keyword = match child.kind() {
                "class" => Some((DeclarationKind::Class, Role::ClassMember)),
                "interface" => Some((DeclarationKind::Interface, Role::TypeMember)),
                "namespace" => Some((DeclarationKind::Namespace, Role::Statement)),
                _ => None,
            };
            let name = children.get(i + 1).filter(|n| n.is(&["type_identifier", "identifier"]));
            if let (Some((kind, members)), Some(&name)) = (keyword, name) {
                let mut modifiers = place.modifiers;
                if i > 0 && children.get(i - 1).is_some_and(|n| n.kind() == "export") {
                    modifiers |= Modifiers::EXPORT;
                    self.is_module |= place.parent.is_none();
                }
                let mut declaration = self.blank(self.text(name), kind, Place { modifiers, ..place });
                i += 2;
                while let Some(part) = children.get(i).filter(|n| n.kind() != "{") {
                    match part.kind() {
                        "type_parameters" => declaration.type_parameters = self.type_parameters(*part),
                        "class_heritage" | "extends_type_clause" | "extends_clause" | "implements_clause" => {
                            self.heritage(*part, &mut declaration)
                        }
                        _ => break,
                    }
                    i += 1;
                }
                let range = child.start_byte()..node.end_byte();
                let index = self.emit(declaration, range, name.byte_range(), None);
                inner = Place { parent: Some(index), ..Place::default() };
                inner_role = members;
                continue;
            }
            if child.is_named() && !child.is(&["comment", "decorator"]) {
                tasks.push(Task { node: child, place: inner, role: inner_role });
            }
            i += 1;
        }
        tasks.reverse();
        self.tasks.extend(tasks);
    }

    /// A declaration with nothing but name, kind, parent and modifiers.
    fn blank(&self, name: &str, kind: DeclarationKind, place: Place) -> Declaration {
        Declaration { parent: place.parent, modifiers: place.modifiers, ..Declaration::named(name, kind) }
    }

    /// Adds a declaration and its ranges; returns its index.
    fn emit(
        &mut self,
        declaration: Declaration,
        full: Range<usize>,
        name: Range<usize>,
        body: Option<Node<'_>>,
    ) -> u32 {
        let index = self.declarations.len() as u32;
        self.declarations.push(declaration);
        self.ranges.push(DeclarationRanges {
            full: TextRange::from(full),
            name: TextRange::from(name),
            body: body.map(|b| TextRange::from(b.byte_range())),
        });
        index
    }

    /// Name of the `declare module "x"` around a place; empty at file level.
    fn within(&self, place: Place) -> SmolStr {
        let mut parent = place.parent;
        while let Some(declaration) = parent.and_then(|p| self.declarations.get(p as usize)) {
            if declaration.name.starts_with('"') {
                return declaration.name.clone();
            }
            parent = declaration.parent;
        }
        SmolStr::default()
    }
}

/// The range of a node, from the start of its `export`, `declare` or decorators.
fn full_range(node: Node<'_>, place: Place) -> Range<usize> {
    let start = place.start.unwrap_or(usize::MAX).min(node.start_byte());
    start..place.end.unwrap_or(0).max(node.end_byte())
}

/// Text of a string literal without its quotes, otherwise as written.
fn unquoted(text: &str) -> &str {
    let inner = text.strip_prefix(['"', '\'', '`']).unwrap_or(text);
    inner.strip_suffix(['"', '\'', '`']).unwrap_or(inner)
}

/// Whether `text` is an identifier.
pub(crate) fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_' || c == '$')
        && chars.all(|c| c.is_alphanumeric() || c == '_' || c == '$')
}
