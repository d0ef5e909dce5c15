//! `cargo bench -p patterns --bench store`: time, memory and size of a store of patterns.
//!
//! `BENCH_EXAMPLES` repairs (default 10,000) of `BENCH_PATTERNS` kinds (default a tenth of them), ten a file, are learned, derived, read again and asked. The peak of memory is that
//! of the whole process: what the store costs by itself, a second run with `BENCH_STORE=FILE`, which reads what an earlier one left there, shows.

use patterns::{Edited, Event, Lesson, Library, Question, Seen, Source, Store, Tree, What, tree_of};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const FILE: usize = 10;

fn number(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

/// Peak resident memory of this process, where the system reports it (Linux).
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.map_or_else(|| "unknown".into(), |l| l.trim().to_string())
}

fn timed<T>(what: &str, run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let value = run();
    println!("{what:<36} {:>10.1} ms   peak {}", start.elapsed().as_secs_f64() * 1e3, peak());
    value
}

/// A statement before and after, and what the compiler points at.
fn statement(kind: usize, n: usize) -> (String, String, String) {
    let name = format!("Read{kind}");
    match kind % 4 {
        0 => (format!("var v{n} = api.{name}({n}, name);"), format!("var v{n} = api.{name}Async({n}, name);"), name),
        1 => (format!("api.{name}(other[{n}]);"), format!("api.{name}(other[{n}], Options{kind}.Default);"), name),
        2 => (format!("if ({name}(x{n}, {n})) return;"), format!("if (Helper{kind}.{name}(x{n}, {n})) return;"), name),
        _ => (format!("Log(api.{name}.Size + {n});"), format!("Log(api.Get{kind}().Size + {n});"), name),
    }
}

/// A file of some statements, before and after.
fn lesson(file: usize, kinds: usize) -> Lesson {
    let (mut texts, mut gone) = ([String::new(), String::new()], Vec::new());
    for text in &mut texts {
        text.push_str(&format!("namespace Shop.Part{file};\n\nclass Service{file}\n{{\n    void Run(Api api, string name, int[] other)\n    {{\n"));
    }
    for i in 0..FILE {
        let n = file * FILE + i;
        let (before, after, at) = statement(n % kinds, n);
        let start = texts[0].len() + 8 + before.find(&at).unwrap_or_default();
        gone.push(Seen {
            code: ["CS1061", "CS7036", "CS0103", "CS0246"][n % kinds % 4].into(),
            start,
            arguments: vec!["Api".into(), at.into()],
        });
        for (text, line) in texts.iter_mut().zip([before, after]) {
            text.push_str(&format!("        {line}\n        Unchanged{i}(name, other.Length + {i});\n"));
        }
    }
    texts.iter_mut().for_each(|t| t.push_str("    }\n}\n"));
    let path = PathBuf::from(format!("src/Part{file}/Service{file}.cs"));
    let trees = [0, 1].map(|i| tree_of(&path, &texts[i]).expect("C# has patterns"));
    let edited =
        Edited { path: &path, before: &trees[0], after: &trees[1], diagnostics_before: &gone, diagnostics_after: &[] };
    Lesson::of(Source::Trees, &edited).expect("repairs")
}

fn ask(library: &Library, kinds: usize) {
    let mut times: Vec<Duration> = Vec::new();
    let mut found = 0;
    for kind in (0..kinds).step_by((kinds / 500).max(1)) {
        let (before, _, at) = statement(kind, 7);
        let text = format!(
            "class C\n{{\n    void M(Api api, string name, int[] other)\n    {{\n        {before}\n    }}\n}}\n"
        );
        let tree: Tree = tree_of(Path::new("a.cs"), &text).expect("C# has patterns");
        let code = ["CS1061", "CS7036", "CS0103", "CS0246"][kind % 4];
        let arguments = ["Api".to_owned(), at.clone()];
        let question = Question {
            tree: &tree,
            path: Path::new("a.cs"),
            start: text.find(&at).unwrap_or_default(),
            code,
            arguments: &arguments,
            now: patterns::now(),
        };
        let start = Instant::now();
        found += usize::from(!library.suggestions(&question).is_empty());
        times.push(start.elapsed());
    }
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    println!("{:<36} p50 {:.2} ms, p99 {:.2} ms; {found} of {} answered", "ask", at(0.5), at(0.99), times.len());
}

fn main() {
    let examples = number("BENCH_EXAMPLES", 10_000);
    let kinds = number("BENCH_PATTERNS", (examples / 10).max(1));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let given = std::env::var_os("BENCH_STORE").map(PathBuf::from);
    let path = given.clone().unwrap_or_else(|| folder.path().join("patterns.sqlite"));
    let open = || Store::open(&path).expect("a store");
    if !given.is_some_and(|p| p.is_file()) {
        let mut store = open();
        let lessons: Vec<Lesson> =
            timed("find the repairs", || (0..examples / FILE).map(|file| lesson(file, kinds)).collect());
        let new = timed("learn them at once", || {
            lessons.chunks(100).map(|l| store.learn(l, patterns::now()).expect("room")).sum::<usize>()
        });
        println!("{:<36} {new} examples", "");
        drop(lessons);
        let library = timed("derive the patterns", || store.library().expect("patterns"));
        println!("{:<36} {} patterns", "", library.patterns().len());
        let events: Vec<Event> = library
            .patterns()
            .iter()
            .map(|k| Event { pattern: k.pattern.id(), what: What::Proved, path: "src/a.cs".into(), run: "r".into() })
            .collect();
        timed("note a use of each", || store.note(&events, patterns::now()).expect("room"));
        let one = lesson(examples, kinds);
        timed("learn one file more", || store.learn(&[one], patterns::now()).expect("room"));
        timed("derive the patterns again", || store.library().expect("patterns"));
    }
    let library = timed("open and read the patterns", || open().library().expect("patterns"));
    println!(
        "{:<36} {} kB, {} patterns",
        "size",
        open().counts().expect("counts").bytes / 1024,
        library.patterns().len()
    );
    ask(&library, kinds);
}
