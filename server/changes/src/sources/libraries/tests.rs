use super::*;
use crate::Past;
use crate::sources::Folder;
use index::{Index, OsSystem, Stamp, System};
use std::io;
use std::sync::Arc;

/// This machine, with a home of its own.
struct Machine {
    system: OsSystem,
    home: PathBuf,
}

impl System for Machine {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.system.read(path)
    }
    fn walk(&self, root: &Path) -> Vec<PathBuf> {
        self.system.walk(root)
    }
    fn is_file(&self, path: &Path) -> bool {
        self.system.is_file(path)
    }
    fn real_path(&self, path: &Path) -> PathBuf {
        self.system.real_path(path)
    }
    fn stamp(&self, path: &Path) -> Option<Stamp> {
        self.system.stamp(path)
    }
    fn list(&self, folder: &Path) -> Vec<PathBuf> {
        self.system.list(folder)
    }
    fn variable(&self, name: &str) -> Option<String> {
        (name == "HOME").then(|| self.home.to_str().unwrap().to_owned())
    }
    fn cache_dir(&self) -> Option<PathBuf> {
        None
    }
    fn write_cache(&self, path: &Path, bytes: &[u8]) {
        self.system.write_cache(path, bytes);
    }
}

struct Tree(tempfile::TempDir);

impl Tree {
    fn new(files: &[(&str, &str)]) -> Self {
        let tree = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            tree.write(path, text);
        }
        tree
    }
    fn at(&self, path: &str) -> PathBuf {
        self.0.path().canonicalize().unwrap().join(path)
    }
    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.at(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    fn open(&self) -> Index {
        let system = Machine { system: OsSystem::default(), home: self.at("home") };
        Index::open(Arc::new(system), vec![self.at("now")])
    }
    fn libraries(&self, old: Option<&str>) -> Libraries {
        let before: Vec<Box<dyn Before>> = vec![Box::new(Folder::new(self.at("then")))];
        Libraries::new(if old.is_some() { Vec::new() } else { before }, old.map(|old| self.at(old)))
    }
}

const THEN: &[(&str, &str)] = &[
    ("package.json", r#"{"name": "lib", "version": "1.0.0", "types": "main.d.ts"}"#),
    ("main.d.ts", "export * from './parse';\nexport declare const version: string;\n"),
    ("parse.d.ts", "export declare function parseFilter(text: string): number;\n"),
    ("main.js", "code"),
];
const USE: &str = "import { parseFilter } from 'lib';\nparseFilter('a');\n";

/// A workspace with version 2 of a library installed at `installed`, and with version 1 before.
fn upgraded(installed: &str) -> Tree {
    Tree::new(&[
        ("now/package.json", r#"{"name": "w", "version": "1.0.0", "dependencies": {"lib": "^2.0.0"}}"#),
        ("now/use.ts", USE),
        ("then/package.json", r#"{"name": "w", "version": "1.0.0", "dependencies": {"lib": "^1.0.0"}}"#),
        ("then/use.ts", USE),
        (&format!("{installed}/package.json"), r#"{"name": "lib", "version": "2.0.0", "types": "index.d.ts"}"#),
        (&format!("{installed}/index.d.ts"), "export declare function parseValue(text: string): number;\n"),
    ])
}

/// What the import of the library is resolved to, and what is declared there.
fn names(index: &Index, from: &Path) -> Vec<String> {
    let Some(found) = index.typescript().resolve_module(from, "lib") else { return Vec::new() };
    let file = found.file_name().unwrap().to_str().unwrap().to_owned();
    let mut exports: Vec<String> =
        index.typescript().exports_of_specifier(from, "lib").iter().map(|e| e.name.to_string()).collect();
    exports.sort();
    [file].into_iter().chain(exports).collect()
}

/// Asserts that the past has version 1 where the present has version 2.
#[track_caller]
fn check(tree: &Tree, libraries: &Libraries) {
    let index = tree.open();
    assert!(libraries.stamp(&index).is_some());
    let texts = libraries.texts(&index);
    let versions: Vec<_> = texts.libraries.iter().map(|l| (l.name.as_str(), l.then.as_str(), l.now.as_str())).collect();
    assert_eq!(versions, [("lib", "1.0.0", "2.0.0")]);
    let past = Past::open(&index, libraries.name(), texts);
    let user = tree.at("now/use.ts");
    assert_eq!(names(&past.index, &user), ["main.d.ts", "parseFilter", "version"]);
    assert_eq!(names(&index, &user), ["index.d.ts", "parseValue"]);
    assert!(libraries.stamp(&index).is_some());
}

const LOCK: &str =
    r#"{"lockfileVersion": 3, "packages": {"node_modules/lib": {"version": "1.0.0", "integrity": "INTEGRITY"}}}"#;

fn sha512(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha512};
    Sha512::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

#[test]
fn an_old_version_in_the_cache_of_npm() {
    let tree = upgraded("now/node_modules/lib");
    let archive = super::archives::tests::make_tarball(THEN);
    let hash = sha512(&archive);
    let integrity = npm::integrity_of_hex(&hash);
    let content = format!("home/.npm/_cacache/content-v2/sha512/{}/{}/{}", &hash[..2], &hash[2..4], &hash[4..]);
    tree.write(&content, &archive);
    // By the list of versions.
    tree.write("then/package-lock.json", LOCK.replace("INTEGRITY", &integrity));
    tree.write("now/package-lock.json", LOCK.replace("1.0.0", "2.0.0"));
    check(&tree, &tree.libraries(None));
    // By the range in package.json, and npm's index.
    std::fs::remove_file(tree.at("then/package-lock.json")).unwrap();
    let libraries = tree.libraries(None);
    assert!(libraries.texts(&tree.open()).files.is_empty());
    assert_eq!(libraries.stamp(&tree.open()), None, "nothing was found, and nothing is looked for again");
    let key = "make-fetch-happen:request-cache:https://registry.npmjs.org/lib/-/lib-1.0.0.tgz";
    let bucket = text::ContentHash::of(key.as_bytes()).to_hex();
    let line = format!("\nabc\t{{\"key\":\"{key}\",\"integrity\":\"{integrity}\",\"time\":1}}\n");
    tree.write(&format!("home/.npm/_cacache/index-v5/{}/{}/{}", &bucket[..2], &bucket[2..4], &bucket[4..]), line);
    check(&tree, &tree.libraries(None));
    // Another archive than it was: not the version that was asked for.
    tree.write(
        &content,
        super::archives::tests::make_tarball(&[
            ("package.json", r#"{"name": "lib", "version": "1.5.0"}"#),
            ("main.d.ts", "x"),
        ]),
    );
    assert!(tree.libraries(None).texts(&tree.open()).files.is_empty());
}

#[cfg(unix)]
#[test]
fn old_versions_that_pnpm_left_or_stored() {
    let tree = upgraded("now/node_modules/.pnpm/lib@2.0.0/node_modules/lib");
    std::os::unix::fs::symlink(".pnpm/lib@2.0.0/node_modules/lib", tree.at("now/node_modules/lib")).unwrap();
    let list = |version: &str, integrity: &str| {
        format!(
            "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      lib:\n        specifier: ^1.0.0\n        version: {version}\npackages:\n  lib@{version}:\n    resolution: {{integrity: {integrity}}}\n"
        )
    };
    let integrity = npm::integrity_of_hex(&sha512(b"archive"));
    tree.write("then/pnpm-lock.yaml", list("1.0.0", &integrity));
    tree.write("now/pnpm-lock.yaml", list("2.0.0", "sha512-x"));
    assert!(tree.libraries(None).texts(&tree.open()).files.is_empty());
    // In the store: a list of files by the hash of the archive, in both forms.
    let hash = sha512(b"archive");
    let mut files = String::new();
    for (name, text) in THEN {
        let hash = sha512(text.as_bytes());
        tree.write(&format!("home/.local/share/pnpm/store/v10/files/{}/{}", &hash[..2], &hash[2..]), text);
        files += &format!(
            "{}\"{name}\": {{\"integrity\": \"{}\", \"size\": 1}}",
            if files.is_empty() { "" } else { "," },
            npm::integrity_of_hex(&hash)
        );
    }
    let list = format!("{{\"name\": \"lib\", \"files\": {{{files}}}}}");
    let newer = format!("home/.local/share/pnpm/store/v10/index/{}/{}-lib@1.0.0.json", &hash[..2], &hash[2..64]);
    tree.write(&newer, &list);
    check(&tree, &tree.libraries(None));
    std::fs::remove_file(tree.at(&newer)).unwrap();
    tree.write(&format!("home/.local/share/pnpm/store/v10/files/{}/{}-index.json", &hash[..2], &hash[2..]), &list);
    check(&tree, &tree.libraries(None));
    std::fs::remove_dir_all(tree.at("home")).unwrap();
    for (name, text) in THEN {
        tree.write(&format!("now/node_modules/.pnpm/lib@1.0.0/node_modules/lib/{name}"), text);
    }
    check(&tree, &tree.libraries(None));
}

#[test]
fn old_versions_in_the_caches_of_yarn() {
    let tree = upgraded("now/node_modules/lib");
    tree.write("then/yarn.lock", "lib@^1.0.0:\n  version \"1.0.0\"\n");
    tree.write("now/yarn.lock", "lib@^2.0.0:\n  version \"2.0.0\"\n");
    let in_zip: Vec<(String, &str)> = THEN.iter().map(|(n, t)| (format!("node_modules/lib/{n}"), *t)).collect();
    let in_zip: Vec<(&str, &str)> = in_zip.iter().map(|(n, t)| (n.as_str(), *t)).collect();
    tree.write("now/.yarn/cache/lib-npm-1.0.0-0123456789-10c0.zip", super::archives::tests::make_zip(&in_zip));
    check(&tree, &tree.libraries(None));
    std::fs::remove_dir_all(tree.at("now/.yarn")).unwrap();
    for (name, text) in THEN {
        tree.write(&format!("home/.cache/yarn/v6/npm-lib-1.0.0-abc-integrity/node_modules/lib/{name}"), text);
    }
    check(&tree, &tree.libraries(None));
}

#[test]
fn an_old_version_in_a_folder_that_was_named() {
    for place in [
        "old",
        "old/lib",
        "old/lib-old",
        "old/node_modules/lib",
        "old/node_modules/lib-old",
        "now/node_modules/lib-old",
    ] {
        let tree = upgraded("now/node_modules/lib");
        for (name, text) in THEN {
            tree.write(&format!("{place}/{name}"), text);
        }
        let named = if place.starts_with("now") { "now/node_modules" } else { "old" };
        check(&tree, &tree.libraries(Some(named)));
    }
    let tree = upgraded("now/node_modules/lib");
    // Nothing that others link to is read, and nothing without an end.
    tree.write("old/lib/package.json", THEN[0].1);
    tree.write("old/lib/main.d.ts", THEN[1].1);
    tree.write("secret.d.ts", "secret");
    #[cfg(unix)]
    std::os::unix::fs::symlink(tree.at("secret.d.ts"), tree.at("old/lib/parse.d.ts")).unwrap();
    let texts = tree.libraries(Some("old")).texts(&tree.open());
    assert!(texts.files.values().flatten().all(|text| !text.contains("secret")));
    assert_eq!(texts.files.len(), 3);
}

#[test]
fn what_is_installed_still_is_no_change() {
    let tree = upgraded("now/node_modules/lib");
    for (name, text) in THEN {
        tree.write(&format!("now/node_modules/lib/{name}"), text);
        tree.write(&format!("old/{name}"), text);
    }
    assert!(tree.libraries(None).texts(&tree.open()).libraries.is_empty());
    assert!(tree.libraries(Some("old")).texts(&tree.open()).libraries.is_empty());
}

/// An assembly with `Fixture.Base` and others.
const ASSEMBLY: &[u8] = include_bytes!("../../../../dotnet-metadata/fixture/Fixture.dll");

/// A restored project with version 2 of a package that has no assembly; version 1, at `old`, has one.
fn restored(old: &str) -> Tree {
    let project = |version: &str| {
        format!(
            "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup><ItemGroup><PackageReference Include=\"Fixture\" {version} /></ItemGroup></Project>"
        )
    };
    let central = |version: &str| {
        format!(
            "<Project><ItemGroup><PackageVersion Include=\"Fixture\" Version=\"{version}\" /></ItemGroup></Project>"
        )
    };
    let assets = |version: &str, file: &str| {
        format!(
            r#"{{"version": 3, "targets": {{"net8.0": {{"Fixture/{version}": {{"type": "package", "compile": {{"lib/net8.0/{file}": {{}}}}}}}}}},
            "libraries": {{"Fixture/{version}": {{"type": "package", "path": "fixture/{version}"}}}}, "project": {{"frameworks": {{"net8.0": {{"dependencies": {{"Fixture": {{}}}}}}}}}}}}"#
        )
    };
    let tree = Tree::new(&[
        ("now/A.cs", "class A { }"),
        ("then/A.cs", "class A { }"),
        ("now/P.csproj", &project("Version=\"2.0.0\"")),
        ("then/P.csproj", &project("Version=\"[1.0.0, 2.0.0)\"")),
        ("now/obj/project.assets.json", &assets("2.0.0", "_._")),
        ("home/.nuget/packages/fixture/2.0.0/lib/net8.0/_._", ""),
        // Ways to write it that a test may choose.
        ("central/P.csproj", &project("")),
        ("central/then.props", &central("1.0")),
        ("central/now.props", &central("2.0.0")),
        ("central/assets.json", &assets("1.0.0", "Fixture.dll")),
        (
            "central/packages.lock.json",
            r#"{"version": 1, "dependencies": {"net8.0": {"Fixture": {"type": "Transitive", "resolved": "1.0.0"}}}}"#,
        ),
    ]);
    tree.write(&format!("{old}/lib/net8.0/Fixture.dll"), ASSEMBLY);
    tree.write(&format!("{old}/lib/net472/Fixture.dll"), b"another");
    tree
}

#[track_caller]
fn check_restored(tree: &Tree, libraries: &Libraries) {
    let index = tree.open();
    let texts = libraries.texts(&index);
    let versions: Vec<_> = texts.libraries.iter().map(|l| (l.name.as_str(), l.then.as_str(), l.now.as_str())).collect();
    assert_eq!(versions, [("fixture", "1.0.0", "2.0.0")]);
    assert!(texts.libraries[0].old_folder.as_ref().unwrap().join("lib/net8.0/Fixture.dll").is_file());
    let past = Past::open(&index, libraries.name(), texts);
    let known = |index: &Index| {
        index.csharp().types_named("View").iter().filter(|t| t.declaration.namespace == "Fixture").count()
    };
    assert_eq!((known(&past.index), known(&index)), (1, 0));
}

const PACKAGES: &str = "home/.nuget/packages/fixture/1.0.0";

#[test]
fn an_old_version_in_the_packages_folder_of_nuget() {
    // By the range in the project file.
    let tree = restored(PACKAGES);
    check_restored(&tree, &tree.libraries(None));
    let copy = |from: &str, to: &str| tree.write(to, std::fs::read(tree.at(from)).unwrap());
    // By a version that is managed centrally.
    for (side, folder) in [("then", "then"), ("now", "now")] {
        copy("central/P.csproj", &format!("{folder}/P.csproj"));
        copy(&format!("central/{side}.props"), &format!("{folder}/Directory.Packages.props"));
    }
    check_restored(&tree, &tree.libraries(None));
    // By what restore wrote.
    for (from, to) in [
        ("central/packages.lock.json", "then/packages.lock.json"),
        ("central/assets.json", "then/obj/project.assets.json"),
    ] {
        let tree = restored(PACKAGES);
        tree.write(to, std::fs::read(tree.at(from)).unwrap());
        std::fs::copy(tree.at("now/P.csproj"), tree.at("then/P.csproj")).unwrap();
        check_restored(&tree, &tree.libraries(None));
    }
    // Not restored yet, or nowhere to be found.
    let tree = restored("home/elsewhere");
    assert!(tree.libraries(None).texts(&tree.open()).libraries.is_empty());
}

#[test]
fn an_old_version_of_nuget_in_a_folder_that_was_named() {
    for (place, has_manifest) in
        [("old/fixture/1.0.0", false), ("old/Fixture.1.0.0", false), ("old/Fixture", true), ("old", true)]
    {
        let tree = restored(place);
        if has_manifest {
            tree.write(
                &format!("{place}/fixture.nuspec"),
                "<package><metadata><id>Fixture</id><version>1.0.0</version></metadata></package>",
            );
        }
        check_restored(&tree, &tree.libraries(Some("old")));
    }
}

#[test]
fn a_result_of_restore_that_leads_elsewhere_is_no_library() {
    let tree = restored(PACKAGES);
    for name in ["../../secret/1", "Fixture/../../secret", "Fixture", "/etc/1.0"] {
        let text = std::fs::read_to_string(tree.at("now/obj/project.assets.json")).unwrap();
        tree.write("then/obj/project.assets.json", text.replace("Fixture/2.0.0", name));
        let texts = tree.libraries(None).texts(&tree.open());
        assert!(
            texts.libraries.iter().all(|l| l.old_folder.as_ref().is_some_and(|f| f.ends_with("fixture/1.0.0"))),
            "{name}"
        );
    }
}

#[test]
fn what_nobody_imports_is_no_change() {
    let tree = upgraded("now/node_modules/lib");
    for (name, text) in THEN.iter().chain(&[
        ("unused.d.ts", "export declare const parseFilter: 1;\n"),
        ("main.d.mts", "export declare const twin: 1;\n"),
    ]) {
        tree.write(&format!("old/{name}"), text);
    }
    tree.write("now/node_modules/lib/index.d.ts", "export declare const a: import('./inner.js').Inner;\nexport declare function parseValue(text: string): number;\n");
    tree.write("now/node_modules/lib/inner.d.ts", "export interface Inner { }\n");
    tree.write("now/node_modules/lib/v1/parse.d.ts", "export declare function parseFilter(text: string): number;\n");
    let names = |tree: &Tree| {
        let texts = tree.libraries(Some("old")).texts(&tree.open());
        let name =
            |p: &PathBuf| p.strip_prefix(tree.at("now/node_modules/lib")).unwrap().to_str().unwrap().replace('\\', "/");
        texts.files.keys().map(name).collect::<Vec<_>>()
    };
    assert_eq!(names(&tree), ["index.d.ts", "inner.d.ts", "main.d.ts", "package.json", "parse.d.ts"]);
    // Without an import, anything may be used.
    tree.write("now/use.ts", "parseFilter('a');\n");
    assert_eq!(names(&tree).len(), 8);
}

#[test]
fn assemblies_are_compared_as_sources() {
    let tree = restored(PACKAGES);
    // Version 2: the method is called otherwise.
    let at = memchr::memmem::find(ASSEMBLY, b"\0Keys\0").unwrap();
    let mut renamed = ASSEMBLY.to_vec();
    renamed[at + 1..at + 5].copy_from_slice(b"List");
    tree.write("home/.nuget/packages/fixture/2.0.0/lib/net8.0/Fixture.dll", &renamed);
    let assets = std::fs::read_to_string(tree.at("now/obj/project.assets.json")).unwrap();
    tree.write("now/obj/project.assets.json", assets.replace("_._", "Fixture.dll"));
    let index = tree.open();
    let libraries = tree.libraries(None);
    let past = Past::open(&index, libraries.name(), libraries.texts(&index));
    let types = |index: &Index| index.csharp().types_named("View").len();
    assert_eq!((types(&past.index), types(&index)), (1, 1), "one of them, and not as an assembly, too");
    let changes = crate::Changes::between(&past, past.compared_with(&index));
    let changes: Vec<String> = changes.list.iter().map(ToString::to_string).collect();
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert!(changes[0].contains("Keys(") && changes[0].contains("→ List("), "{changes:?}");
}

#[test]
fn what_moved_to_a_package_that_came_with_the_new_version_is_no_change() {
    let tree = restored(PACKAGES);
    let manifest = "<package><metadata><id>Fixture</id><version>1.0.0</version><dependencies /></metadata></package>";
    tree.write(&format!("{PACKAGES}/fixture.nuspec"), manifest);
    tree.write("home/.nuget/packages/fixture.core/2.0.0/lib/net8.0/Fixture.dll", ASSEMBLY);
    let assets = std::fs::read_to_string(tree.at("now/obj/project.assets.json")).unwrap();
    let core = r#""Fixture.Core/2.0.0": {"type": "package", "compile": {"lib/net8.0/Fixture.dll": {}}}"#;
    let assets = assets
        .replace(r#""Fixture/2.0.0": {"type": "package", "compile""#, &format!(r#"{core}, "Fixture/2.0.0": {{"type": "package", "dependencies": {{"Fixture.Core": "2.0.0"}}, "compile""#))
        .replace(r#""libraries": {"#, r#""libraries": {"Fixture.Core/2.0.0": {"type": "package", "path": "fixture.core/2.0.0"}, "#);
    tree.write("now/obj/project.assets.json", assets);
    let index = tree.open();
    let libraries = tree.libraries(None);
    let past = Past::open(&index, libraries.name(), libraries.texts(&index));
    let types = |index: &Index| index.csharp().types_named("View").len();
    assert_eq!((types(&past.index), types(&index)), (1, 1));
    assert!(crate::Changes::between(&past, past.compared_with(&index)).is_empty());
}

#[test]
fn a_project_that_was_never_restored_is_compared_by_the_packages_of_this_machine() {
    let tree = restored(PACKAGES);
    std::fs::remove_dir_all(tree.at("now/obj")).unwrap();
    check_restored(&tree, &tree.libraries(None));
    // Both versions in a folder that was named; the project is as it was.
    let tree = restored("old/fixture/1.0.0");
    tree.write("old/fixture/2.0.0/lib/net8.0/_._", "");
    std::fs::remove_dir_all(tree.at("now/obj")).unwrap();
    std::fs::remove_dir_all(tree.at("home")).unwrap();
    check_restored(&tree, &tree.libraries(Some("old")));
}
