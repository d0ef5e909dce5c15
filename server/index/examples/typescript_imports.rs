//! Measures the TypeScript index on real code: does every relative import resolve, is each imported name found by
//! `exports_named`, and does `module_specifiers` give the specifiers that the code has?
//!
//! `cargo run -p index --example typescript_imports -- FOLDER...` (`-v` prints the misses)

use index::{ImportKind, Index, OsSystem};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

#[derive(Default)]
struct Count(usize, usize);

impl Count {
    fn add(&mut self, good: bool) {
        self.0 += usize::from(good);
        self.1 += 1;
    }
    fn show(&self) -> String {
        format!("{}/{} = {:.2} %", self.0, self.1, 100.0 * self.0 as f64 / self.1.max(1) as f64)
    }
}

fn main() {
    let mut verbose = false;
    for argument in std::env::args().skip(1) {
        if argument == "-v" {
            verbose = true;
            continue;
        }
        let root = PathBuf::from(&argument);
        let root = root.canonicalize().unwrap_or(root);
        let start = Instant::now();
        let index = Index::open(Arc::new(OsSystem::default()), vec![root.clone()]);
        let ts = index.typescript();
        let _ = ts.exports_named("any name builds the table");
        let built = start.elapsed();
        let files: Vec<Arc<Path>> = index
            .files()
            .filter(|p| syntax::Language::of_path(p).is_some_and(|l| l.family() == syntax::LanguageFamily::TYPESCRIPT))
            .cloned()
            .collect();
        let (mut resolved, mut packages, mut named, mut spelled, mut listed) =
            (Count::default(), Count::default(), Count::default(), Count::default(), Count::default());
        let miss = |what: &str, file: &Path, text: String| {
            if verbose {
                println!("{what} {}: {text}", file.strip_prefix(&root).unwrap_or(file).display());
            }
        };
        for file in &files {
            let Some(outline) = index.outline(file) else { continue };
            for import in outline.imports.iter().filter(|i| !i.target.is_empty() && i.kind != ImportKind::Require) {
                let specifier = import.target.as_str();
                let relative = specifier.starts_with('.');
                let target = ts.resolve_module(file, specifier);
                let count = if relative { &mut resolved } else { &mut packages };
                count.add(target.is_some());
                let Some(target) = target else {
                    miss("unresolved", file, specifier.to_owned());
                    continue;
                };
                if syntax::Language::of_path(&target).is_none_or(|l| l.family() != syntax::LanguageFamily::TYPESCRIPT) {
                    continue;
                }
                for name in import.names.iter().filter(|n| n.name != "*" && n.name != "default") {
                    let found = ts.exports_named(&name.name).iter().any(|e| e.module == target);
                    named.add(found);
                    if !found {
                        miss("not exported", file, format!("{} of {specifier}", name.name));
                    }
                }
                let best = ts.module_specifiers_without(file, &target, specifier);
                let good = best.first().is_some_and(|b| b == specifier);
                spelled.add(good);
                listed.add(best.iter().any(|b| b == specifier));
                if !good {
                    miss("spelled", file, format!("{specifier}, guessed {best:?}"));
                }
            }
        }
        println!(
            "{}: {} files, built in {built:.2?}, all in {:.2?}\n  relative resolved {}\n  other resolved {}\n  \
             names found {}\n  best specifier as written {}\n  written one among those offered {}",
            root.display(),
            files.len(),
            start.elapsed(),
            resolved.show(),
            packages.show(),
            named.show(),
            spelled.show(),
            listed.show()
        );
    }
}
