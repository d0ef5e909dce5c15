//! What generators write for a C# project: resources, templates, protocol buffers.

use crate::RuleContext;
use crate::causes::Cause;
use crate::causes::project::ProjectCause;
use index::Index;
use semantics::csharp::printed::{generic_name, simple_name};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What generators write for a project from files beside its sources, by the names of types and namespaces.
#[derive(Default)]
pub(super) struct Generated {
    /// Name of a type, and why it is not there.
    types: BTreeMap<String, Cause>,
    namespaces: BTreeMap<String, Cause>,
}

/// Folders and files of a project that are looked at for what generators read.
const MOST_FOLDERS: usize = 2_000;
const MOST_INPUTS: usize = 500;

impl Generated {
    pub(super) fn of(index: &Index, project: &Path) -> Self {
        let mut out = Self::default();
        let Some(root) = project.parent() else { return out };
        let system = index.system();
        let mut folders: BTreeSet<&Path> =
            index.files().filter(|f| f.starts_with(root)).filter_map(|f| f.parent()).take(100_000).collect();
        folders.insert(root);
        let mut inputs: Vec<PathBuf> = Vec::new();
        let mut listed: BTreeSet<PathBuf> = BTreeSet::new();
        for folder in folders.into_iter().take(MOST_FOLDERS) {
            // Files that generators read often have a folder of their own.
            for folder in ["", "Protos", "protos", "Properties", "Resources"].map(|sub| folder.join(sub)) {
                if listed.insert(folder.clone()) {
                    let of_generator = |p: &PathBuf| {
                        p.extension().is_some_and(|e| ["proto", "resx", "tt"].iter().any(|k| e.eq_ignore_ascii_case(k)))
                    };
                    inputs.extend(system.list(&folder).into_iter().filter(of_generator));
                }
            }
        }
        inputs.sort();
        let name = project.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
        for input in inputs.into_iter().take(MOST_INPUTS) {
            let Some(stem) = input.file_stem().and_then(|s| s.to_str()) else { continue };
            let shown = input.strip_prefix(root).unwrap_or(&input).to_string_lossy().replace('\\', "/");
            let told = |advice: String| {
                let what = format!("what is generated from '{shown}' of {{project}} is missing");
                Cause::Project(ProjectCause::new(Some(name), what, advice))
            };
            match input.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase().as_str() {
                // `Strings.de.resx` has no class of its own.
                "resx" if !stem.contains('.') => {
                    let file = format!("{stem}.Designer.cs");
                    let advice = format!("bring '{file}' back (`git checkout`), or let the designer write it again");
                    out.types.insert(stem.to_owned(), told(advice));
                }
                "tt" => {
                    out.types.insert(
                        stem.to_owned(),
                        told(format!("run `t4 {shown}` (`dotnet tool install -g dotnet-t4`)")),
                    );
                }
                "proto" => {
                    let text = system.read(&input).ok().and_then(|bytes| text::SourceText::decode(&bytes));
                    let Some(text) = text else { continue };
                    let cause = told(Self::about_proto(index, project, &input, &shown));
                    for line in text.text.lines().map(str::trim_start) {
                        let mut words = line.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.')));
                        match (words.next(), words.next()) {
                            (Some("service" | "message" | "enum"), Some(name)) if !name.is_empty() => {
                                out.types.insert(name.to_owned(), cause.clone());
                            }
                            (Some("option"), Some("csharp_namespace")) => {
                                if let Some(namespace) = line.split('"').nth(1) {
                                    out.namespaces.insert(namespace.to_owned(), cause.clone());
                                }
                            }
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        out
    }

    /// What lets the build generate code from a `.proto` file.
    fn about_proto(index: &Index, project: &Path, input: &Path, shown: &str) -> String {
        let file = index.csharp().project_file(project);
        let listed = file.items("Protobuf").iter().any(|i| i.path() == input || i.include.contains('*'));
        let has = |id: &str| file.items("PackageReference").iter().any(|p| p.include.eq_ignore_ascii_case(id));
        if !listed {
            format!("add <Protobuf Include=\"{}\" /> to the project", shown.replace('/', "\\"))
        } else if !has("Grpc.AspNetCore") && !has("Grpc.Tools") && !has("Grpc.AspNetCore.Server") {
            "run `dotnet add package Grpc.AspNetCore`, or Grpc.Tools for a client".to_owned()
        } else {
            "build again, and repair what protoc reports".to_owned()
        }
    }

    pub(super) fn of_namespace(&self, namespace: &str) -> Option<Cause> {
        self.namespaces.get(namespace).cloned()
    }

    /// The cause of a missing name.
    pub(super) fn of_name(&self, ctx: &RuleContext<'_>) -> Option<Cause> {
        let name = simple_name(generic_name(ctx.argument(0)?));
        // `Greeter.GreeterBase`, `Greeter.GreeterClient`
        let of_service = ["Base", "Client"].iter().find_map(|end| self.types.get(name.strip_suffix(end)?));
        self.types.get(name).or(of_service).cloned()
    }
}
