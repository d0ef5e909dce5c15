//! Prints what differed before in a folder, and how long it took to find out: `cargo run -p changes --example before FOLDER [REVISION]`. With a folder
//! as a third argument, also what is kept there of a green build.

use changes::sources::{Git, Green};
use changes::{Before, Past};
use index::{Index, OsSystem};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

fn main() {
    let mut arguments = std::env::args_os().skip(1);
    let root = PathBuf::from(arguments.next().expect("a folder")).canonicalize().expect("it exists");
    let revision = arguments.next().map(|r| r.to_string_lossy().into_owned());
    let start = Instant::now();
    let index = Index::open(Arc::new(OsSystem::default()), vec![root]);
    println!("{:?} index of {} files", start.elapsed(), index.files().count());
    if let Some(state) = arguments.next().map(PathBuf::from) {
        let declarations: usize = index.files().filter_map(|p| Some(index.outline(p)?.declarations.len())).sum();
        let green = Green::new(move |_| Some(state.clone()));
        for _ in 0..2 {
            let start = Instant::now();
            let kept = green.record(&index)();
            println!("{:?} {kept:?} of {declarations} declarations", start.elapsed());
        }
        let start = Instant::now();
        println!("{} differ, {:?}", green.texts(&index).files.len(), start.elapsed());
    }
    let source = revision.map_or_else(Git::head, Git::since);
    let start = Instant::now();
    let stamp = source.stamp(&index);
    println!("{:?} stamp {stamp:?}", start.elapsed());
    for _ in 0..3 {
        let start = Instant::now();
        let texts = source.texts(&index);
        println!(
            "{:?} {}: {} files differ, {} renamed",
            start.elapsed(),
            source.name(),
            texts.files.len(),
            texts.renamed.len()
        );
    }
    let texts = source.texts(&index);
    for (path, text) in texts.files.iter().take(20) {
        println!("  {} {}", path.display(), text.as_ref().map_or(0, |t| t.len()));
    }
    for (then, now) in texts.renamed.iter().take(20) {
        println!("  {} -> {}", then.display(), now.display());
    }
    let start = Instant::now();
    let past = Past::open(&index, source.name(), texts);
    println!("{:?} opened", start.elapsed());
    std::mem::forget((past, index));
}
