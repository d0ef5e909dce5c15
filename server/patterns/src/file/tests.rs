use super::*;
use crate::packs;

fn file(text: &str) -> PatternFile {
    parse("a.bfx.toml", text).unwrap()
}

fn error(text: &str) -> String {
    parse("a.bfx.toml", text).unwrap_err().to_string()
}

#[test]
fn packs_are_right_by_their_own_examples() {
    for pack in packs::all() {
        let (count, failures) = test(pack.file());
        for failure in &failures {
            println!("{}: {} {}: {}", pack.id, failure.rule, failure.example, failure.what);
        }
        assert!(failures.is_empty() && count > 0, "{}", pack.id);
    }
}

#[test]
fn errors_say_where_and_what_to_do() {
    let head = "language = \"csharp\"\n[[pattern]]\nname = \"n\"\ncodes = [\"CS0117\"]\n";
    for (rest, expected) in [
        (
            "before = \"A.B($x)\"\n",
            "a.bfx.toml:2: pattern `n`: `after` is missing: what the code becomes; \"\" to remove it",
        ),
        ("before = \"A.B($x)\"\nafter = \"A.C($y)\"\n", "a.bfx.toml:6: pattern `n`: nothing says what `$y` is"),
        ("before = \"A.B($x\"\nafter = \"A.C($x)\"\n", "a.bfx.toml:5: pattern `n`: `before` is no code of its own"),
        (
            "before = \"A.B($x)\"\nafter = \"A.C($x\"\n",
            "a.bfx.toml:5: pattern `n`: `after` is no code where `before` is",
        ),
        ("before = \"A.B($x)\"\nafter = \"A.B($x)\"\n", "a.bfx.toml:6: pattern `n`: `after` is what `before` is"),
        ("befor = \"A.B($x)\"\n", "a.bfx.toml:5: unknown field `befor`"),
        (
            "before = \"$x\"\nafter = \"f($x)\"\n",
            "a.bfx.toml:5: pattern `n`: `before` is a placeholder and nothing else",
        ),
        ("before = \"A.B('$x')\"\nafter = \"A\"\n", "a.bfx.toml:5: pattern `n`: `before` is no code"),
        (
            "before = 'A.B(\"$x\")'\nafter = \"A\"\n",
            "a.bfx.toml:5: pattern `n`: a placeholder stands inside of a literal",
        ),
        (
            "before = \"A.B($x)\"\nafter = \"A\"\nkind = \"thing\"\n",
            "a.bfx.toml:7: pattern `n`: unknown kind `thing`; one of attributes, expression",
        ),
        (
            "before = \"A.B($x)\"\nafter = \"A\"\n[pattern.holes.y]\nname = \"a\"\n",
            "a.bfx.toml:7: pattern `n`: neither side has a placeholder `$y`",
        ),
        (
            "before = \"A.B($x)\"\nafter = \"A\"\n[[pattern.valid]]\nbefore = \"a\"\nafter = \"b\"\n",
            "a.bfx.toml:2: pattern `n`: an example has no `$0`",
        ),
    ] {
        let found = error(&format!("{head}{rest}"));
        assert!(found.starts_with(expected), "{found}\nnot {expected}");
    }
    assert!(error("a = [").starts_with("a.bfx.toml:1: "));
    assert!(error("[[pattern]]\ncodes = [\"CS1\"]\nbefore = \"a\"\nafter = \"b\"").contains("`language` is missing"));
    assert!(error("language = \"csharp\"\n[[pattern]]\nbefore = \"a\"\nafter = \"b\"").contains("`codes` is missing"));
}

/// A pattern of one line each side, for one diagnostic; the fixture before and after.
fn check(language: &str, pattern: &str, before: &str, after: Option<&str>) {
    let code = if language == "csharp" { "CS0117" } else { "TS2339" };
    let example = match after {
        Some(after) => format!("[[pattern.valid]]\nbefore = '''{before}'''\nafter = '''{after}'''\n"),
        None => format!("[[pattern.invalid]]\nbefore = '''{before}'''\n"),
    };
    let text =
        format!("language = \"{language}\"\n[[pattern]]\nname = \"n\"\ncodes = [\"{code}\"]\n{pattern}\n{example}");
    let file = file(&text);
    let (_, failures) = test(&file);
    assert!(failures.is_empty(), "{pattern}\n{failures:#?}");
    let printed = print_all(&file.rules);
    assert!(!printed.contains("\ntemplate = "), "{printed}");
    let again = parse("b", &printed).unwrap();
    assert!(print::is_same(&again.rules[0].pattern, &file.rules[0].pattern), "{printed}");
    assert_eq!((&again.rules[0].valid, &again.rules[0].invalid), (&file.rules[0].valid, &file.rules[0].invalid));
}

#[test]
fn placeholders_stand_for_nodes_and_for_siblings() {
    let cs = |pattern, before, after| check("csharp", pattern, before, Some(after));
    let ts = |pattern, before, after| check("typescript", pattern, before, Some(after));
    cs(
        "before = \"A.B($x, $rest...)\"\nafter = \"A.C($rest..., $x)\"",
        "class C { int M() => A.$0B(1, 2, 3); }",
        "class C { int M() => A.C(2, 3, 1); }",
    );
    cs(
        "before = \"A.B($x, $_)\"\nafter = \"A.C($x)\"",
        "class C { int M() => A.$0B(1, F(2)); }",
        "class C { int M() => A.C(1); }",
    );
    cs(
        "before = \"[Old($a...)]\"\nafter = \"[New($a...)]\"",
        "class C { [$0Old(1, X = 2)] void M() {} }",
        "class C { [New(1, X = 2)] void M() {} }",
    );
    cs(
        "before = \"Old<$t>\"\nafter = \"New<$t>\"\nkind = \"type\"",
        "class C { $0Old<int> f; }",
        "class C { New<int> f; }",
    );
    cs(
        "before = \"using Old.Name;\"\nafter = \"using New.Name;\"",
        "using $0Old.Name;\nclass C {}\n",
        "using New.Name;\nclass C {}\n",
    );
    cs(
        "before = \"Log(() => { $body... })\"\nafter = \"Run(() => { $body... })\"",
        "class C { void M() { $0Log(() => { A(); B(); }); } }",
        "class C { void M() { Run(() => { A(); B(); }); } }",
    );
    cs(
        "before = \"$x.Old()\"\nafter = \"await $x.NewAsync()\"",
        "class C { async T M() { return a.b.$0Old(); } }",
        "class C { async T M() { return await a.b.NewAsync(); } }",
    );
    ts(
        "before = \"new Old({ $p... })\"\nafter = \"New.of({ $p..., strict: true })\"",
        "const a = new $0Old({ a, b: 2 });",
        "const a = New.of({ a, b: 2, strict: true });",
    );
    ts(
        "before = \"<Old $a... />\"\nafter = \"<New $a... />\"",
        "const a = <$0Old x={1} y />;",
        "const a = <New x={1} y />;",
    );
    ts("before = \"$x.old($a...)\"\nafter = \"$x.fresh($a...)\"", "a.b().$0old(1, 2);", "a.b().fresh(1, 2);");
    ts("before = \"$$x.old($a)\"\nafter = \"$$x.fresh($a)\"", "$x.$0old(1);", "$x.fresh(1);");
    ts("before = \"Old.Name\"\nafter = \"Name\"\nkind = \"type\"", "let a: Old.$0Name;", "let a: Name;");
}

#[test]
fn conditions_keep_a_pattern_from_other_places() {
    let none = |pattern, before| check("csharp", pattern, before, None);
    let some = |pattern, before, after| check("csharp", pattern, before, Some(after));
    let pattern = "before = \"$r.Old()\"\nafter = \"$r.New()\"\n[pattern.holes.r]\nname = \"Render\"";
    some(pattern, "class C { void M() { page.Render.$0Old(); } }", "class C { void M() { page.Render.New(); } }");
    none(pattern, "class C { void M() { page.Other.$0Old(); } }");
    let pattern = "before = \"F($x)\"\nafter = \"G($x)\"\n[pattern.holes.x]\nkind = \"integer_literal\"";
    some(pattern, "class C { int M() => $0F(1); }", "class C { int M() => G(1); }");
    none(pattern, "class C { int M() => $0F(a); }");
    // What is reported inside of a hole is something else.
    none("before = \"F($x)\"\nafter = \"G($x)\"", "class C { int M() => F(a.$0b); }");
    none("before = \"F($0$x)\"\nafter = \"G($x)\"", "class C { int M() => $0F(a); }");
    some(
        "before = \"F($0$x)\"\nafter = \"G($x)\"",
        "class C { int M() => F($0a.b); }",
        "class C { int M() => G(a.b); }",
    );
    let pattern = "before = \"F()\"\nafter = \"F($log)\"\n[pattern.holes.log]\nin_scope = \"ILog\"";
    some(pattern, "class C { int M(ILog l) => $0F(); }", "class C { int M(ILog l) => F(l); }");
    none(pattern, "class C { int M(ILog a, ILog b) => $0F(); }");
    let pattern = "before = \"$x.Get\"\nafter = \"$x.$y()\"\n[pattern.holes.y]\nargument = 1";
    let file = file(&format!(
        "language = \"csharp\"\n[[pattern]]\ncodes = [\"CS0117\"]\n{pattern}\n[[pattern.valid]]\nbefore = 'class C {{ int M() => a.$0Get; }}'\nafter = 'class C {{ int M() => a.Fetch(); }}'\narguments = [\"A\", \"Fetch\"]\n"
    ));
    assert_eq!(test(&file), (1, Vec::new()));
    check(
        "typescript",
        "before = \"$x.add($n)\"\nafter = \"$x + $big\"\n[pattern.holes.n]\nkind = \"number\"\n[pattern.holes.big]\nof = \"n\"\nchange = { suffix = \"n\" }",
        "const b = a.$0add(1);",
        Some("const b = a + 1n;"),
    );
}

#[test]
fn a_name_that_is_gone_goes_everywhere_at_once() {
    let head = "imported = \"Big from lib\"\n";
    let text = format!(
        "language = \"typescript\"\n[[pattern]]\nname = \"a\"\ncodes = [\"TS2305\"]\n{head}before = \"Big.of($x)\"\nafter = \"BigInt($x)\"\n\
         [[pattern.valid]]\nbefore = '''\nimport {{ A, $0Big }} from \"lib\";\nlet a: Big = Big.of(Big.of(1));\n'''\nafter = '''\nimport {{ A }} from \"lib\";\nlet a: bigint = BigInt(BigInt(1));\n'''\n\
         [[pattern.valid]]\nbefore = '''\nimport {{ $0Big }} from \"lib\";\nlet a = Big.of(1);\n'''\nafter = '''\nlet a = BigInt(1);\n'''\n\
         [[pattern.invalid]]\nbefore = '''\nimport {{ $0Big }} from \"lib\";\nlet a = Big.of(1), b = Big.other;\n'''\n\
         [[pattern.invalid]]\nbefore = '''\nimport {{ $0Big }} from \"other\";\nlet a = Big.of(1);\n'''\n\
         [[pattern.invalid]]\nbefore = '''\nimport {{ $0Big }} from \"lib\";\nfunction f(Big: any) {{ return Big.of(1); }}\n'''\n\
         [[pattern]]\nname = \"b\"\ncodes = [\"TS2305\"]\n{head}kind = \"type\"\nbefore = \"Big\"\nafter = \"bigint\"\n"
    );
    let (count, failures) = test(&file(&text));
    assert!(count == 5 && failures.is_empty(), "{failures:#?}");
}

#[test]
fn hostile_files_do_no_harm() {
    for text in [
        "language = \"csharp\"\n[[pattern]]\ncodes=[\"CS1\"]\nbefore=\"$0\"\nafter=\"\"",
        "language = \"csharp\"\n[[pattern]]\ncodes=[\"CS1\"]\nbefore=\"\"\nafter=\"\"",
        "language = \"typescript\"\n[[pattern]]\ncodes=[\"TS1\"]\nbefore=\"$a...\"\nafter=\"$a...\"",
        "language = \"typescript\"\n[[pattern]]\ncodes=[\"TS1\"]\nbefore=\"f($a...)\"\nafter=\"f($a)\"",
        "language = \"typescript\"\n[[pattern]]\ncodes=[\"TS1\"]\ntemplate=\"{}\"",
        "language = \"typescript\"\n[[pattern]]\ncodes=[\"TS1\"]\nbefore=\"f($b)\"\nafter=\"g\"\n[pattern.holes.b]\ncount=300",
    ] {
        assert!(parse("a", text).is_err(), "{text}");
    }
    let deep = format!(
        "language = \"typescript\"\n[[pattern]]\ncodes=[\"TS1\"]\nbefore=\"{}\"\nafter=\"a\"",
        "(".repeat(9_000)
    );
    assert!(parse("a", &deep).is_err());
    assert!(parse("a", &"#".repeat(LARGEST + 1)).is_err());
}

#[test]
fn the_page_about_the_format_is_true() {
    let page = include_str!("../../pattern-files.md");
    let blocks: Vec<&str> = page.split("```toml\n").skip(1).map(|b| b.split("```").next().unwrap()).collect();
    assert_eq!(blocks.len(), 2);
    for block in blocks {
        let (count, failures) = test(&file(block));
        assert!(count > 0 && failures.is_empty(), "{failures:#?}");
    }
    for language in ["csharp", "typescript"] {
        for kind in code::kinds(language) {
            assert!(page.contains(&format!("`{kind}`")), "{kind}");
        }
    }
}

#[test]
fn a_name_that_has_another_one_now_is_imported_once() {
    let text = "language = \"typescript\"\n[[pattern]]\nname = \"a\"\ncodes = [\"TS2724\"]\nimported = \"Old from lib\"\nbecomes = \"New from lib\"\n\
                [[pattern.valid]]\nbefore = '''\nimport { New, $0Old } from \"lib\";\nlet a: Old, b: New;\n'''\nafter = '''\nimport { New } from \"lib\";\nlet a: New, b: New;\n'''\n\
                [[pattern.valid]]\nbefore = '''\nimport { type $0Old, A } from \"lib\";\nlet a: Old | A;\n'''\nafter = '''\nimport { type New, A } from \"lib\";\nlet a: New | A;\n'''\n\
                [[pattern.invalid]]\nbefore = '''\nimport { $0Old } from \"lib\";\ntype New = 1;\nlet a: Old;\n'''\n\
                [[pattern]]\nname = \"b\"\ncodes = [\"TS2305\"]\nimported = \"it from lib\"\nbecomes = \"it from lib/more\"\n\
                [[pattern.valid]]\nbefore = '''\nimport { $0it } from \"lib\";\nit();\n'''\nafter = '''\nimport { it } from \"lib/more\";\nit();\n'''\n";
    let read = file(text);
    assert_eq!(test(&read), (4, Vec::new()));
    let again = parse("b", &print_all(&read.rules)).unwrap();
    assert_eq!(test(&again), (4, Vec::new()), "{}", print_all(&read.rules));
}

#[test]
fn the_schema_for_editors_has_all_keys() {
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../../../editors/pattern-files.schema.json")).unwrap();
    let pattern = &schema["properties"]["pattern"]["items"]["properties"];
    for (place, object) in [
        ("", &schema["properties"]),
        ("[pack]\n", &schema["properties"]["pack"]["properties"]),
        ("[[pattern]]\n", pattern),
        ("[[pattern]]\n[pattern.holes.x]\n", &pattern["holes"]["additionalProperties"]["properties"]),
        ("[[pattern]]\n[[pattern.valid]]\n", &pattern["valid"]["items"]["properties"]),
        ("[[pattern]]\n[[pattern.invalid]]\n", &pattern["invalid"]["items"]["properties"]),
    ] {
        let said = error(&format!("{place}no_such_key = 1\n"));
        let mut known: Vec<&str> = said.split('`').skip(3).step_by(2).collect();
        let mut listed: Vec<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
        known.sort_unstable();
        listed.sort_unstable();
        assert_eq!(known, listed, "{place}{said}");
    }
}

#[test]
fn a_place_is_looked_for_where_the_anchor_says() {
    let rule = |anchor: &str, valid: &str, after: &str| {
        format!(
            "language = \"csharp\"\n[[pattern]]\nname = \"n\"\ncodes = [\"CS0029\"]\nanchor = [\"{anchor}\"]\nbefore = \"Old($x)\"\nafter = \"New($x)\"\n[[pattern.valid]]\nbefore = '''{valid}'''\nafter = '''{after}'''\n"
        )
    };
    for (anchor, text) in [
        ("around", "class C { int a = O$0ld(1); }"),
        ("statement", "class C { void M() { int a = Old(1) + $0b; } }"),
        ("origin", "class C { void M() { var a = Old(1); Use($0a); } }"),
        ("target", "class C { long a = Old(1); void M() { a = $0b; } }"),
        ("near", "class C { void M() { Old(1); Use($0b); } }"),
    ] {
        let (count, failures) = test(&file(&rule(anchor, text, &text.replace("$0", "").replace("Old", "New"))));
        let said: Vec<&String> = failures.iter().map(|f| &f.what).collect();
        assert!(count == 1 && said.is_empty(), "{anchor}: {said:?}");
        // Elsewhere it is not looked for.
        let other = if anchor == "near" { "statement" } else { "near" };
        let (_, failures) = test(&file(&rule(other, text, &text.replace("$0", ""))));
        assert_eq!(failures.len(), 1, "{anchor}, as {other}");
    }
}
