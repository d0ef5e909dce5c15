//! `buildfix patterns test|packs|add|edit|print`: patterns that people read and write.

use crate::{CLEAN, REMAIN, engines};
use anyhow::{Context, Result, bail};
use patterns::file::{self, PatternFile, RuleBook};
use patterns::{Known, Origin, packs};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Tries the examples of files: of these, else of all under `.buildfix/patterns/`.
pub fn test(files: &[PathBuf], root: &Path) -> Result<u8> {
    let root = disk::real_path(root).with_context(|| format!("{} cannot be read", root.display()))?;
    let all = if files.is_empty() { files_of(&root) } else { files.to_vec() };
    let mut out = std::io::stdout().lock();
    if all.is_empty() {
        writeln!(
            out,
            "There are no patterns in {}; `buildfix patterns add` writes a pack there.",
            root.join(file::FOLDER).display()
        )?;
        return Ok(CLEAN);
    }
    let (mut patterns, mut examples, mut wrong) = (0, 0, 0);
    for path in &all {
        let name = path.strip_prefix(&root).unwrap_or(path).to_string_lossy().replace('\\', "/");
        let read = match read(path, &name) {
            Ok(read) => read,
            Err(why) => {
                wrong += 1;
                writeln!(out, "{why}")?;
                continue;
            }
        };
        let (count, failures) = file::test(&read);
        patterns += read.rules.len();
        examples += count;
        for rule in read.rules.iter().filter(|r| r.valid.is_empty() && !r.leave) {
            writeln!(out, "{name}:{}: `{}` has no valid example", rule.line, rule.name)?;
        }
        for failure in failures {
            wrong += 1;
            writeln!(
                out,
                "{name}:{}: `{}`, {} example: {}",
                failure.line, failure.rule, failure.example, failure.what
            )?;
        }
    }
    let (patterns, examples) = (crate::report::count(patterns, "pattern"), crate::report::count(examples, "example"));
    match wrong {
        0 => writeln!(out, "{patterns}, {examples}: all as they say.")?,
        n => writeln!(out, "{patterns}, {examples}: {n} wrong.")?,
    }
    Ok(if wrong == 0 { CLEAN } else { REMAIN })
}

fn files_of(root: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        disk::list(&root.join(file::FOLDER)).map(|(path, _)| path).filter(|p| file::stem(p).is_some()).collect();
    files.sort();
    files
}

/// The patterns that people wrote under a root; what cannot be read is said.
pub fn book(root: &Path) -> RuleBook {
    let mut rules = Vec::new();
    for path in files_of(root) {
        let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        match read(&path, &name) {
            Ok(file) => rules.extend(file.rules.into_iter().map(|r| (Origin::File(name.as_str().into()), r))),
            Err(e) => {
                let _ =
                    writeln!(std::io::stderr(), "buildfix: left out: {}", crate::terminal::plain(&format!("{e:#}")));
            }
        }
    }
    RuleBook::new(rules)
}

fn read(path: &Path, name: &str) -> Result<PatternFile> {
    let bytes = disk::read(path, disk::Kind::Settings).with_context(|| format!("{name} cannot be read"))?;
    let text =
        String::from_utf8(bytes).map_err(|_| anyhow::anyhow!("{name}:1: the file is not in UTF-8; save it so"))?;
    Ok(file::parse(name, &text)?)
}

/// Lists the packs.
pub fn list_packs() -> Result<u8> {
    let mut out = std::io::stdout().lock();
    let width = packs::all().iter().map(|p| p.title().len()).max().unwrap_or(0);
    for pack in packs::all() {
        writeln!(out, "{:width$}  {:>3} patterns  {}", pack.title(), pack.file().rules.len(), pack.pack.about)?;
    }
    for (id, pack) in packs::mined() {
        let from: Vec<String> = pack.mined_from.iter().map(|m| format!("{} ({})", m.repository, m.licence)).collect();
        writeln!(
            out,
            "{id:width$}  {:>3} patterns  {} Mined from {}; `add` turns it on for a folder.",
            pack.patterns.len(),
            pack.about,
            from.join(", ")
        )?;
    }
    writeln!(
        out,
        "Each for a library is offered where the new version is installed. `buildfix patterns add NAME` writes one into {}/, to look at and to change.",
        file::FOLDER
    )?;
    Ok(CLEAN)
}

/// Writes a pack into the workspace.
pub fn add(name: &str, root: &Path) -> Result<u8> {
    if let Some((_, mined)) = packs::mined().find(|(id, _)| *id == name) {
        let root = disk::real_path(root).with_context(|| format!("{} cannot be read", root.display()))?;
        let new = crate::engines::open_pattern_store(&root, None)?.give(&mined.patterns)?;
        let mut out = std::io::stdout().lock();
        writeln!(out, "{} of {} are new. {}", new, crate::report::count(mined.patterns.len(), "pattern"), mined.about)?;
        return Ok(CLEAN);
    }
    let Some(pack) = packs::find(name) else {
        let mined = packs::mined().map(|(id, _)| id.to_owned());
        let all: Vec<String> = packs::all().iter().map(packs::Embedded::title).chain(mined).collect();
        bail!("there is no pack {name}; there are {}", all.join(", "));
    };
    let path = write(root, pack.id, pack.text)?;
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "Wrote {}: {}. Check it in, and it is the team's.",
        path.display(),
        crate::report::count(pack.file().rules.len(), "pattern")
    )?;
    Ok(CLEAN)
}

/// Writes a new file of patterns.
fn write(root: &Path, stem: &str, text: &str) -> Result<PathBuf> {
    let root = disk::real_path(root).with_context(|| format!("{} cannot be read", root.display()))?;
    let folder = root.join(file::FOLDER);
    std::fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    if !disk::real_path(&folder).is_ok_and(|real| real.starts_with(&root)) {
        bail!("{} leads out of the workspace", folder.display());
    }
    let path = folder.join(format!("{stem}{}", file::ENDING));
    let mut file = std::fs::File::create_new(&path).with_context(|| {
        format!("{} cannot be written; if it is there already, change it or remove it", path.display())
    })?;
    file.write_all(text.as_bytes()).with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(path)
}

/// What was learned, by the beginning of its number.
fn find(ids: &[String], root: &Path, store: Option<&Path>) -> Result<Vec<std::sync::Arc<Known>>> {
    let library = engines::patterns(root, store, &[])?.library();
    let one = |id: &String| {
        let number = |k: &Known| format!("{:016x}", k.pattern.id());
        let wanted = id.trim_start_matches('#').to_ascii_lowercase();
        let mut found = library.patterns().iter().filter(|k| !wanted.is_empty() && number(k).starts_with(&wanted));
        let first =
            found.next().with_context(|| format!("there is no pattern {id}; `buildfix patterns list` lists them"))?;
        match found.next() {
            Some(_) => bail!("several patterns begin with {id}; give more of the number"),
            None => Ok(first.clone()),
        }
    };
    ids.iter().map(one).collect()
}

/// A name for what was learned.
fn name_of(known: &Known) -> String {
    format!("learned-{:08x}", known.pattern.id() >> 32)
}

/// Prints what was learned as a file.
pub fn print(ids: &[String], root: &Path, store: Option<&Path>) -> Result<u8> {
    let found = find(ids, root, store)?;
    let rules: Vec<file::Rule> = found.iter().map(|k| file::Rule::of(&k.pattern, &name_of(k))).collect();
    std::io::stdout().lock().write_all(file::print_all(&rules).as_bytes())?;
    Ok(CLEAN)
}

/// Opens a file of patterns, or what was learned as one, in the editor of the person.
pub fn edit(what: &str, root: &Path, store: Option<&Path>) -> Result<u8> {
    let named = [PathBuf::from(what), root.join(file::FOLDER).join(format!("{what}{}", file::ENDING))];
    let path = match named.into_iter().find(|p| file::stem(p).is_some() && disk::is_file(p)) {
        Some(path) => path,
        None => {
            let known = find(&[what.to_owned()], root, store)?.remove(0);
            let name = name_of(&known);
            let path = root.join(file::FOLDER).join(format!("{name}{}", file::ENDING));
            if disk::is_file(&path) { path } else { write(root, &name, &file::print(&known.pattern, &name))? }
        }
    };
    if !build::edit(&path).context("the editor cannot be started; set VISUAL or EDITOR")? {
        bail!("the editor ended with an error; {} is as it left it", path.display());
    }
    read(&path, &path.display().to_string())?;
    test(&[path], root)
}
