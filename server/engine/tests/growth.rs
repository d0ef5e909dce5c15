//! What a plan costs grows as its input does. Four times as many diagnostics may cost five times as much: bytes parsed, diagnostics looked at and
//! memory asked for are counted, and no time is measured.

mod workspace;

use engine::{CancelToken, Outcome, Plan, PlanOptions, silent};
use std::alloc::{GlobalAlloc, Layout, System};
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use workspace::{Workspace, entries};

/// Counts what is asked for.
struct Counting;

static ALLOCATED: AtomicU64 = AtomicU64::new(0);

#[allow(unsafe_code, reason = "a global allocator")]
// SAFETY: every call is passed on unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATED.fetch_add(layout.size() as u64, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        unsafe { System.dealloc(at, layout) }
    }
    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATED.fetch_add(size as u64, Ordering::Relaxed);
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The counters are the process's: one test at a time.
static ALONE: Mutex<()> = Mutex::new(());

/// Files, and what a compiler says of them.
#[derive(Default)]
struct Input {
    files: Vec<(String, String)>,
    log: String,
}

impl Input {
    fn file(mut self, name: &str, text: impl Into<String>) -> Self {
        self.files.push((name.to_owned(), text.into()));
        self
    }

    /// `text` without its marks `‹CODE: message›`, which are diagnostics at their places.
    fn marked(mut self, name: &str, text: &str) -> Self {
        let (mut out, mut line, mut column) = (String::new(), 1, 1);
        let mut rest = text;
        while !rest.is_empty() {
            let end = rest.find(['‹', '\n']).unwrap_or(rest.len());
            out.push_str(&rest[..end]);
            column += end;
            rest = &rest[end..];
            if let Some(mark) = rest.strip_prefix('‹') {
                let close = mark.find('›').expect("a mark ends");
                writeln!(self.log, "{name}({line},{column}): error {}", &mark[..close]).expect("a string");
                rest = &mark[close + '›'.len_utf8()..];
            } else if let Some(after) = rest.strip_prefix('\n') {
                out.push('\n');
                (line, column, rest) = (line + 1, 1, after);
            }
        }
        self.files.push((name.to_owned(), out));
        self
    }
}

/// What is counted.
const ALL: &[&str] = &["bytes parsed", "diagnostics looked at", "bytes allocated"];

type Cost = [u64; 3];

fn cost() -> Cost {
    [syntax::parsed_bytes(), fix::diagnostics_looked_at(), ALLOCATED.load(Ordering::Relaxed)]
}

fn planned(input: &Input, options: &PlanOptions) -> (Plan, Cost) {
    let files: Vec<(&str, &str)> = input.files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let workspace = Workspace::new(&files);
    let mut session = workspace.session();
    let before = cost();
    let entries = entries(&session, &input.log);
    let plan = session.plan(entries, options, &CancelToken::new(), &silent);
    let after = cost();
    (plan, std::array::from_fn(|i| after[i] - before[i]))
}

/// Plans what `make` makes of `n` and of `4 * n`, after the libraries are read.
fn grows(n: usize, make: impl Fn(usize) -> Input, options: &PlanOptions, what: &[&str], check: impl Fn(usize, &Plan)) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    planned(&make(10), options);
    let (plan, one) = planned(&make(n), options);
    check(n, &plan);
    let (plan, four) = planned(&make(4 * n), options);
    check(4 * n, &plan);
    for (what, (one, four)) in what.iter().zip(one.into_iter().zip(four)) {
        // What is asked once and for all counts as little.
        assert!(four <= 5 * one.max(n as u64), "{what}: {one} at {n}, {four} at {}", 4 * n);
    }
}

fn count(plan: &Plan, outcome: Outcome) -> usize {
    plan.entries.iter().filter(|e| e.outcome == outcome).count()
}

fn safe() -> PlanOptions {
    // On one thread: two may find out the same at the same time, and count it twice.
    PlanOptions { judge: true, jobs: 1, ..PlanOptions::default() }
}

#[test]
fn missing_semicolons_of_one_file() {
    let make = |n: usize| {
        let mut text = "using System;\n\npublic class Stock\n{\n".to_owned();
        for i in 0..n {
            write!(
                text,
                "    public int Count{i}(int first)\n    {{\n        int sum = first + {i}‹CS1002: ; expected›\n        Console.WriteLine(sum);\n        return sum;\n    }}\n\n"
            )
            .expect("a string");
        }
        Input::default().marked("Stock.cs", &(text + "}\n"))
    };
    grows(40, make, &safe(), ALL, |n, plan| {
        let without = plan.entries.iter().find(|e| e.fix.is_none());
        assert!(plan.entries.len() == n && without.is_none(), "{without:?}");
    });
}

#[test]
fn missing_tokens_at_the_top_of_one_file() {
    let make = |n: usize| {
        let mut text = String::new();
        for i in 0..n {
            match i % 2 {
                0 => writeln!(text, "console.log(Math.max({i}, 1)‹TS1005: ')' expected.›;"),
                _ => writeln!(text, "const pair{i} = [{i} ‹TS1005: ',' expected.›1];"),
            }
            .expect("a string");
        }
        Input::default().file("tsconfig.json", "{}").marked("stock.ts", &text)
    };
    grows(40, make, &safe(), ALL, |n, plan| {
        let other = plan.entries.iter().find(|e| e.outcome != Outcome::Offered);
        assert_eq!(count(plan, Outcome::Offered), n, "not safe beside other faults: {other:?}");
    });
}

#[test]
fn types_without_their_directive_over_many_files() {
    let make = |n: usize| {
        let mut input = Input::default();
        for f in 0..n / 10 {
            let name = format!("Items/Item{f}.cs");
            input =
                input.file(&name, format!("namespace Shop.Area{}\n{{\n    public class Item{f} {{ }}\n}}\n", f % 7));
            let mut text = format!("namespace Shop.Users\n{{\n    public class User{f}\n    {{\n");
            for k in 0..10 {
                let item = (f * 31 + k * 7) % (n / 10);
                let message = "could not be found (are you missing a using directive or an assembly reference?)";
                writeln!(
                    text,
                    "        public ‹CS0246: The type or namespace name 'Item{item}' {message}›Item{item} Field{k};"
                )
                .expect("a string");
            }
            input = input.marked(&format!("Users/User{f}.cs"), &(text + "    }\n}\n"));
        }
        input
    };
    grows(200, make, &safe(), ALL, |n, plan| assert_eq!(count(plan, Outcome::Fixed), n));
}

/// Methods with unknown names, ten a class.
fn unknown_names(n: usize) -> String {
    let mut text = String::new();
    for i in 0..n {
        let message = "does not exist in the current context";
        if i % 10 == 0 {
            writeln!(text, "class Stock{i}\n{{").expect("a string");
        }
        writeln!(text, "    int M{i}() {{ return ‹CS0103: The name 'n{i}' {message}›n{i}; }}").expect("a string");
        if i % 10 == 9 || i + 1 == n {
            text.push_str("}\n");
        }
    }
    text
}

#[test]
fn unknown_names_of_one_file() {
    let make = |n: usize| Input::default().marked("Stock.cs", &unknown_names(n));
    // Names in scope are compared one by one: what that asks for grows with the types of the file.
    grows(60, make, &safe(), &ALL[..2], |n, plan| assert_eq!(plan.entries.len(), n));
}

#[test]
fn wrong_names_of_a_module_with_many_exports() {
    let make = |n: usize| {
        let names: String = (0..n).map(|i| format!("export const stockItem{i}Count = {i};\n")).collect();
        let mut text = String::new();
        for k in 0..30 {
            let i = k * 7 % n;
            let message = format!("Module '\"./names\"' has no exported member 'stockItm{i}Count'.");
            writeln!(text, "import {{ ‹TS2305: {message}›stockItm{i}Count }} from './names';").expect("a string");
            writeln!(text, "console.log(‹TS2304: Cannot find name 'stockItem{i}Count'.›stockItem{i}Count);")
                .expect("a string");
        }
        Input::default().file("tsconfig.json", "{}").file("names.ts", names).marked("user.ts", &text)
    };
    grows(400, make, &safe(), ALL, |_, plan| assert_eq!(plan.entries.len(), 60));
}

/// Once it is cancelled, a plan asks for nothing more.
#[test]
fn a_cancelled_plan_takes_no_further_steps() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let input = Input::default().marked("Stock.cs", &unknown_names(500));
    let workspace = Workspace::new(&[("Stock.cs", &input.files[0].1)]);
    let mut session = workspace.session();
    let loaded = entries(&session, &input.log);
    let cancel = CancelToken::new();
    // At the first sign of progress.
    let plan = session.plan(loaded, &safe(), &cancel, &|_| cancel.cancel());
    assert!(plan.cancelled && plan.files.is_empty());
    // Only what was begun then was looked at.
    let looked_at = plan.entries.iter().filter(|e| e.reason != Some(engine::Reason::Cancelled)).count();
    assert!((1..250).contains(&looked_at), "{looked_at} of 500");
    // Placing, too.
    let before = cost();
    let loaded = session.load_unless(diagnostics::read(input.log.as_bytes()).diagnostics, &Default::default(), &cancel);
    assert!(loaded.iter().all(|e| e.place.is_none()));
    assert_eq!(cost()[0], before[0], "nothing was parsed");
    let opened = engine::Workspace::open_unless(std::slice::from_ref(&workspace.root), Default::default(), &cancel);
    assert!(matches!(opened, Err(engine::OpenError::Cancelled)));
}
