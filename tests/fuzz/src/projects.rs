//! Project files: `.csproj`, `Directory.Build.props`, `project.assets.json`, `tsconfig.json`, `package.json`, `.editorconfig`, whatever
//! else lies in a tree of files.

use crate::pack::unpack;
use index::{Index, MemorySystem};
use semantics::Semantics;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The sources that the questions are about, where the input has none of its own.
const SOURCES: [(&str, &str); 3] = [
    ("src/A.cs", "using System;\nclass A { System.Text.Json.JsonElement e; }\n"),
    ("src/a.ts", "import { b } from './b';\nimport x from 'pkg';\nexport const a = b;\n"),
    ("src/b.ts", "export const b = 1;\n"),
];

/// Asserts that the projects are found out, whatever the files hold, and that it is the same each time. Returns how much is
/// known.
pub fn check(bytes: &[u8]) -> usize {
    let Some(mut files) = unpack(bytes) else { return 0 };
    for (name, text) in SOURCES {
        files.entry(name.into()).or_insert_with(|| text.into());
    }
    let answers_now = answers(&files);
    assert_eq!(answers_now, answers(&files));
    answers_now.len()
}

/// All that is asked of project files, as text.
fn answers(files: &BTreeMap<PathBuf, Vec<u8>>) -> String {
    let root = Path::new("/w");
    let system = MemorySystem::new(files.iter().map(|(path, bytes)| (root.join(path), bytes.clone())));
    let index = Index::open(Arc::new(system), vec![root.to_owned()]);
    let mut out = String::new();
    let mut say = |what: &dyn std::fmt::Debug| writeln!(out, "{what:?}").expect("text can be written");
    let csharp = index.csharp();
    say(&csharp.projects());
    say(&csharp.packages());
    for path in files.keys().map(|p| root.join(p)) {
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        match extension {
            "cs" => {
                say(&csharp.project(&path));
                say(&csharp.is_compiled(&path, "NET8_0_OR_GREATER && !DEBUG || X"));
                say(&csharp.namespaces_in_scope(&path, 0));
                for namespace in ["System", "System.Text.Json", "Newtonsoft.Json"] {
                    say(&csharp.reaches_namespace(namespace, &path));
                }
            }
            "ts" | "tsx" => {
                let typescript = index.typescript();
                let project = typescript.project(&path);
                say(&project);
                for option in ["strict", "noUnusedLocals", "esModuleInterop", "allowSyntheticDefaultImports"] {
                    say(&project.flag(option));
                }
                say(&(project.target(), project.module(), project.module_resolution(), project.is_node_esm()));
                say(&[project.folder("outDir"), project.folder("rootDir"), typescript.workspace_package_folder("pkg")]);
                for specifier in ["./b", "pkg", "pkg/sub", "#x", "@/b", "../../..", ""] {
                    say(&typescript.resolve_module(&path, specifier));
                }
            }
            _ => continue,
        }
        if let Some(source) = index.source(&path) {
            let semantics = Semantics::new(&index, &source);
            for name in ["indent_style", "csharp_new_line_before_open_brace", "dotnet_sort_system_directives_first"] {
                say(&codegen::editorconfig::property(&semantics, name));
            }
        }
    }
    out
}
