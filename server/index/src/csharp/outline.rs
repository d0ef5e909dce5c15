//! What a C# file declares, read from its tree-sitter tree.
//!
//! Recovers beside ERROR nodes: there, type and namespace headers and braces are read token by token, and members that a missing or
//! surplus brace moved into a method body or to the top level are assigned to their type again (an access modifier distinguishes them
//! from locals). Iterative, so that nesting cannot overflow the stack.

use super::header;
use crate::{Declaration, DeclarationKind, DeclarationRanges, Import, ImportKind, LocatedOutline, Modifiers, Outline};
use smol_str::{SmolStr, format_smolstr};
use syntax::{Language, Node, NodeExt, Parsed};
use text::TextRange;

/// Longest namespace that is joined: hostile nesting must not create names of quadratic size.
const LONGEST_NAMESPACE: usize = 2048;

/// Reads the outline of `parsed`.
pub(crate) fn located_outline(parsed: &Parsed) -> LocatedOutline {
    let root = parsed.root();
    let mut builder = Builder {
        text: parsed.text(),
        broken: root.has_error(),
        out: LocatedOutline { outline: Outline::empty(Language::CSHARP), ranges: Vec::new(), namespaces: Vec::new() },
        scopes: vec![Scope { namespace: SmolStr::default(), parent: None, loose: None, last_type: None }],
        frames: Vec::new(),
    };
    builder.push_frame(root, None, false);
    builder.run();
    let outline = &mut builder.out.outline;
    outline.declarations.shrink_to_fit();
    outline.imports.shrink_to_fit();
    builder.out
}

/// What the following siblings belong to.
struct Scope {
    namespace: SmolStr,
    parent: Option<u32>,
    /// Opened by a brace inside an ERROR node: what it opened.
    loose: Option<Loose>,
    /// The type declared last, which a surplus `}` may have closed too early.
    last_type: Option<u32>,
}

#[derive(Clone, Copy, PartialEq)]
enum Loose {
    Type(u32),
    Namespace(usize),
    Other,
}

/// Children of a node that are being visited.
struct Frame<'t> {
    children: Vec<Node<'t>>,
    next: usize,
    /// First child of the header that is being collected (only meaningful among loose tokens).
    header: usize,
    /// A body with braces of its own: scopes go back to this depth at its end. Otherwise scopes opened inside stay open
    /// (an ERROR node may contain a header whose body follows it).
    closes: Option<usize>,
    /// Inside a method body: only misplaced members are read.
    in_body: bool,
}

struct Builder<'t> {
    text: &'t str,
    broken: bool,
    out: LocatedOutline,
    scopes: Vec<Scope>,
    frames: Vec<Frame<'t>>,
}

impl<'t> Builder<'t> {
    fn push_frame(&mut self, node: Node<'t>, closes: Option<usize>, in_body: bool) {
        self.frames.push(Frame { children: node.all_children(), next: 0, header: 0, closes, in_body });
    }

    /// Visits the statements of `node`'s body for members that a missing brace moved there.
    fn push_body(&mut self, node: Node<'t>) {
        if self.broken
            && let Some(body) = node.field("body")
        {
            self.push_frame(body, Some(self.scopes.len()), true);
        }
    }

    fn run(&mut self) {
        while let Some(frame) = self.frames.last_mut() {
            let at = frame.next;
            match frame.children.get(at).copied() {
                Some(node) => {
                    frame.next += 1;
                    if frame.in_body { self.visit_in_body(node) } else { self.visit(node, at) }
                }
                None => {
                    if let Some(depth) = frame.closes {
                        self.scopes.truncate(depth.max(1));
                    }
                    self.frames.pop();
                }
            }
        }
    }

    fn scope(&mut self) -> &mut Scope {
        let last = self.scopes.len() - 1;
        &mut self.scopes[last]
    }

    /// Ends the header that loose tokens were collected for.
    fn reset_header(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.header = frame.next;
        }
    }

    fn loose_header(&self, at: usize) -> Vec<Node<'t>> {
        self.frames.last().map(|f| f.children[f.header.min(at)..at].to_vec()).unwrap_or_default()
    }

    fn visit(&mut self, node: Node<'t>, at: usize) {
        match node.kind() {
            "using_directive" => self.using(node),
            "namespace_declaration" => self.namespace(node),
            "file_scoped_namespace_declaration" => {
                let name = node.field("name").map(|n| header::squeeze(n.text_in(self.text))).unwrap_or_default();
                let full = self.join_namespace(&name);
                self.out.namespaces.push((full.clone(), TextRange::new(node.end_byte(), self.text.len())));
                self.scope().namespace = full;
            }
            "class_declaration"
            | "struct_declaration"
            | "interface_declaration"
            | "record_declaration"
            | "enum_declaration" => self.type_declaration(node),
            "delegate_declaration"
            | "method_declaration"
            | "constructor_declaration"
            | "destructor_declaration"
            | "property_declaration"
            | "indexer_declaration"
            | "event_declaration"
            | "operator_declaration"
            | "conversion_operator_declaration"
            | "enum_member_declaration" => self.member(node),
            "field_declaration" | "event_field_declaration" => self.fields(node),
            "preproc_if" | "preproc_else" | "preproc_elif" | "global_statement" => self.push_frame(node, None, false),
            "ERROR" => return self.push_frame(node, None, false),
            "local_function_statement" | "local_declaration_statement" => self.misplaced_member(node),
            "{" => self.open_loose(node, at),
            "}" => self.close_loose(node),
            ";" => {
                let header = self.loose_header(at);
                if let [.., keyword, name] = header.as_slice()
                    && keyword.kind() == "namespace"
                {
                    let full = self.join_namespace(&header::squeeze(name.text_in(self.text)));
                    self.out.namespaces.push((full.clone(), TextRange::new(node.end_byte(), self.text.len())));
                    self.scope().namespace = full;
                }
            }
            // A piece of a header: keeps collecting.
            _ => return,
        }
        // What was read is not part of the next header. (A frame just pushed has none yet.)
        self.reset_header();
    }

    fn visit_in_body(&mut self, node: Node<'t>) {
        match node.kind() {
            "local_function_statement" | "local_declaration_statement" => self.misplaced_member(node),
            // A type inside a body means that a brace is missing.
            "class_declaration"
            | "struct_declaration"
            | "interface_declaration"
            | "record_declaration"
            | "enum_declaration" => self.type_declaration(node),
            kind if kind.ends_with("_statement")
                || matches!(kind, "block" | "ERROR" | "catch_clause" | "finally_clause" | "preproc_if") =>
            {
                self.push_frame(node, None, true)
            }
            _ => {}
        }
    }

    fn join_namespace(&mut self, name: &str) -> SmolStr {
        let outer = self.scope().namespace.clone();
        if name.is_empty() || outer.len() > LONGEST_NAMESPACE {
            outer
        } else if outer.is_empty() {
            name.into()
        } else {
            format_smolstr!("{outer}.{name}")
        }
    }

    fn namespace(&mut self, node: Node<'t>) {
        let name = node.field("name").map(|n| header::squeeze(n.text_in(self.text))).unwrap_or_default();
        let full = self.join_namespace(&name);
        let depth = self.scopes.len();
        let Some(body) = node.field("body") else { return };
        self.out.namespaces.push((full.clone(), body.range()));
        self.scopes.push(Scope { namespace: full, parent: None, loose: None, last_type: None });
        self.reset_header();
        self.push_frame(body, Some(depth), false);
    }

    fn using(&mut self, node: Node<'t>) {
        let name = node.field("name");
        let mut alias = SmolStr::default();
        let mut target = SmolStr::default();
        let (mut global, mut is_static) = (false, false);
        for child in node.all_children() {
            match child.kind() {
                "global" => global = true,
                "static" => is_static = true,
                _ if Some(child) == name => alias = child.text_in(self.text).into(),
                _ if child.is_named() && !child.is_extra() && !child.is_error() => {
                    target = header::squeeze(child.text_in(self.text));
                }
                _ => {}
            }
        }
        let kind = match (global, is_static, alias.is_empty()) {
            (false, _, false) => ImportKind::UsingAlias,
            (true, _, false) => ImportKind::GlobalUsingAlias,
            (false, true, true) => ImportKind::UsingStatic,
            (true, true, true) => ImportKind::GlobalUsingStatic,
            (false, false, true) => ImportKind::Using,
            (true, false, true) => ImportKind::GlobalUsing,
        };
        if target.is_empty() {
            return;
        }
        let within = self.scope().namespace.clone();
        self.out.outline.imports.push(Import { kind, target, alias, within, type_only: false, names: Vec::new() });
    }

    fn add(&mut self, mut declaration: Declaration, ranges: DeclarationRanges) -> u32 {
        let scope = self.scope();
        declaration.namespace = scope.namespace.clone();
        declaration.parent = scope.parent;
        declaration.type_parameters.shrink_to_fit();
        declaration.parameters.shrink_to_fit();
        declaration.bases.shrink_to_fit();
        self.out.outline.declarations.push(declaration);
        self.out.ranges.push(ranges);
        (self.out.outline.declarations.len() - 1) as u32
    }

    fn type_declaration(&mut self, node: Node<'t>) {
        let body = node.field("body");
        let head: Vec<Node<'t>> = node.all_children().into_iter().take_while(|c| Some(*c) != body).collect();
        let Some((mut declaration, name)) = header::type_header(&head, self.text) else { return };
        if body.is_some() {
            declaration.modifiers |= Modifiers::HAS_BODY;
        }
        let ranges = DeclarationRanges { full: node.range(), name, body: body.map(NodeExt::range) };
        let index = self.add(declaration, ranges);
        self.scope().last_type = Some(index);
        if let Some(body) = body {
            let depth = self.scopes.len();
            let namespace = self.scope().namespace.clone();
            self.scopes.push(Scope { namespace, parent: Some(index), loose: None, last_type: None });
            self.reset_header();
            self.push_frame(body, Some(depth), false);
        }
    }

    fn member(&mut self, node: Node<'t>) {
        if let Some((declaration, ranges)) = header::member(node, self.text) {
            // A statement that looks like a constructor of another name is a call among broken tokens.
            if declaration.kind == DeclarationKind::Constructor && self.scope().parent.is_none() {
                return;
            }
            self.add(declaration, ranges);
        }
        self.reset_header();
        self.push_body(node);
    }

    fn fields(&mut self, node: Node<'t>) {
        for (declaration, ranges) in header::fields(node, self.text) {
            self.add(declaration, ranges);
        }
    }

    /// A "local function" or "local variable" with an access modifier: a member that a missing or surplus brace misplaced.
    fn misplaced_member(&mut self, node: Node<'t>) {
        let access = node.all_children().iter().any(|c| {
            c.kind() == "modifier" && matches!(c.text_in(self.text), "public" | "private" | "protected" | "internal")
        });
        if !(self.broken && access) {
            return self.push_body(node);
        }
        // At the top level it belongs to the type that was closed too early.
        let before = self.scope().parent;
        if before.is_none() {
            let Some(home) = self.scope().last_type else { return };
            self.scope().parent = Some(home);
        }
        if node.kind() == "local_declaration_statement" {
            self.fields(node);
        } else if let Some((declaration, ranges)) = header::member(node, self.text) {
            self.add(declaration, ranges);
        }
        self.scope().parent = before;
        self.reset_header();
        self.push_body(node);
    }

    /// `{` among the loose tokens of an ERROR node.
    fn open_loose(&mut self, brace: Node<'t>, at: usize) {
        // The frame of a parsed body has only its own braces.
        if self.frames.last().is_some_and(|f| f.closes.is_some()) {
            return;
        }
        let head = self.loose_header(at);
        let to_end = TextRange::new(brace.start_byte(), self.text.len());
        let namespace = self.scope().namespace.clone();
        if let Some(i) = head.iter().rposition(|n| n.kind() == "namespace") {
            let name = head.get(i + 1).map(|n| header::squeeze(n.text_in(self.text))).unwrap_or_default();
            let full = self.join_namespace(&name);
            let loose = Some(Loose::Namespace(self.out.namespaces.len()));
            self.out.namespaces.push((full.clone(), to_end));
            self.scopes.push(Scope { namespace: full, parent: None, loose, last_type: None });
        } else if let Some((mut declaration, name)) = header::type_header(&head, self.text) {
            declaration.modifiers |= Modifiers::HAS_BODY;
            let start = head.iter().find(|n| !n.is_extra()).map_or(brace.start_byte(), |n| n.start_byte());
            let full = TextRange::new(start.min(name.start), self.text.len());
            let index = self.add(declaration, DeclarationRanges { full, name, body: Some(to_end) });
            self.scope().last_type = Some(index);
            let loose = Some(Loose::Type(index));
            self.scopes.push(Scope { namespace, parent: Some(index), loose, last_type: None });
        } else {
            let parent = self.scope().parent;
            self.scopes.push(Scope { namespace, parent, loose: Some(Loose::Other), last_type: None });
        }
    }

    /// `}` among loose tokens closes what a loose `{` opened, never a parsed body.
    fn close_loose(&mut self, brace: Node<'t>) {
        let Some(loose) = self.scopes.last().and_then(|s| s.loose) else { return };
        if self.frames.last().is_some_and(|f| f.closes.is_some()) {
            return;
        }
        self.scopes.pop();
        let end = brace.end_byte();
        match loose {
            Loose::Type(index) => {
                if let Some(ranges) = self.out.ranges.get_mut(index as usize) {
                    ranges.full.end = end.max(ranges.full.start);
                    if let Some(body) = &mut ranges.body {
                        body.end = end.max(body.start);
                    }
                }
            }
            Loose::Namespace(index) => {
                if let Some((_, range)) = self.out.namespaces.get_mut(index) {
                    range.end = end.max(range.start);
                }
            }
            Loose::Other => {}
        }
    }
}
