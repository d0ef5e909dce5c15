//! Tests of the whole way: a repair is learned, and the same is done elsewhere.

use crate::capture::{self, Edited, Example, Seen};
use crate::library::{Library, Question, Suggestion};
use crate::provider::tree_of;
use crate::rank::Stats;
use std::path::Path;
use text::TextEdits;

/// A diagnostic: its code, its message's arguments, and the text at whose first place it begins.
pub type Diagnostic<'a> = (&'a str, &'a [&'a str], &'a str);

fn seen(text: &str, (code, arguments, at): &Diagnostic<'_>) -> Seen {
    let start = text.find(at).unwrap_or_else(|| panic!("`{at}` is not in the text"));
    Seen { code: (*code).into(), start, arguments: arguments.iter().map(|a| (*a).into()).collect() }
}

/// What a file teaches whose diagnostics all vanished.
pub fn examples(name: &str, before: &str, after: &str, diagnostics: &[Diagnostic<'_>]) -> Vec<Example> {
    let path = Path::new(name);
    let was: Vec<Seen> = diagnostics.iter().map(|d| seen(before, d)).collect();
    let (before, after) = (tree_of(path, before).unwrap(), tree_of(path, after).unwrap());
    capture::examples(&Edited {
        path,
        before: &before,
        after: &after,
        diagnostics_before: &was,
        diagnostics_after: &[],
    })
}

/// A library of examples.
pub fn library(examples: &[Example]) -> Library {
    let one = Stats { examples: 1, files: 1, ..Stats::default() };
    let all: Vec<_> = examples.iter().map(|e| (e.clone(), one)).collect();
    Library::new(&all, [])
}

/// What a library says about a diagnostic.
pub fn suggestions(library: &Library, name: &str, text: &str, diagnostic: &Diagnostic<'_>) -> Vec<Suggestion> {
    let tree = tree_of(Path::new(name), text).unwrap();
    let seen = seen(text, diagnostic);
    let arguments: Vec<String> = seen.arguments.iter().map(ToString::to_string).collect();
    let question = Question {
        tree: &tree,
        path: Path::new(name),
        start: seen.start,
        code: &seen.code,
        arguments: &arguments,
        now: 0,
    };
    library.suggestions(&question)
}

/// The text after the first suggestion; `None` when there is none.
pub fn repaired(library: &Library, name: &str, text: &str, diagnostic: &Diagnostic<'_>) -> Option<String> {
    let first = suggestions(library, name, text, diagnostic).into_iter().next()?;
    Some(TextEdits::new(first.edits).unwrap().apply(text).unwrap())
}

/// Checks that the repair of one line (`before` → `after`, in a wrapper of the language) makes `text` → `expected` elsewhere.
#[track_caller]
pub fn check(
    name: &str,
    wrapper: &str,
    learned: (&str, &str, Diagnostic<'_>),
    then: &[(&str, Option<&str>, Diagnostic<'_>)],
) {
    let whole = |line: &str| wrapper.replace("$$", line);
    let (before, after, diagnostic) = learned;
    let found = examples(name, &whole(before), &whole(after), &[diagnostic]);
    assert_eq!(found.len(), 1, "{found:#?}");
    let library = library(&found);
    for (text, expected, diagnostic) in then {
        let made = repaired(&library, name, &whole(text), diagnostic);
        assert_eq!(made, expected.map(whole), "of {text}, learned {} → {}", found[0].before, found[0].after);
    }
}

const METHOD: &str = "class C : B {\n    int field;\n    async Task M(Session session, string name, int count) {\n        $$\n    }\n}\n";
const FUNCTION: &str =
    "class C extends B {\n  async m(session: Session, name: string, count: number) {\n    $$\n  }\n}\n";

#[test]
fn a_new_argument_is_passed_everywhere() {
    let message: &[&str] = &["lazy", "Str.Cut(string, int, bool)"];
    check(
        "/C.cs",
        METHOD,
        ("var a = Str.Cut(name, 4);", "var a = Str.Cut(name, 4, false);", ("CS7036", message, "Cut")),
        &[
            (
                "Use(Str.Cut( other.Text, a + 1 )); // kept",
                Some("Use(Str.Cut( other.Text, a + 1, false )); // kept"),
                ("CS7036", message, "Cut("),
            ),
            ("Str.Cut();", Some("Str.Cut(false);"), ("CS7036", message, "Cut(")),
            ("Str.Paste(name, 4);", None, ("CS7036", message, "Paste")),
        ],
    );
    check(
        "/c.ts",
        FUNCTION,
        ("run(name);", "run(name, 0);", ("TS2554", &["2", "1"], "name);")),
        &[
            (
                "const x = run(\n      other(count), // why\n    );",
                Some("const x = run(\n      other(count), 0, // why\n    );"),
                ("TS2554", &["2", "1"], "run("),
            ),
            ("walk(name);", None, ("TS2554", &["2", "1"], "name);")),
        ],
    );
}

#[test]
fn what_is_in_scope_is_passed_by_its_type() {
    let message: &[&str] = &["session", "Store.Load(int, Session)"];
    let found = examples(
        "/C.cs",
        &METHOD.replace("$$", "Store.Load(count);"),
        &METHOD.replace("$$", "Store.Load(count, session);"),
        &[("CS7036", message, "Load")],
    );
    let library = library(&found);
    let other = "class D {\n    void N(Session current, int id) { Store.Load(id); }\n    void O(int id) { Store.Load(id); }\n}\n";
    let first = repaired(&library, "/D.cs", other, &("CS7036", message, "Load"));
    assert_eq!(first.as_deref(), Some(other.replacen("Load(id)", "Load(id, current)", 1).as_str()));
    // Nothing of the type is at hand there.
    let without = "class D {\n    void O(int id) { Store.Load(id); }\n}\n";
    assert_eq!(repaired(&library, "/D.cs", without, &("CS7036", message, "Load")), None);
}

#[test]
fn arguments_change_places_and_become_objects() {
    check(
        "/C.cs",
        METHOD,
        ("Log.Write(name, 11);", "Log.Write(11, name);", ("CS1503", &["1", "string", "int"], "name, 11")),
        &[(
            "Log.Write(Make(a, b), field);",
            Some("Log.Write(field, Make(a, b));"),
            ("CS1503", &["1", "string", "int"], "Make"),
        )],
    );
    check(
        "/c.ts",
        FUNCTION,
        ("send(name, count);", "send({ to: name, count });", ("TS2554", &["1", "2"], "count);")),
        &[
            ("send(user.mail, count);", Some("send({ to: user.mail, count });"), ("TS2554", &["1", "2"], "count);")),
            ("send(user.mail);", Some("send({ to: user.mail });"), ("TS2345", &["string", "Options"], "user.mail")),
            ("send('x', 1 + 2);", Some("send({ to: 'x', count: 1 + 2 });"), ("TS2554", &["1", "2"], "1 +")),
        ],
    );
    check(
        "/C.cs",
        METHOD,
        ("cache.Add(name, new T());", "cache.Add(new AddArgs(name, new T()));", ("CS1501", &["Add", "2"], "Add(")),
        &[(
            "this.cache.Add(typeof(int), a, b);",
            Some("this.cache.Add(new AddArgs(typeof(int), a, b));"),
            ("CS1501", &["Add", "3"], "Add("),
        )],
    );
}

#[test]
fn results_are_unwrapped_and_awaited() {
    check(
        "/C.cs",
        METHOD,
        (
            "string s = Api.Get(name);",
            "string s = Api.Get(name).Value;",
            ("CS0029", &["Wrapped<string>", "string"], "Api"),
        ),
        &[
            (
                "Use(Api.Get(a ?? b).Length);",
                Some("Use(Api.Get(a ?? b).Value.Length);"),
                ("CS1061", &["Wrapped<string>", "Length"], "Length"),
            ),
            (
                "var w = Api.Get(name); Use(w.Length);",
                Some("var w = Api.Get(name).Value; Use(w.Length);"),
                ("CS1061", &["Wrapped<string>", "Length"], "Length"),
            ),
        ],
    );
    check(
        "/C.cs",
        METHOD,
        ("Reader.Next();", "await Reader.NextAsync();", ("CS0117", &["Reader", "Next"], "Next")),
        &[
            (
                "var l = Reader.Next().Length;",
                Some("var l = (await Reader.NextAsync()).Length;"),
                ("CS0117", &["Reader", "Next"], "Next"),
            ),
            (
                "if (Reader.Next()) { }",
                Some("if (await Reader.NextAsync()) { }"),
                ("CS0117", &["Reader", "Next"], "Next"),
            ),
        ],
    );
}

#[test]
fn nothing_waits_in_a_function_that_cannot() {
    let found = examples(
        "/C.cs",
        "class C { async Task M() { Read(); } }",
        "class C { async Task M() { await Read(); } }",
        &[("CS4014", &["await"], "Read")],
    );
    let library = library(&found);
    assert_eq!(repaired(&library, "/C.cs", "class C { void M() { Read(); } }", &("CS4014", &["await"], "Read")), None);
}

#[test]
fn methods_become_properties_and_back() {
    let learned =
        ("var p = lexer.Position();", "var p = lexer.Position;", ("CS1955", &["Lexer.Position"] as &[_], "Position"));
    check(
        "/C.cs",
        METHOD,
        learned,
        &[(
            "Use(this.lexer.Position(), 1);",
            Some("Use(this.lexer.Position, 1);"),
            ("CS1955", &["Lexer.Position"], "Position"),
        )],
    );
    let learned =
        ("const b = router.branches;", "const b = router.branches();", ("TS2339", &["x"] as &[_], "branches"));
    check(
        "/c.ts",
        FUNCTION,
        learned,
        &[("f(a.b.branches!.c);", Some("f(a.b.branches()!.c);"), ("TS2339", &["x"], "branches"))],
    );
}

#[test]
fn constructors_become_factories_and_extensions_static() {
    let learned = (
        "var g = new Guard(name, 1);",
        "var g = Guard.Create(name, 1);",
        ("CS0122", &["Guard.Guard(string, int)"] as &[_], "Guard("),
    );
    check(
        "/C.cs",
        METHOD,
        learned,
        &[
            (
                "Use(new Guard(() => true));",
                Some("Use(Guard.Create(() => true));"),
                ("CS0122", &["Guard.Guard(string)"], "Guard("),
            ),
            ("Use(new Fence(1));", None, ("CS0122", &["Fence.Fence(int)"], "Fence")),
        ],
    );
    let learned = (
        "name.StartsWith(\"a\");",
        "Texts.StartsWith(name, \"a\");",
        ("CS1929", &["string", "StartsWith"] as &[_], "name.S"),
    );
    check(
        "/C.cs",
        METHOD,
        learned,
        &[(
            "if (x.Y.StartsWith(b, c) || z) { }",
            Some("if (Texts.StartsWith(x.Y, b, c) || z) { }"),
            ("CS1929", &["string", "StartsWith"], "x.Y"),
        )],
    );
}

#[test]
fn a_base_call_is_told_apart_by_the_class() {
    let class = |base: &str, call: &str| format!("class C : {base} {{\n    C(int a) : base({call}) {{ }}\n}}\n");
    let message: &[&str] = &["limit", "Shape.Shape(int, int)"];
    let library =
        library(&examples("/C.cs", &class("Shape", "a"), &class("Shape", "a, 100"), &[("CS7036", message, "base")]));
    let made = repaired(&library, "/C.cs", &class("Shape", "1 + a"), &("CS7036", message, "base"));
    assert_eq!(made, Some(class("Shape", "1 + a, 100")));
    assert_eq!(repaired(&library, "/C.cs", &class("Other", "a"), &("CS7036", message, "base")), None);
}

#[test]
fn a_type_left_to_the_target_is_named_by_the_message() {
    let message: &[&str] = &["limit", "Token.Token(string, int)"];
    check(
        "/C.cs",
        METHOD,
        ("Token t = new Token(name);", "Token t = new Token(name, 9);", ("CS7036", message, "Token(")),
        &[("Token t = new(\"\");", Some("Token t = new(\"\", 9);"), ("CS7036", message, "new("))],
    );
}

#[test]
fn a_type_left_to_the_target_teaches_as_much() {
    let message: &[&str] = &["Token.Token(string)"];
    check(
        "/C.cs",
        METHOD,
        ("Token t = new(name);", "Token t = Token.Create(name);", ("CS0122", message, "new(")),
        &[
            ("Use(new Token(a, b));", Some("Use(Token.Create(a, b));"), ("CS0122", message, "Token(")),
            ("Token t = new(1);", Some("Token t = Token.Create(1);"), ("CS0122", message, "new(")),
            ("Other t = new(1);", None, ("CS0122", &["Other.Other(int)"], "new(")),
        ],
    );
}

#[test]
fn a_name_is_that_of_what_the_diagnostic_begins() {
    let message: &[&str] = &["Options", "Trim"];
    check(
        "/C.cs",
        METHOD,
        ("Use(Options.Trim);", "Use(Options.Cut);", ("CS0117", message, "Options")),
        &[(
            "if (a.Trim() && Options.Trim) { }",
            Some("if (a.Trim() && Options.Cut) { }"),
            ("CS0117", message, "Options"),
        )],
    );
}

#[test]
fn what_stays_on_the_line_is_not_taken_for_gone() {
    let whole = |line: &str| METHOD.replace("$$", line);
    let before = whole("Use(a.Body, a.Body);");
    let after = whole("Use(a.Text, a.Body);");
    let path = Path::new("/C.cs");
    let seen =
        |text: &str, at: usize| Seen { code: "CS1061".into(), start: at, arguments: vec!["A".into(), text.into()] };
    let first = before.find("Body").unwrap();
    let second = before.rfind("Body").unwrap();
    let (old, new) = (tree_of(path, &before).unwrap(), tree_of(path, &after).unwrap());
    let found = capture::examples(&Edited {
        path,
        before: &old,
        after: &new,
        diagnostics_before: &[seen("Body", first), seen("Body", second)],
        diagnostics_after: &[seen("Body", after.find("Body").unwrap())],
    });
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].pattern.anchors, [crate::Anchor::Around(0)]);
}

#[test]
fn shorthands_keep_their_other_half() {
    check(
        "/c.ts",
        FUNCTION,
        ("use(session.runMode);", "use(session.mode);", ("TS2339", &["runMode", "Session"], "runMode")),
        &[
            (
                "const { runMode } = session;",
                Some("const { mode: runMode } = session;"),
                ("TS2339", &["runMode", "Session"], "runMode"),
            ),
            (
                "const { runMode: r } = session;",
                Some("const { mode: r } = session;"),
                ("TS2339", &["runMode", "Session"], "runMode"),
            ),
        ],
    );
}

#[test]
fn imports_are_followed_with_all_uses() {
    let before = "import { rest, other } from './api';\nrest.get(1);\nexport const a = { rest };\n";
    let after = "import { other } from './api';\nimport { http } from './net/http';\nhttp.get(1);\nexport const a = { rest: http };\n";
    let message: &[&str] = &["./api", "rest"];
    let library = library(&examples("src/a.ts", before, after, &[("TS2305", message, "rest")]));
    let text = "import { rest } from \"../api\"\n\nconst x = rest(y.rest)\n";
    let made = repaired(&library, "src/deep/b.ts", text, &("TS2305", message, "rest"));
    assert_eq!(made.as_deref(), Some("import { http } from \"../net/http\"\n\nconst x = http(y.rest)\n"));
    // Something else goes by the new name there.
    let taken = "import { rest } from './api';\nconst http = 1;\nrest(http);\n";
    assert_eq!(repaired(&library, "src/c.ts", taken, &("TS2305", message, "rest")), None);
}

#[test]
fn modifiers_go_where_the_language_wants_them() {
    let class = |member: &str| format!("class C extends B {{\n  {member}\n}}\n");
    let one = |before: &str, after: &str, at: &str, base: &str| {
        examples("/c.ts", &class(before), &class(after), &[("TS4114", &["override", base], at)])
    };
    let mut all = one("run(): void {}", "override run(): void {}", "run", "B");
    all.extend(one("public size = 1;", "public override size = 1;", "size", "Base"));
    // Two are too few for what says nothing of its own.
    assert_eq!(repaired(&library(&all), "/c.ts", &class("go() {}"), &("TS4114", &["override", "D"], "go")), None);
    all.extend(one("protected stop() {}", "protected override stop() {}", "stop", "A"));
    let library = library(&all);
    for (before, after, at) in [
        ("private static readonly x = 1;", "private static override readonly x = 1;", "x ="),
        ("get value() { return 1; }", "override get value() { return 1; }", "value"),
        ("async load() {}", "override async load() {}", "load"),
        ("@Input()\n  size: number;", "@Input()\n  override size: number;", "size"),
    ] {
        let made = repaired(&library, "/c.ts", &class(before), &("TS4114", &["override", "D"], at));
        assert_eq!(made, Some(class(after)));
    }
}

#[test]
fn types_of_declarations_become_nullable() {
    let class = |member: &str| format!("class C {{\n    {member}\n    C() {{ }}\n}}\n");
    let one = |before: &str, after: &str, name: &str| {
        examples("/C.cs", &class(before), &class(after), &[("CS8618", &["property", name], "C() {")])
    };
    let mut all = one("public string Name { get; set; }", "public string? Name { get; set; }", "Name");
    all.extend(one("List<int> Items { get; }", "List<int>? Items { get; }", "Items"));
    all.extend(one(
        "protected internal Node Next { get; set; } // last",
        "protected internal Node? Next { get; set; } // last",
        "Next",
    ));
    let library = library(&all);
    let made = repaired(
        &library,
        "/C.cs",
        &class("public A.B Parent { get; init; }"),
        &("CS8618", &["property", "Parent"], "C() {"),
    );
    assert_eq!(made, Some(class("public A.B? Parent { get; init; }")));
    // A field is another matter.
    assert_eq!(repaired(&library, "/C.cs", &class("A parent;"), &("CS8618", &["field", "parent"], "C() {")), None);
}

#[test]
fn what_differs_in_two_examples_becomes_a_hole() {
    // Two names, made of each other in the same way.
    let one = |before: &str, after: &str, name: &str| {
        let whole = |line: &str| METHOD.replace("$$", line);
        examples("/C.cs", &whole(before), &whole(after), &[("CS1061", &["Reader", name], name)])
    };
    let mut all = one("reader.Read(name);", "await reader.ReadAsync(name);", "Read");
    all.extend(one("reader.Skip(1);", "await reader.SkipAsync(1);", "Skip"));
    all.extend(one("reader.Close();", "await reader.CloseAsync();", "Close"));
    let text = METHOD.replace("$$", "reader.Peek(a, b);");
    let made = repaired(&library(&all), "/C.cs", &text, &("CS1061", &["Reader", "Peek"], "Peek"));
    assert_eq!(made, Some(METHOD.replace("$$", "await reader.PeekAsync(a, b);")));
}

#[test]
fn two_places_of_a_statement_are_two_repairs() {
    let found = examples(
        "/C.cs",
        &METHOD.replace("$$", "Use(Kind.Debug | Kind.Debug);"),
        &METHOD.replace("$$", "Use(Kind.Trace | Kind.Trace);"),
        &[("CS0117", &["Kind", "Debug"], "Debug |"), ("CS0117", &["Kind", "Debug"], "Debug)")],
    );
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].pattern.id(), found[1].pattern.id());
}

#[test]
fn callbacks_take_their_values_from_an_object() {
    let message: &[&str] = &["a"];
    check(
        "/c.ts",
        FUNCTION,
        (
            "on('x', (item, index) => use(item, index));",
            "on('x', ({ item, index }) => use(item, index));",
            ("TS7006", message, "item, index)"),
        ),
        &[
            (
                "on(name, (a, b) => a + b);",
                Some("on(name, ({ item: a, index: b }) => a + b);"),
                ("TS7006", message, "a, b)"),
            ),
            ("off(name, (a, b) => a + b);", None, ("TS7006", message, "a, b)")),
        ],
    );
}

#[test]
fn a_literal_becomes_another_one() {
    check(
        "/c.ts",
        FUNCTION,
        ("set('dark-mode');", "set('dark');", ("TS2345", &["\"dark-mode\"", "Mode"], "'dark-mode'")),
        &[
            (
                "const m: Mode = 'dark-mode';",
                Some("const m: Mode = 'dark';"),
                ("TS2322", &["\"dark-mode\"", "Mode"], "'dark-mode'"),
            ),
            ("set('light-mode');", None, ("TS2345", &["\"light-mode\"", "Mode"], "'light-mode'")),
        ],
    );
    check(
        "/C.cs",
        METHOD,
        ("Api.Call(name, 1);", "Api.Call(name, Level.One);", ("CS1503", &["2", "int", "Level"], "1)")),
        &[
            ("Api.Call(field, 1);", Some("Api.Call(field, Level.One);"), ("CS1503", &["2", "int", "Level"], "1)")),
            ("Api.Call(name, 2);", None, ("CS1503", &["2", "int", "Level"], "2)")),
        ],
    );
}

#[test]
fn a_static_member_is_reached_through_an_instance() {
    check(
        "/C.cs",
        METHOD,
        ("Clock.Now(1);", "Clock.Shared.Now(1);", ("CS0120", &["Clock.Now(int)"], "Clock")),
        &[("Use(Clock.Now(a).B);", Some("Use(Clock.Shared.Now(a).B);"), ("CS0120", &["Clock.Now(int)"], "Clock"))],
    );
}

#[test]
fn a_handler_gets_the_new_signature() {
    let class = |handler: &str| {
        format!("class C {{\n    void Init() {{ button.Click += OnClick; }}\n    void {handler} {{ }}\n}}\n")
    };
    let message: &[&str] = &["OnClick", "ClickHandler"];
    let found = examples(
        "/C.cs",
        &class("OnClick(object s, EventArgs e)"),
        &class("OnClick(object s, ClickArgs e)"),
        &[("CS0123", message, "button")],
    );
    let library = library(&found);
    let text = "class D {\n    D() { b.Click += Clicked; }\n    void Other(EventArgs e) { }\n    void Clicked(object x, EventArgs y) { }\n}\n";
    let made = repaired(&library, "/D.cs", text, &("CS0123", &["Clicked", "ClickHandler"], "b.Click"));
    assert_eq!(made, Some(text.replace("x, EventArgs y", "x, ClickArgs y")));
}

#[test]
fn a_type_that_the_diagnostic_is_at_is_what_it_is_about() {
    let message: &[&str] = &["Context<T>", "1"];
    check(
        "/c.ts",
        FUNCTION,
        ("let a: Context = b;", "let a: Context<string> = b;", ("TS2314", message, "Context")),
        &[
            ("f((x: Context[]) => x);", Some("f((x: Context<string>[]) => x);"), ("TS2314", message, "Context")),
            ("let a: Other = b;", None, ("TS2314", message, "Other")),
        ],
    );
}
