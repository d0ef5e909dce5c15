//! Time and memory of opening an index: `INDEX_BENCH_ROOT=folder cargo bench -p index`.
//!
//! Prints figures. The cold run starts with an empty cache folder, the warm runs use the cache that it wrote.

use index::{Index, OsSystem};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// Peak resident memory of this process, where the system reports it (Linux).
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.map_or_else(|| "unknown".into(), |l| l.trim().to_string())
}

fn timed<T>(what: &str, run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let value = run();
    println!("{what:<44} {:>10.2} ms   peak {}", start.elapsed().as_secs_f64() * 1e3, peak());
    value
}

fn open(root: &Path) -> Index {
    Index::open(Arc::new(OsSystem::default()), vec![root.to_path_buf()])
}

fn main() {
    let Some(root) = std::env::var_os("INDEX_BENCH_ROOT").map(PathBuf::from) else {
        println!("INDEX_BENCH_ROOT names no folder: nothing is measured");
        return;
    };
    // `INDEX_BENCH_PHASE=cold|warm` measures one phase alone, so that each has its own peak.
    let phase = std::env::var("INDEX_BENCH_PHASE").unwrap_or_default();
    if phase != "warm" {
        drop(timed("open, cold (and cache written)", || open(&root)));
    }
    if phase == "cold" {
        return;
    }
    let mut index = timed("open, warm", || open(&root));
    let cs = index.csharp();
    timed("first symbol table", || cs.types_named("Dictionary"));
    let names = ["List", "Matrix", "Vector", "Tensor", "IEnumerable", "Task", "ILogger"];
    timed("types_named, 7 names", || names.map(|n| cs.types_named(n).len()));
    timed("extension_methods_named(Select)", || cs.extension_methods_named("Select").len());
    let sources: Vec<Arc<Path>> =
        index.files().filter(|p| p.extension().is_some_and(|e| e == "cs")).step_by(10).take(100).cloned().collect();
    timed("enclosing_type in 100 files (parses them)", || {
        sources.iter().filter(|p| cs.enclosing_type(p, 2000).is_some()).count()
    });
    timed("the same, trees kept", || sources.iter().filter(|p| cs.enclosing_type(p, 2000).is_some()).count());
    timed("resolve List<int> at 100 places", || {
        sources.iter().filter(|p| cs.resolve("List<int>", p, 2000).is_some()).count()
    });
    timed("resolve an unknown name at 100 places", || {
        sources.iter().filter(|p| cs.resolve("Nowhere", p, 2000).is_some()).count()
    });
    let types: Vec<_> = sources.iter().filter_map(|p| cs.enclosing_type(p, 2000)).collect();
    let members = timed(&format!("all_members of {} types", types.len()), || {
        types.iter().map(|t| cs.all_members(t, "").len()).sum::<usize>()
    });
    println!("{members} members");
    let Some(path) = sources.first().cloned() else { return };
    let text = index.text(&path).unwrap_or_default();
    index.set_text(&path, Some(format!("{text}\n// edited\n").into()));
    timed("first answer after an edit in a body", || index.csharp().types_named("List").len());
    index.set_text(&path, Some(format!("{text}\nclass Fresh {{ }}\n").into()));
    timed("first answer after a new type", || index.csharp().types_named("Fresh").len());
}
