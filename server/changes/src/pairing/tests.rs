//! Two small trees, and what is said of them.

use crate::testing::differences;

#[track_caller]
fn check(then: &str, now: &str, differences_are: &[&str]) {
    assert_eq!(differences(then, now), differences_are);
}

#[test]
fn a_method_is_renamed() {
    check(
        "//- /a.cs\nclass Order\n{\n    public void Submit(System.DateTime when) { Log(when); Save(when); Tell(when); }\n    public void Cancel() { }\n}\n",
        "//- /a.cs\nclass Order\n{\n    public void Place(System.DateTime when) { Log(when); Save(when); Tell(when); }\n    public void Cancel() { }\n}\n",
        &["Order.Submit(System.DateTime) → Place(System.DateTime) [Certain]"],
    );
}

#[test]
fn a_method_is_made_asynchronous_and_called_so() {
    check(
        "//- /a.cs\ninterface I { int Count(); }\nclass C\n{\n    void Go(int n) { A(n); }\n    int Gone(int n) => 1;\n}\n",
        "//- /a.cs\ninterface I { Task<int> CountAsync(CancellationToken t = default); }\nclass C\n{\n    async Task GoAsync(int n) { await A(n); }\n    Task<string> GoneAsync(int n) => null;\n    int Other(string s) => 2;\n}\n",
        &[
            "I.Count() → CountAsync(CancellationToken): int → Task<int> [Certain]",
            "C.Go(int) → GoAsync(int): void → Task [Certain]",
            "C.Gone(int) → GoneAsync(int): int → Task<string> [Certain]",
        ],
    );
}

#[test]
fn a_family_of_enum_members_has_another_casing() {
    check(
        "//- /a.ts\nexport enum Permission { VIEW_CHANNEL, SEND_MESSAGES, MANAGE }\n",
        "//- /a.ts\nexport enum Permission { ViewChannel, SendMessages, MANAGE }\n",
        &["Permission.VIEW_CHANNEL → ViewChannel [Certain]", "Permission.SEND_MESSAGES → SendMessages [Certain]"],
    );
}

#[test]
fn parameters_are_added_removed_reordered_and_retyped() {
    check(
        "//- /a.cs\nclass C\n{\n    void A(int a) { }\n    void B(int a, string b) { }\n    void D(int a, string b) { }\n    void E(int a) { }\n}\n",
        "//- /a.cs\nclass C\n{\n    void A(int a, bool lazy) { }\n    void B(string b) { }\n    void D(string b, int a) { }\n    void E(long a) { }\n}\n",
        &[
            "C.A(int) → A(int, bool) [Certain]",
            "C.B(int, string) → B(string) [Certain]",
            "C.D(int, string) → D(string, int) [Certain]",
            "C.E(int) → E(long) [Certain]",
        ],
    );
}

#[test]
fn overloads_are_paired_by_signature() {
    check(
        "//- /a.cs\nclass C\n{\n    void A(int a) { }\n    void A(string a, int b) { }\n    void A(char c) { }\n}\n",
        "//- /a.cs\nclass C\n{\n    void A(int a) { }\n    void A(string a, int b, bool c) { }\n    void A(char c, bool d) { }\n}\n",
        &["C.A(string, int) → A(string, int, bool) [Certain]", "C.A(char) → A(char, bool) [Certain]"],
    );
}

#[test]
fn overloads_are_told_apart_by_their_type_parameters() {
    check(
        "//- /a.cs\nabstract class C<T>\n{\n    protected abstract R<T> Run<S>(F<S, R<T>> f, S s);\n    protected override R<U> Run<U, S>(F<S, R<U>> f, S s) { return null; }\n}\n",
        "//- /a.cs\nabstract class C<U>\n{\n    protected internal abstract R<U> Run<S>(F<S, R<U>> f, S s);\n}\n",
        &[
            "C.Run<S>(F<S, R<T>>, S) → Run<S>(F<S, R<U>>, S): R<T> → R<U>, now internal [Certain]",
            "C.Run<U, S>(F<S, R<U>>, S) is gone [Certain]",
        ],
    );
}

#[test]
fn a_type_moves_to_another_namespace_and_is_renamed() {
    check(
        "//- /a.cs\nnamespace A;\npublic class Info { public int X; public int Y() => 1; }\n",
        "//- /a.cs\nnamespace A;\n//- /b.cs\nnamespace B;\npublic class InfoModel { public int X; public int Y() => 1; }\n",
        &["Info → InfoModel, moved to B [Certain]"],
    );
}

#[test]
fn what_is_gone_is_said_and_nothing_takes_its_place() {
    check(
        "//- /a.ts\nexport function old(a: number) { return a + 1; }\nexport const other = 1;\n",
        "//- /a.ts\nexport const other = 1;\n",
        &["old(number) is gone [Certain]"],
    );
}

#[test]
fn a_function_moves_to_another_module() {
    check(
        "//- /a.ts\nexport function sum(a: number, b: number) { return a + b; }\nexport const one = 1;\n//- /b.ts\nexport const two = 2;\n",
        "//- /a.ts\nexport const one = 1;\n//- /b.ts\nexport const two = 2;\nexport function sum(a: number, b: number) { return a + b; }\n",
        &["sum(number, number), moved to /b.ts [Certain]"],
    );
}

#[test]
fn the_only_one_that_went_is_likely_the_only_one_that_came() {
    let then = "//- /a.ts\nexport function noop() {}\nexport const one = 1;\n";
    check(
        then,
        "//- /a.ts\nexport const one = 1;\n//- /b.ts\nexport function nothing() {}\n",
        &["noop() → nothing(), moved to /b.ts [Likely]"],
    );
    check(
        then,
        "//- /a.ts\nexport const one = 1;\n//- /b.ts\nexport function nothing() {}\nexport function never() {}\n",
        &["noop() is gone [Certain]"],
    );
    check(
        then,
        "//- /a.ts\nexport const one = 1;\n//- /b.ts\nexport function other(a: number) {}\n",
        &["noop() is gone [Certain]"],
    );
}

#[test]
fn a_property_becomes_a_method_and_a_result_has_another_type() {
    check(
        "//- /a.cs\nclass C\n{\n    public int Count { get; }\n    public string Name() => null;\n}\n",
        "//- /a.cs\nclass C\n{\n    public int Count() => 1;\n    public string? Name() => null;\n}\n",
        &["C.Count → Count() (property → method), no longer get [Certain]", "C.Name(): string → string? [Certain]"],
    );
}

#[test]
fn two_that_are_as_near_are_no_pair() {
    check(
        "//- /a.cs\nclass C\n{\n    public int Left;\n    public string Other;\n}\n",
        "//- /a.cs\nclass C\n{\n    public string Other;\n    public int Here;\n    public int There;\n}\n",
        &["C.Left is gone [Certain]"],
    );
}

#[test]
fn a_type_that_is_renamed_keeps_its_members() {
    check(
        "//- /a.cs\nclass Info { public int X; public int Y() => 1; public void Z(int a) { } }\n",
        "//- /a.cs\nclass Facts { public int X; public int Y() => 1; public void Z(int a, int b) { } }\n",
        &["Info → Facts [Certain]", "Info.Z(int) → Z(int, int) [Certain]"],
    );
}

#[test]
fn members_inside_of_a_type_or_an_object_are_paired() {
    check(
        "//- /a.ts\nexport type Node = Readonly<{ kind: string; child(n: number): Node; size: number }>;\nexport const api = {\n  load(id: number) { return fetch(`/x/${id}`, { method: 'GET' }); },\n  other: 1,\n};\n",
        "//- /a.ts\nexport type Node = Readonly<{ kind: string; first(n: number): Node; size: number }>;\nexport const api = {\n  read(id: number) { return fetch(`/x/${id}`, { method: 'GET' }); },\n  other: 1,\n};\n",
        &[
            "Node: Readonly<{ kind: string; child(n: number): Node; size: number }> → Readonly<{ kind: string; first(n: number): Node; size: number }> [Certain]",
            "Node.child(number) → first(number) [Certain]",
            "api.load(number) → read(number) [Certain]",
        ],
    );
}

#[test]
fn two_empty_types_have_nothing_in_common() {
    let then = "//- /a.ts\nexport class Router {}\nexport const one = 1;\n";
    check(then, "//- /a.ts\nexport interface Meta {}\nexport const one = 1;\n", &["Router is gone [Certain]"]);
    check(
        then,
        "//- /a.ts\nexport const one = 1;\n//- /b.ts\nexport interface Meta {}\n",
        &["Router is gone [Certain]"],
    );
    check(
        then,
        "//- /a.ts\nexport const one = 1;\n//- /b.ts\nexport class Router {}\n",
        &["Router, moved to /b.ts [Certain]"],
    );
}
