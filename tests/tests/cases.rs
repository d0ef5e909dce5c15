//! Small inputs on which the program was wrong once, end to end. They lie in the project's own collection and are skipped without it; each
//! has a test of its own, in other words, beside the code that was wrong.

mod sandbox;

use sandbox::Sandbox;
use std::fs;
use std::path::{Path, PathBuf};

/// What must be true of the files afterwards.
enum Check {
    /// Nothing was written.
    Nothing,
    /// The file has this text.
    Has(&'static str, &'static str),
    /// The file does not have this text.
    Lacks(&'static str, &'static str),
    /// The file is as it was.
    Kept(&'static str),
    /// No file whose name ends so was written, added or deleted.
    KeptAll(&'static str),
}
use Check::*;

struct Case {
    /// The folder below the collection, and the log in it.
    folder: &'static str,
    log: &'static str,
    bulk_unsafe: bool,
    checks: &'static [Check],
}

const fn safe(folder: &'static str, checks: &'static [Check]) -> Case {
    Case { folder, log: "build.log", bulk_unsafe: false, checks }
}
const fn unsafely(folder: &'static str, checks: &'static [Check]) -> Case {
    Case { folder, log: "build.log", bulk_unsafe: true, checks }
}
const fn stale(log: &'static str) -> Case {
    Case { folder: "ts/01-stale-position", log, bulk_unsafe: true, checks: &[Nothing] }
}
const fn prefixed(log: &'static str) -> Case {
    Case {
        folder: "cs/09-log-prefixes",
        log,
        bulk_unsafe: false,
        checks: &[Has("src/App/Work.cs", "using System.Text;")],
    }
}
const fn checker(log: &'static str, checks: &'static [Check]) -> Case {
    Case { folder: "ts/09-log-formats", log, bulk_unsafe: true, checks }
}
const fn looped(folder: &'static str, log: &'static str, checks: &'static [Check]) -> Case {
    Case { folder, log, bulk_unsafe: false, checks }
}

const fn translated(log: &'static str, checks: &'static [Check]) -> Case {
    Case { folder: "cs/22-localised-words", log, bulk_unsafe: false, checks }
}
const EVENT: &[Check] = &[Has("M.cs", "public event EventHandler? Moved;")];
const MODIFIER: &[Check] = &[Has("U.cs", "protected override void Load(")];

const CSHARP: &[Case] = &[
    safe("cs/01-stale-using-removed", &[Nothing]),
    unsafely("cs/03-nullable-on-value-type", &[Nothing]),
    unsafely(
        "cs/04-async-removed-breaks-users",
        &[
            Has("Handlers.cs", "Task<string> MakeFrameAsync(int n)"),
            Lacks("Handlers.cs", "private string MakeFrameAsync"),
            Lacks("Handlers.cs", "private void SaveAsync"),
            Lacks("Handlers.cs", "(_ => string.Empty)"),
        ],
    ),
    unsafely(
        "cs/05-implement-interface",
        &[
            Has("Shapes.cs", "public static int Number"),
            Has("Shapes.cs", "public static Monday operator +(Monday a, Monday b)"),
            Has("Shapes.cs", "public static implicit operator int(Monday a)"),
            Has("Shapes.cs", "public static event Action Ticked"),
        ],
    ),
    unsafely(
        "cs/06-explicit-nullable-generic",
        &[
            Has("S.cs", "int IGet2.Get<T>()"),
            Has("S.cs", "public IEnumerator<T> GetEnumerator()"),
            Has("S.cs", "IEnumerator IEnumerable.GetEnumerator()"),
        ],
    ),
    safe("cs/07-glued-message", &[Has("Work.cs", "using System.Text;")]),
    safe(
        "cs/10-cs8618-new-words",
        &[Has("M.cs", "public event EventHandler? CloseRequested;"), Has("M.cs", "public event EventHandler? Moved;")],
    ),
    safe(
        "cs/11-ambiguous-wrong-type",
        &[
            Has("Use.cs", "using System.Timers;"),
            Has("Use.cs", "using App.Old;"),
            Has("Use.cs", "using App.New;"),
            Lacks("Use.cs", "using Timer = System.Threading.Timer;"),
        ],
    ),
    unsafely("cs/12-interface-event-removed", &[Nothing]),
    unsafely(
        "cs/14-async-stub-types",
        &[
            Has("A.cs", "Task<object> StoreAsync("),
            Has("A.cs", "IAsyncEnumerable<object> StreamAsync("),
            Has("A.cs", "IEnumerable<(object"),
        ],
    ),
    unsafely("cs/16-toplevel-args", &[Lacks("Runner.cs", "object args"), Has("Runner.cs", "string[] args, string ")]),
    unsafely("cs/18-missing-package-shadowed", &[Nothing]),
    unsafely(
        "cs/20-used-under-if",
        &[Has("U.cs", "catch (FormatException ex)"), Has("U.cs", "_legacy = \"x\""), Lacks("U.cs", "note =")],
    ),
    safe(
        "cs/24-orphan-comments",
        &[Lacks("C.cs", "// largest size on this line\n        int"), Lacks("C.cs", "        ;\n")],
    ),
    // One of its two lines does not fit the file, so that nothing in it is certain.
    Case { bulk_unsafe: true, ..translated("cs.log", MODIFIER) },
    translated("de.log", EVENT),
    translated("en.log", MODIFIER),
    translated("es.log", MODIFIER),
    translated("zh.log", EVENT),
    unsafely("cs/25-missing-fixes", &[Has("P.cs", "public Child(string name"), Has("P.cs", "OnExit(object? sender,")]),
    safe(
        "cs/26-cs8600-out-argument",
        &[
            Has("O.cs", "string? value;"),
            Has("O.cs", "string? found = null;"),
            Has("O.cs", "string? direct;"),
            Has("O.cs", "out string? v)"),
        ],
    ),
];

const LOGS: &[Case] = &[
    prefixed("bamboo.log"),
    prefixed("docker-summary.log"),
    prefixed("flp-timestamp.log"),
    prefixed("jenkins-timestamper.log"),
    prefixed("markdown-code.log"),
    prefixed("markdown-list.log"),
    prefixed("markdown-quote.log"),
    prefixed("nuke.log"),
    prefixed("teamcity-csc.log"),
    prefixed("teamcity.log"),
    prefixed("vs-error-list.log"),
    checker("02-deno.log", &[Lacks("src/a.ts", "totl"), Has("src/b.ts", "import")]),
    checker("05-vercel.log", &[Lacks("src/a.ts", "totl"), Has("src/b.ts", "import")]),
    checker("07-rollup.log", &[Lacks("src/a.ts", "totl"), Has("src/b.ts", "import")]),
    checker("08-tsloader.log", &[Lacks("src/a.ts", "totl"), Has("src/b.ts", "import")]),
    checker("11-sveltecheck.log", &[Lacks("src/a.ts", "totl"), Has("src/b.ts", "import")]),
    checker("12-sveltemachine.log", &[Lacks("src/a.ts", "totl"), Has("src/b.ts", "import")]),
    checker("26-astro.log", &[Lacks("src/a.ts", "totl"), Has("src/b.ts", "import")]),
    checker("27-vitest-typecheck.log", &[Lacks("src/a.ts", "totl")]),
    checker("28-copied-problem.json.log", &[Lacks("src/a.ts", "totl")]),
    checker("30-grep.log", &[Lacks("src/a.ts", "totl"), Has("src/b.ts", "import")]),
    unsafely(
        "ts/02-powershell-wrapped-log",
        &[Lacks("src/calculator.service.ts", "totl"), Has("src/drawing.controller.ts", "import")],
    ),
];

const LOOP: &[Case] = &[
    looped("loop/d", "../d.log", &[Has("A.cs", "void LoadCore(int count)")]),
    looped("loop/q1", "../q1.log", &[Nothing]),
    looped("loop/q2", "../q2.log", &[Nothing]),
    looped("loop/r1", "../r1.log", &[Lacks("A.cs", "{Lines})\"]"), Lacks("A.cs", "{Lines})]\"")]),
    looped("loop/r2", "../r2.log", &[Nothing]),
    looped("loop/t1", "../t1.log", &[Lacks("use.ts", "pages/handler")]),
    looped("loop/v2", "../v2.log", &[Lacks("Use.cs", "using Y.Core.Events;\nusing Y.Core.Tokens;")]),
    looped("loop/v4", "../v4.log", &[Has("Use.cs", "using Y.Core.Events;")]),
    looped("loop/x1", "../x1.log", &[Lacks("Use.cs", "using Y.Core.Tokens;")]),
    Case {
        folder: "loop/c",
        log: "../c.log",
        bulk_unsafe: true,
        checks: &[Lacks("A.cs", "result = default"), Has("A.cs", "return true;")],
    },
];

const SDK: &[Case] = &[
    unsafely("sdk/01-missing-projectreference", &[KeptAll(".cs")]),
    unsafely("sdk/03-implicit-usings-removed", &[KeptAll("DateTime.cs"), KeptAll("Task.cs"), KeptAll("List.cs")]),
    unsafely("sdk/04-renamed-property", &[Lacks("src/Acme.Domain/Entities/Product.cs", " Title ")]),
    unsafely("sdk/06-interface-made-async", &[Lacks("src/Acme.Domain/Rules/NoDiscount.cs", "NotImplementedException")]),
    unsafely("sdk/07-package-removed", &[KeptAll(".cs")]),
    unsafely("sdk/09-razor-files-skipped", &[Nothing]),
    unsafely(
        "sdk/11-sdk-obsoletions",
        &[
            Has("Old/Obsolete.cs", "SHA256.Create()"),
            Has("Old/Obsolete.cs", "new AesGcm(key, tag.Length)"),
            Has("Old/Obsolete.cs", "return ComputeTotal("),
            Lacks("Old/Obsolete.cs", "SerializationInfo info"),
        ],
    ),
    unsafely("sdk/13-renamed-class", &[KeptAll("IPriceRule.cs"), KeptAll("OrderLine.cs")]),
    safe("sdk/15-caller-of-method-made-async", &[Lacks("Orders.cs", "= pricing.PriceAsync")]),
    safe("sdk/16-explicit-implementation-outdated", &[Lacks("Rule.cs", "NotImplementedException")]),
    unsafely("sdk/18-result-moved-to-out-parameters", &[Kept("Scheduler.cs")]),
    unsafely("sdk/20-prefix-dropped-from-members", &[Lacks("HedgingOptions.cs", "HedgingDelay")]),
];

const TYPESCRIPT: &[Case] = &[
    stale("ts1484.log"),
    stale("ts17019.log"),
    stale("ts2561-unsafe.log"),
    stale("ts2570-unsafe.log"),
    stale("ts2588.log"),
    stale("ts2724-unsafe.log"),
    stale("ts2774-unsafe.log"),
    stale("ts2835.log"),
    stale("ts4114.log"),
    stale("ts6133.log"),
    stale("ts6196.log"),
    stale("ts7027-unsafe.log"),
    stale("ts8024-unsafe.log"),
    safe("ts/04-literal-backslash-n", &[Lacks("page.ts", ";\\n"), Has("page.ts", "\"b\\nc\"")]),
    safe(
        "ts/05-did-you-mean-but-imported-elsewhere",
        &[Lacks("src/match.ts", "return getDocs(doc("), Has("src/match.ts", "return getDoc(doc(")],
    ),
    unsafely("ts/07-test-global-respelt", &[Has("src/a.spec.ts", "jest.fn()")]),
    unsafely(
        "ts/08-feature-test-called",
        &[Lacks("share.tsx", "navigator.share()"), Lacks("share.tsx", "matchMedia()")],
    ),
    safe("ts/11-unused-beside-type-error", &[Lacks("a.ts", "readFileSync"), Lacks("a.ts", "gone")]),
    unsafely("ts/14-parameter-property", &[Lacks("svc.ts", "constructor(private count")]),
    unsafely("ts/15-nullable-piecemeal", &[Lacks("draw.ts", "ctx?.")]),
    unsafely("ts/17-stub-properties", &[Lacks("a.ts", "name: string;\n  readonly kind: 'a' | 'b';\n")]),
    safe("ts/22-rest-shields", &[Lacks("a.ts", "{ a, b }")]),
    safe("ts/24-left-over-expression", &[Lacks("a.ts", "pop()!;"), Lacks("a.ts", "  val?.type;\n")]),
    unsafely(
        "ts/28-import-from-test-or-output",
        &[
            Lacks("src/a.tsx", "dist/"),
            Lacks("src/a.tsx", "examples/"),
            Lacks("src/a.tsx", "scripts/"),
            Lacks("src/a.tsx", "__mocks__"),
            Lacks("src/a.tsx", "__tests__"),
        ],
    ),
];

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::write(target, fs::read(entry.path()).expect("a file")).expect("it can be written");
        }
    }
}

/// What of a case is not as it must be.
fn problems(collection: &Path, case: &Case) -> Vec<String> {
    let folder = collection.join(case.folder);
    let before = folder.join("before");
    let sandbox = Sandbox::new(&[]);
    copy(if before.is_dir() { &before } else { &folder }, &sandbox.root);
    let snapshot = sandbox.snapshot();
    let log = folder.join(case.log);
    let options: &[&str] = if case.bulk_unsafe { &["--write", "--unsafe", "--quiet"] } else { &["--write", "--quiet"] };
    let ran = sandbox.fix(&log, options);
    assert!(!ran.stderr.contains("panicked"), "{}: {}", case.folder, ran.stderr);
    let after = sandbox.snapshot();
    let changed: Vec<&PathBuf> =
        snapshot.keys().chain(after.keys()).filter(|path| snapshot.get(*path) != after.get(*path)).collect();
    let text = |file: &str| {
        String::from_utf8_lossy(after.get(&sandbox.root.join(file)).map_or(&[], Vec::as_slice)).into_owned()
    };
    let mut out = Vec::new();
    for check in case.checks {
        let problem = match check {
            Nothing => (!changed.is_empty()).then(|| format!("{changed:?} changed")),
            Has(file, part) => (!text(file).contains(part)).then(|| format!("{file} lacks {part:?}:\n{}", text(file))),
            Lacks(file, part) => (text(file).contains(part) || text(file).is_empty())
                .then(|| format!("{file} has {part:?}:\n{}", text(file))),
            Kept(file) => {
                changed.contains(&&sandbox.root.join(file)).then(|| format!("{file} changed:\n{}", text(file)))
            }
            KeptAll(end) => {
                let wrong: Vec<_> = changed.iter().filter(|p| p.to_string_lossy().ends_with(end)).collect();
                (!wrong.is_empty()).then(|| format!("{wrong:?} changed"))
            }
        };
        out.extend(problem.map(|p| format!("{} {}: {p}", case.folder, case.log)));
    }
    out
}

#[track_caller]
fn check(name: &str, cases: &[Case]) {
    let Some(collection) = tests::shared("cases") else {
        return tests::skip(name, "the collection of small cases is not here");
    };
    let problems: Vec<String> = cases.iter().flat_map(|case| problems(&collection, case)).collect();
    assert!(problems.is_empty(), "{} of {} cases:\n{}", problems.len(), cases.len(), problems.join("\n"));
}

#[test]
fn csharp_cases() {
    check("csharp_cases", CSHARP);
}

#[test]
fn log_cases() {
    check("log_cases", LOGS);
}

#[test]
fn loop_cases() {
    check("loop_cases", LOOP);
}

#[test]
fn sdk_cases() {
    check("sdk_cases", SDK);
}

#[test]
fn typescript_cases() {
    check("typescript_cases", TYPESCRIPT);
}
