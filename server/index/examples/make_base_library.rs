//! Packs the public types of assemblies into a built-in table: `make_base_library OUT.bin DIR-OR-DLL...`, or
//! `make_base_library OUT.bin @LIST DIR` where LIST names one file of DIR a line.

use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let out = arguments.next().ok_or("usage: make_base_library OUT.bin (@LIST DIR | DIR-OR-DLL...)")?;
    let rest: Vec<PathBuf> = arguments.collect();
    let mut files = Vec::new();
    let list = rest.first().and_then(|p| p.to_str()).and_then(|p| p.strip_prefix('@'));
    if let Some(list) = list {
        let dir = rest.get(1).ok_or("a folder is missing after @LIST")?;
        files.extend(std::fs::read_to_string(list)?.lines().map(|name| dir.join(name.trim())));
    } else {
        for path in rest {
            if path.is_dir() {
                files.extend(std::fs::read_dir(path)?.flatten().map(|e| e.path()));
            } else {
                files.push(path);
            }
        }
    }
    files.retain(|p| p.extension().is_some_and(|e| e == "dll"));
    files.sort();
    let assemblies = files.iter().map(std::fs::read).collect::<Result<Vec<_>, _>>()?;
    let packed = index::dotnet::pack_assemblies(&assemblies, true).ok_or("no managed assembly among them")?;
    let table = index::dotnet::Table::open(packed.clone().into()).ok_or("the table can't be read back")?;
    println!("{} assemblies, {} types, {} bytes", files.len(), table.types().len(), packed.len());
    Ok(std::fs::write(out, packed)?)
}
