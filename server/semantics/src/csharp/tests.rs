use super::SemanticModel;
use crate::Semantics;
use index::Index;
use std::path::Path;
use syntax::{Node, NodeExt, ancestors};

/// Types of the expressions between `«` and `»` in the last file; `-` for none.
fn probe(files: &[&str], ask: impl for<'a> Fn(&SemanticModel<'a>, Node<'a>) -> Option<String>) -> Vec<String> {
    let mut texts: Vec<String> = files.iter().map(|f| (*f).to_owned()).collect();
    let last = texts.last_mut().expect("a file");
    let mut ranges = Vec::new();
    while let Some(start) = last.find('«') {
        last.replace_range(start..start + '«'.len_utf8(), "");
        let end = last.find('»').expect("a closing mark");
        last.replace_range(end..end + '»'.len_utf8(), "");
        ranges.push(start..end);
    }
    let names: Vec<String> = (0..texts.len()).map(|i| format!("/f{i}.cs")).collect();
    let index = Index::in_memory(names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)));
    let source = index.source(Path::new(names.last().expect("a file"))).expect("a C# file");
    let model = Semantics::new(&index, &source).csharp();
    ranges
        .into_iter()
        .map(|range| {
            let node = source.parsed.root().descendant_for_byte_range(range.start, range.end).expect("a node");
            let node = ancestors(node).take_while(|n| n.byte_range() == range).last().unwrap_or(node);
            // `x` in `f(x)` is the argument and the expression.
            let wrapper =
                |n: &Node<'_>| n.is(&["argument", "collection_element", "expression_element", "constant_pattern"]);
            let node = std::iter::successors(Some(node), |n| wrapper(n).then(|| n.named()[0])).last().unwrap_or(node);
            assert_eq!(node.byte_range(), range, "{}", &source.parsed.text()[range.clone()]);
            ask(&model, node).unwrap_or_else(|| "-".to_owned())
        })
        .collect()
}

fn types(files: &[&str]) -> Vec<String> {
    probe(files, |model, node| model.type_of(node).map(|t| t.to_string()))
}
fn expected(files: &[&str]) -> Vec<String> {
    probe(files, |model, node| model.expected_type(node).map(|t| t.to_string()))
}

const HEADER: &str = "
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;

namespace App.Models
{
    public enum Color { Red, Green }
    public class Person
    {
        public string Name { get; set; } = \"\";
        public int Age;
        public Color Color { get; set; }
        public List<Person> Children { get; } = new();
        public Person? Parent { get; set; }
        public event EventHandler<EventArgs>? Changed;
        public Person Clone() => new Person();
        public T Get<T>(string key) => default!;
        public Task<int> CountAsync() => Task.FromResult(1);
        public int this[string key] => 1;
        public static Person Create(string name, int age = 0) => new();
        public static Person operator +(Person a, Person b) => a;
    }
    public class Employee : Person { public decimal Salary { get; set; } }
    public class Box<T> { public T Value { get; set; } = default!; public Box<U> Map<U>(Func<T, U> f) => new(); }
    public class IntBox : Box<int> { }
    public static class Extensions { public static string Shout(this string s, int times) => s; }
    public delegate bool Check(Person person, out string reason);
}
";

/// Expressions in a method with some locals around; `expression → type`.
#[track_caller]
fn check_types(cases: &[(&str, &str)]) {
    for (expression, want) in cases {
        let body = format!(
            "using System; using System.Collections.Generic; using System.Linq; using System.Text; using System.Threading.Tasks; using System.IO; using App.Models;
            namespace App {{
            class Base {{ protected int Inherited; public virtual string Describe() => \"\"; }}
            class Work : Base {{
                private readonly Dictionary<string, List<Person>> map = new();
                private Person[] people = new Person[0];
                public int Count {{ get; set; }}
                static double Ratio(int a, double b) => b;
                static string Ratio(string a) => a;
                T Echo<T>(T value) => value;
                async Task M(Person person, IEnumerable<Employee> employees, string text, int? maybe, object thing, params int[] numbers) {{
                    var local = person.Clone();
                    var list = new List<int> {{ 1 }};
                    (int Low, string High) pair = (1, \"\");
                    var stamp = DateTime.Now;
                    var box = new IntBox();
                    foreach (var entry in map) {{ foreach (var child in entry.Value) {{
                        if (thing is Employee found && int.TryParse(text, out var parsed)) {{
                            Func<Person, int> age = p => p.Age;
                            int Twice(int x) => x * 2;
                            var probe = «{expression}»;
                        }} }} }}
                }} }} }}"
        );
        let got = types(&[HEADER, &body]);
        assert_eq!(got, [*want], "{expression}");
    }
}

#[test]
fn literals_and_operators() {
    check_types(&[
        ("1", "int"),
        ("1.5", "double"),
        ("1.5f", "float"),
        ("2m", "decimal"),
        ("'c'", "char"),
        ("\"a\"", "string"),
        ("$\"a{1}\"", "string"),
        ("@\"a\"", "string"),
        ("\"\"\"raw\"\"\"", "string"),
        ("null", "-"),
        ("true", "bool"),
        ("1 + 2L", "long"),
        ("1 + 'c'", "int"),
        ("1 + 2.0", "double"),
        ("\"a\" + 1", "string"),
        ("1 + \"a\"", "string"),
        ("1 < 2", "bool"),
        ("!true", "bool"),
        ("-1", "int"),
        ("1 << 2", "int"),
        ("(1)", "int"),
        ("maybe + 1", "int?"),
        ("maybe ?? 0", "int"),
        ("stamp - stamp", "System.TimeSpan"),
        ("stamp + TimeSpan.Zero", "System.DateTime"),
        ("person + person", "App.Models.Person"),
        ("Color.Red | Color.Green", "App.Models.Color"),
        ("true ? 1 : 2L", "long"),
        ("true ? person : null", "App.Models.Person?"),
        ("Count++", "int"),
        ("thing as Person", "App.Models.Person?"),
        ("thing is Person", "bool"),
        ("(long)1", "long"),
        ("typeof(int)", "System.Type"),
        ("nameof(text)", "string"),
        ("default(Person)", "App.Models.Person"),
        ("sizeof(int)", "int"),
        ("(1, text)", "(int, string text)"),
        ("1..2", "System.Range"),
        ("checked(1 + 1)", "int"),
        ("text ?? throw new Exception()", "string"),
        ("Count switch { 1 => \"a\", _ => text }", "string"),
    ]);
}

#[test]
fn names_and_members() {
    check_types(&[
        ("person", "App.Models.Person"),
        ("local", "App.Models.Person"),
        ("list", "System.Collections.Generic.List<int>"),
        ("numbers", "int[]"),
        ("found", "App.Models.Employee"),
        ("parsed", "int"),
        ("child", "App.Models.Person"),
        (
            "entry",
            "System.Collections.Generic.KeyValuePair<string, System.Collections.Generic.List<App.Models.Person>>",
        ),
        ("entry.Key", "string"),
        ("age", "System.Func<App.Models.Person, int>"),
        ("age(person)", "int"),
        ("Twice(2)", "int"),
        ("map", "System.Collections.Generic.Dictionary<string, System.Collections.Generic.List<App.Models.Person>>"),
        ("map[\"a\"]", "System.Collections.Generic.List<App.Models.Person>"),
        ("map[\"a\"][0].Name.Length", "int"),
        ("people[0]", "App.Models.Person"),
        ("people.Length", "int"),
        ("text[0]", "char"),
        ("text[1..]", "string"),
        ("person[\"x\"]", "int"),
        ("person.Name", "string"),
        ("person.Age", "int"),
        ("person.Color", "App.Models.Color"),
        ("Color.Green", "App.Models.Color"),
        ("person.Changed", "System.EventHandler<System.EventArgs>?"),
        ("person.Parent?.Name", "string?"),
        ("person.Parent!.Age", "int"),
        ("person.Parent?.Age", "int?"),
        ("text ?? person.Parent?.Name", "string?"),
        ("person.Parent?.Name ?? thing?.ToString()", "string?"),
        ("maybe == person.Parent?.Age", "bool"),
        ("found.Salary", "decimal"),
        ("found.Name", "string"),
        ("Inherited", "int"),
        ("this", "App.Work"),
        ("base.Describe()", "string"),
        ("this.Count", "int"),
        ("pair.Low", "int"),
        ("pair.Item2", "string"),
        ("maybe.Value", "int"),
        ("maybe.HasValue", "bool"),
        ("box.Value", "int"),
        ("box.Map(v => v.ToString())", "App.Models.Box<string>"),
        ("int.MaxValue", "int"),
        ("string.Empty", "string"),
        ("stamp.Year", "int"),
        ("System.Environment.NewLine", "string"),
        ("missing", "-"),
        ("person.Missing", "-"),
        ("person.Clone", "-"),
    ]);
}

#[test]
fn calls() {
    check_types(&[
        ("person.Clone()", "App.Models.Person"),
        ("person.Clone().Clone().Name", "string"),
        ("person.Get<int>(\"a\")", "int"),
        ("Person.Create(\"a\")", "App.Models.Person"),
        ("Person.Create(age: 1, name: \"a\")", "App.Models.Person"),
        ("await person.CountAsync()", "int"),
        ("person.CountAsync()", "System.Threading.Tasks.Task<int>"),
        ("person.CountAsync().Result", "int"),
        ("Ratio(1, 2)", "double"),
        ("Ratio(\"a\")", "string"),
        ("Echo(1)", "int"),
        ("Echo(list)", "System.Collections.Generic.List<int>"),
        ("Math.Max(1, 2)", "int"),
        ("Math.Max(1, 2.0)", "double"),
        ("int.Parse(text)", "int"),
        ("string.Join(\", \", list)", "string"),
        ("text.Split(',')", "string[]"),
        ("text.Shout(2)", "string"),
        ("text.ToUpper().Trim()", "string"),
        ("list.ToString()", "string?"),
        ("list.Count", "int"),
        ("list.Count()", "int"),
        ("Guid.NewGuid()", "System.Guid"),
        ("File.ReadAllLines(text)", "string[]"),
        ("await File.ReadAllTextAsync(text)", "string"),
        ("Task.FromResult(1)", "System.Threading.Tasks.Task<int>"),
        ("await Task.WhenAll(person.CountAsync(), person.CountAsync())", "int[]"),
        ("new StringBuilder().Append(1).ToString()", "string"),
        ("new Person { Name = \"a\" }", "App.Models.Person"),
        ("new int[3]", "int[]"),
        ("new[] { 1, 2L }", "long[]"),
        ("new Dictionary<string, int>().Keys", "System.Collections.Generic.Dictionary<string, int>.KeyCollection"),
    ]);
}

#[test]
fn linq() {
    let enumerable = |of: &str| format!("System.Collections.Generic.IEnumerable<{of}>");
    check_types(&[
        ("list.Where(x => x > 1)", &enumerable("int")),
        ("list.Select(x => x.ToString())", &enumerable("string")),
        ("list.Select((x, i) => x * 2.0).ToList()", "System.Collections.Generic.List<double>"),
        ("list.First()", "int"),
        ("list.FirstOrDefault(x => x > 1)", "int"),
        ("list.Any()", "bool"),
        ("list.Sum()", "int"),
        ("list.Max()", "int"),
        ("people.OrderBy(p => p.Age).ToArray()", "App.Models.Person[]"),
        ("people.OrderBy(p => p.Age).ThenBy(p => p.Name).Select(p => p.Name).First()", "string"),
        ("people.SelectMany(p => p.Children)", &enumerable("App.Models.Person")),
        ("people.Sum(p => p.Age)", "int"),
        ("people.GroupBy(p => p.Color)", &enumerable("System.Linq.IGrouping<App.Models.Color, App.Models.Person>")),
        ("people.ToDictionary(p => p.Name)", "System.Collections.Generic.Dictionary<string, App.Models.Person>"),
        ("people.ToDictionary(p => p.Name, p => p.Age)", "System.Collections.Generic.Dictionary<string, int>"),
        ("employees.Cast<Person>()", &enumerable("App.Models.Person")),
        ("employees.Where(e => e.Salary > 1).Select(e => new { e.Name })", "-"),
        ("employees.Select(e => (e.Name, e.Age)).ToList()", "System.Collections.Generic.List<(string Name, int Age)>"),
        ("from p in people where p.Age > 1 select p.Name", &enumerable("string")),
        ("list.Aggregate(0L, (a, b) => a + b)", "long"),
        ("list.Zip(people, (a, b) => b)", &enumerable("App.Models.Person")),
        ("Enumerable.Range(0, 3).ToList()", "System.Collections.Generic.List<int>"),
        ("string.Concat(list.Select(x => x.ToString()))", "string"),
    ]);
}

/// `«…»` in a statement of a method; `statement → expected type`.
#[track_caller]
fn check_expected(cases: &[(&str, &str)]) {
    for (statement, want) in cases {
        let body = format!(
            "using System; using System.Collections.Generic; using System.Linq; using System.Threading.Tasks; using App.Models;
            namespace App {{
            class Work {{
                Person owner; int count; List<Person> all = new(); event EventHandler Done;
                void Take(string a, int b) {{ }}
                void Each<T>(IEnumerable<T> items, Func<T, bool> test) {{ }}
                int Prop {{ get {{ return count; }} }}
                async Task<string> M(Person person, object thing) {{
                    {statement}
                    return null;
                }} }} }}"
        );
        let got = expected(&[HEADER, &body]);
        assert_eq!(got, [*want], "{statement}");
    }
}

#[test]
fn positions_expect_types() {
    check_expected(&[
        ("int x = «missing»;", "int"),
        ("var x = «missing»;", "-"),
        ("owner = «missing»;", "App.Models.Person"),
        ("«missing» = 5;", "int"),
        ("«missing» = person.Name;", "string"),
        ("count += «missing»;", "int"),
        ("Done += «missing»;", "System.EventHandler"),
        ("return «missing»;", "string"),
        ("«missing()»;", "void"),
        ("«missing»();", "void"),
        ("if («missing») { }", "bool"),
        ("while (!«missing») { }", "bool"),
        ("if (count > 1 && «missing») { }", "bool"),
        ("if («missing» == count) { }", "int"),
        ("if («missing» > 1.5) { }", "double"),
        ("if (person.Color == «missing») { }", "App.Models.Color"),
        ("var s = \"a\" + «missing»;", "string"),
        ("Take(«missing», 1);", "string"),
        ("Take(\"a\", «missing»);", "int"),
        ("Take(b: «missing», a: \"\");", "int"),
        ("new List<Person>(«missing»);", "int"),
        ("all.Add(«missing»);", "App.Models.Person"),
        ("all.Where(«missing»);", "System.Func<App.Models.Person, bool>"),
        ("all.Where(p => «missing»);", "bool"),
        ("all[«missing»] = owner;", "int"),
        ("throw «missing»;", "System.Exception"),
        ("using (var x = «missing») { }", "System.IDisposable"),
        ("foreach (string s in «missing») { }", "System.Collections.Generic.IEnumerable<string>"),
        ("foreach (var s in «missing») { }", "System.Collections.Generic.IEnumerable<object>"),
        ("await «missing»;", "System.Threading.Tasks.Task"),
        ("var a = await «missing»;", "System.Threading.Tasks.Task<object>"),
        ("var n = (await «missing»).Length;", "System.Threading.Tasks.Task<object>"),
        ("Func<Task> f = async () => await «missing»;", "System.Threading.Tasks.Task"),
        ("await foreach (var a in «missing») { }", "System.Collections.Generic.IAsyncEnumerable<object>"),
        ("await foreach (int a in «missing») { }", "System.Collections.Generic.IAsyncEnumerable<int>"),
        ("foreach (var (a, b) in «missing») { }", "System.Collections.Generic.IEnumerable<(object a, object b)>"),
        ("foreach ((int a, var b) in «missing») { }", "System.Collections.Generic.IEnumerable<(int a, object b)>"),
        (
            "await foreach (int a in «missing».WithCancellation(t).ConfigureAwait(false)) { }",
            "System.Collections.Generic.IAsyncEnumerable<int>",
        ),
        ("var (a, b) = await «missing»;", "System.Threading.Tasks.Task<(object a, object b)>"),
        ("var (a, b) = «missing»;", "(object a, object b)"),
        ("await using var a = «missing»;", "System.IAsyncDisposable"),
        ("await using (var a = «missing») { }", "System.IAsyncDisposable"),
        ("using (var a = «missing») { }", "System.IDisposable"),
        ("int x = await «missing»;", "System.Threading.Tasks.Task<int>"),
        ("int x = true ? «missing» : 2;", "int"),
        ("var x = count > 1 ? «missing» : \"a\";", "string"),
        ("var x = person.Name ?? «missing»;", "string"),
        ("var x = (long)«missing»;", "long"),
        ("var p = new Person { Age = «missing» };", "int"),
        ("var p = new Person { Children = { «missing» } };", "App.Models.Person"),
        ("var p = new int[] { «missing» };", "int"),
        ("var p = new[] { 1, «missing» };", "int"),
        ("var p = new Dictionary<string, int> { { «missing», 1 } };", "string"),
        ("switch (person.Color) { case «missing»: break; }", "App.Models.Color"),
        ("switch («missing») { case \"a\": break; }", "string"),
        ("switch («missing») { }", "int"),
        ("var p = new Dictionary<string, int> { [«missing»] = 1 };", "string"),
        ("var p = new Dictionary<string, int> { [\"a\"] = «missing» };", "int"),
        ("(int a, (string b, _)) = «missing»;", "(int a, (string b, object))"),
        ("«missing» = missing + 1;", "int"),
        ("int x = await «missing».ConfigureAwait(false);", "System.Threading.Tasks.Task<int>"),
        ("Action f = async () => «missing()»;", "void"),
        ("var f = new Func<int>(«missing»);", "System.Func<int>"),
        ("if («missing» < other) { }", "int"),
        ("lock («missing») { }", "object"),
        ("int F() => «missing»;", "int"),
        ("Func<int, string> f = i => «missing»;", "string"),
        ("Func<int, string> f = i => { return «missing»; };", "string"),
        ("Func<Task<int>> f = async () => «missing»;", "int"),
        ("void Run(Func<Task> f) { } Run(«async () => { }»);", "System.Func<System.Threading.Tasks.Task>"),
        ("(int, string) t = (1, «missing»);", "string"),
        ("List<int> l = [1, «missing»];", "int"),
        ("int x = count switch { 1 => «missing», _ => 2 };", "int"),
    ]);
}

#[test]
fn members_expect_types() {
    let class = |member: &str| format!("using System.Collections.Generic; class C {{ {member} }}");
    for (member, want) in [
        ("int F = «x»;", "int"),
        ("string P { get; } = «x»;", "string"),
        ("string P => «x»;", "string"),
        ("string P { get => «x»; }", "string"),
        ("string P { get { return «x»; } }", "string"),
        ("int M() => «x»;", "int"),
        ("void M(int a = «x») { }", "int"),
        ("IEnumerable<int> M() { yield return «x»; }", "int"),
        ("C(int a, string b) { } C() : this(1, «x») { }", "string"),
        ("void M() { var p = «x»; }", "-"),
    ] {
        assert_eq!(expected(&[&class(member)]), [want], "{member}");
    }
}

#[test]
fn types_are_written_as_short_as_the_usings_allow() {
    let minimal = |text: &str| {
        probe(&[HEADER, text], |model, node| Some(model.minimal(&model.type_of(node)?, node.start_byte()))).remove(0)
    };
    assert_eq!(
        minimal("class A { System.Collections.Generic.List<App.Models.Person> f; void M() { var x = «f»; } }"),
        "System.Collections.Generic.List<App.Models.Person>"
    );
    assert_eq!(
        minimal(
            "using System.Collections.Generic; using App.Models; class A { List<Person> f; void M() { var x = «f»; } }"
        ),
        "List<Person>"
    );
    assert_eq!(
        minimal("namespace App.Other; class A { App.Models.Person f; void M() { var x = «f»; } }"),
        "Models.Person"
    );
    // Another `Person` is in a nearer scope.
    assert_eq!(
        minimal("using App.Models; class Person { } class A { App.Models.Person f; void M() { var x = «f»; } }"),
        "App.Models.Person"
    );
    assert_eq!(minimal("#nullable enable\nclass A { string? f; void M() { var x = «f»; } }"), "string?");
    assert_eq!(minimal("class A { string? f; int? g; void M() { var x = «f»; } }"), "string");
    assert_eq!(minimal("class A { int?[] f; void M() { var x = «f»; } }"), "int?[]");
}

#[test]
fn hostile_input_is_given_up() {
    let deep = format!("class C {{ void M() {{ var a = {}1{}; var b = «a»; }} }}", "(".repeat(3000), ")".repeat(3000));
    assert_eq!(types(&[&deep]), ["-"]);
    let circle = "class C { void M() { var a = b; var b = a; var c = «a»; } }";
    assert_eq!(types(&[circle]), ["-"]);
    let bases = "class A : B { } class B : A { void M() { var x = «this.Missing»; } }";
    assert_eq!(types(&[bases]), ["-"]);
    let growing = "class A<T> : A<A<T>> { void M() { var x = «this.Missing»; } }";
    assert_eq!(types(&[growing]), ["-"]);
    let lambdas = format!("using System; using System.Linq; class C {{ void M(int[] a) {{ var x = «{}»; }} }}", {
        let mut text = "1".to_owned();
        for i in 0..12 {
            text = format!("a.Select(v{i} => {text})");
        }
        text
    });
    assert_eq!(types(&[&lambdas]).len(), 1);
}

/// What the model answers for `$0…$0` in a source: `type`, `converted type` and `symbol`, `-` where it has no answer.
#[track_caller]
fn check_facts(cases: &[(&str, &str, &str, &str)]) {
    for (source, ty, converted, symbol) in cases {
        let marked = source.replacen("$0", "«", 1).replacen("$0", "»", 1);
        let probe = |ask: &dyn for<'a> Fn(&SemanticModel<'a>, Node<'a>) -> Option<String>| {
            probe(&[HEADER, &marked], |model, node| ask(model, node)).remove(0)
        };
        assert_eq!(probe(&|model, node| model.type_of(node).map(|t| t.to_string())), *ty, "type in {source}");
        assert_eq!(
            probe(&|model, node| model.converted_type(node).map(|t| t.to_string())),
            *converted,
            "converted type in {source}"
        );
        let shown = probe(&|model, node| model.symbol_of(node).map(|s| model.display_symbol(&s, &|t| t.to_string())));
        assert_eq!(shown, *symbol, "symbol in {source}");
    }
}

#[test]
fn expressions_are_converted_to_what_surrounds_them() {
    check_facts(&[
        ("class C { long F = $01$0; }", "int", "long", "-"),
        ("class C { object M(string s) => $0s$0; }", "string", "object", "s"),
        ("class C { bool M(int? a, int b) => a == $0b$0; }", "int", "int?", "b"),
        ("class C { bool M(string s) => s == $0null$0; }", "-", "string", "-"),
        ("class C { string M(string s, int i) => s + $0i$0; }", "int", "object", "i"),
        ("class C { double M(int i) => 1.5 * $0i$0; }", "int", "double", "i"),
        ("class C { void M(char c) { var a = new int[3]; a[$0c$0] = 1; } }", "char", "int", "c"),
        ("class C { void M(bool b, byte x) { int y = b ? $0x$0 : 1; } }", "byte", "int", "x"),
        ("class C { void M(object o) { M($01$0); } void M(long l) { } }", "int", "long", "-"),
        (
            "class C { void M(int[] a) { foreach (var x in $0a$0) { } } }",
            "int[]",
            "System.Collections.IEnumerable",
            "a",
        ),
        (
            "using System; class C { void M() { throw $0new ArgumentException()$0; } }",
            "System.ArgumentException",
            "System.Exception",
            "System.ArgumentException..ctor()",
        ),
        ("class C { bool M(object o) => o is $0null$0; }", "-", "object", "-"),
        ("class C { bool M(string s, bool b) => s is $0null$0 || b; }", "-", "string", "-"),
        ("using System; class C { Func<long> F = () => $01$0; }", "int", "long", "-"),
        (
            "using System.Linq; class C { void M(int[] a) { $0a$0.Select(x => x); } }",
            "int[]",
            "System.Collections.Generic.IEnumerable<int>",
            "a",
        ),
        ("class C { (long, string) F = ($01$0, null); }", "int", "long", "-"),
        (
            "using System; class C { void M(Exception e) { object o = (object)e; var x = (IFormatProvider)o?.$0ToString$0(); } }",
            "-",
            "-",
            "object.ToString()",
        ),
        (
            "using System.Text; class C { void M(StringBuilder b, int i) { b.Append($0$\"{i}\"$0); } }",
            "string",
            "System.Text.StringBuilder.AppendInterpolatedStringHandler",
            "-",
        ),
    ]);
}

#[test]
fn calls_mean_the_better_overload() {
    check_facts(&[
        ("class C { void M() { $0N(1)$0; } int N(long l) => 0; int N(object o) => 0; }", "int", "int", "C.N(long)"),
        (
            "class C { void M() { $0N(null)$0; } int N(string s) => 0; int N(object o) => 0; }",
            "int",
            "int",
            "C.N(string)",
        ),
        (
            "class C { void M() { $0N(\"\")$0; } int N<T>(T t) => 0; int N(string s) => 0; }",
            "int",
            "int",
            "C.N(string)",
        ),
        (
            "class C { void M() { $0N(1, 2)$0; } int N(params int[] a) => 0; int N(int a, int b, int c = 0) => 0; }",
            "int",
            "int",
            "C.N(int, int, int)",
        ),
        (
            "class B { public virtual int N(int i) => 0; } class C : B { public int N(object o) => 0; void M() { $0N(1)$0; } }",
            "int",
            "int",
            "C.N(object)",
        ),
        (
            "class B { public virtual int N(int i) => 0; public int N(object o) => 0; } class C : B { public override int N(int i) => 1; void M() { $0N(1)$0; } }",
            "int",
            "int",
            "C.N(int)",
        ),
        (
            "static class E { public static int N(this string s) => 0; public static int N(this object o) => 0; } class C { void M(string s) { $0s.N()$0; } }",
            "int",
            "int",
            "E.N(string)",
        ),
        (
            "static class E { public static T N<T>(this T t) where T : struct => t; public static T N<T>(this T t, int x = 0) where T : class => t; } class C { void M(string s) { $0s.N()$0; } }",
            "string",
            "string",
            "E.N(T, int)",
        ),
        (
            "using System; class C { void M() { $0N(() => 1)$0; } int N(Action a) => 0; int N(Func<int> f) => 0; }",
            "int",
            "int",
            "C.N(System.Func<int>)",
        ),
        (
            "class C { public static bool operator ==(C a, C b) => true; public static bool operator !=(C a, C b) => false; bool M(C c) => $0c == null$0; }",
            "bool",
            "bool",
            "C.operator ==(C, C)",
        ),
        ("interface I { void N(); } class C : I { void I.N() { } void M() { $0this.N$0(); } }", "-", "-", "-"),
        (
            "using System; class C { void M(Func<int, string> f) { $0f(1)$0; } }",
            "string",
            "string",
            "System.Func<T, TResult>.Invoke(T)",
        ),
    ]);
}

#[test]
fn names_mean_what_is_nearest() {
    check_facts(&[
        (
            "using App.Models; class C { Color Color; void M() { var x = $0Color$0.Red; } }",
            "App.Models.Color",
            "App.Models.Color",
            "App.Models.Color",
        ),
        (
            "using App.Models; class C { Color Color; void M() { var x = $0Color$0.ToString(); } }",
            "App.Models.Color",
            "App.Models.Color",
            "C.Color",
        ),
        (
            "namespace A.B { class D { public static int X; } } namespace A { class C { int M() => $0B.D.X$0; } }",
            "int",
            "int",
            "A.B.D.X",
        ),
        (
            "using Text = System.Collections.Generic.List<char>; class C { void M(Text t) { var x = $0t$0; } }",
            "System.Collections.Generic.List<char>",
            "System.Collections.Generic.List<char>",
            "t",
        ),
        (
            "class C { void M(System.Reflection.MemberInfo i) { $0i.MemberType$0(); } } static class E { public static int MemberType(this System.Reflection.MemberInfo i) => 0; }",
            "-",
            "-",
            "E.MemberType(System.Reflection.MemberInfo)",
        ),
        ("class C { void M(int[] a) { ref var x = ref a[0]; var y = $0x$0; } }", "int", "int", "x"),
        ("using System; class C { [$0Obsolete$0] void M() { } }", "-", "-", "System.ObsoleteAttribute..ctor()"),
        ("class C { int _x; void M() { var c = new C { $0_x$0 = 1 }; } }", "int", "int", "C._x"),
    ]);
}

#[test]
fn visible_names_are_those_that_a_simple_name_can_mean() {
    let source = "using System.Text; namespace A { interface I { void Hidden(); } class Base { protected int inherited; private int secret; }
        class C<T> : Base, I { void I.Hidden() { } void M(int parameter) { int local = 0; { «local»++; } } class Nested { } static int S; } class D { } }";
    let names =
        probe(&[HEADER, source], |model, node| Some(model.visible_names(node.start_byte()).join(" "))).remove(0);
    let names: Vec<&str> = names.split(' ').collect();
    for name in [
        "T",
        "Base",
        "C",
        "D",
        "I",
        "inherited",
        "M",
        "parameter",
        "local",
        "Nested",
        "S",
        "StringBuilder",
        "System",
        "A",
        "ToString",
    ] {
        assert!(names.contains(&name), "{name}");
    }
    for name in ["secret", "Hidden", "List", "Person", ".ctor"] {
        assert!(!names.contains(&name), "{name}");
    }
}

#[test]
fn types_are_displayed_with_the_imports_that_they_take() {
    let shown = |text: &str| {
        probe(&[HEADER, text], |model, node| {
            let (text, namespaces) = model.display_at(&model.type_of(node)?, node.start_byte());
            Some(format!("{text} {namespaces:?}"))
        })
        .remove(0)
    };
    let field = "System.Collections.Generic.Dictionary<App.Models.Person, System.Text.StringBuilder[]> f; void M() { var x = «f»; } }";
    assert_eq!(
        shown(&format!("using App.Models; class A {{ {field}")),
        "Dictionary<Person, StringBuilder[]> [\"System.Text\", \"System.Collections.Generic\"]"
    );
    assert_eq!(
        shown(&format!("class Person {{ }} class A {{ {field}")),
        "Dictionary<App.Models.Person, StringBuilder[]> [\"System.Text\", \"System.Collections.Generic\"]"
    );
}

#[test]
fn what_was_found_out_is_shared_by_the_models_of_a_revision() {
    let text = "class C { int M(int a) => a + 1; }";
    let index = Index::in_memory([("/a.cs", text)]);
    let source = index.source(Path::new("/a.cs")).expect("a C# file");
    let at = text.find("a + 1").expect("an expression");
    let node = source.parsed.root().descendant_for_byte_range(at, at + 5).expect("a node");
    let first = crate::Semantics::new(&index, &source).csharp();
    assert_eq!(first.type_of(node).map(|t| t.to_string()).as_deref(), Some("int"));
    let second = crate::Semantics::new(&index, &source).csharp();
    assert_eq!(second.of_file.types.get(&super::cache::key_of(node)), Some(Some(super::Type::named("int"))));
    // Answers that reached a limit are not cached.
    let deep = format!("class D {{ void M() {{ var a = {}1{}; }} }}", "(".repeat(200), ")".repeat(200));
    let index = Index::in_memory([("/b.cs", deep.as_str())]);
    let source = index.source(Path::new("/b.cs")).expect("a C# file");
    let at = deep.find('(').expect("M") + deep[deep.find('(').unwrap_or(0)..].find("((").expect("an expression");
    let node = source.parsed.root().descendant_for_byte_range(at, at + 401).expect("a node");
    let model = crate::Semantics::new(&index, &source).csharp();
    assert_eq!(model.type_of(node), None);
    assert_eq!(model.of_file.types.get(&super::cache::key_of(node)), None);
}
