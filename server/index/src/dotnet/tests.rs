use super::discover::{Frameworks, Tables, references_of};
use super::table::{Table, pack_assemblies};
use super::{Library, base};
use crate::{Declaration, DeclarationKind, MemorySystem, Modifiers, System};
use proptest::prelude::*;
use smol_str::SmolStr;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

fn find(library: &Library, namespace: &str, name: &str, arity: usize) -> u32 {
    library.find(namespace, name, arity).unwrap_or_else(|| panic!("{namespace}.{name}`{arity}"))
}

/// `static ref int Name<T>(this string? a = null) where …`, enough to compare.
fn signature(d: &Declaration) -> String {
    let parameters: Vec<String> = d
        .parameters
        .iter()
        .map(|p| {
            let space = if p.modifiers.is_empty() { "" } else { " " };
            let default = if p.default.is_empty() { String::new() } else { format!(" = {}", p.default) };
            format!("{}{space}{} {}{default}", p.modifiers, p.type_text, p.name)
        })
        .collect();
    let generic: Vec<&str> = d.type_parameters.iter().map(|p| p.name.as_str()).collect();
    let generic = if generic.is_empty() { String::new() } else { format!("<{}>", generic.join(", ")) };
    let constraints: String = d
        .type_parameters
        .iter()
        .filter(|p| !p.constraint.is_empty())
        .map(|p| format!(" where {} : {}", p.name, p.constraint))
        .collect();
    let accessors: Vec<&str> = [(Modifiers::GET, "get;"), (Modifiers::SET, "set;"), (Modifiers::INIT, "init;")]
        .iter()
        .filter(|(m, _)| d.modifiers.contains(*m))
        .map(|(_, text)| *text)
        .collect();
    let list = match d.kind {
        DeclarationKind::Property => format!(" {{ {} }}", accessors.join(" ")),
        DeclarationKind::Indexer => format!("[{}] {{ {} }}", parameters.join(", "), accessors.join(" ")),
        DeclarationKind::Field | DeclarationKind::Event | DeclarationKind::EnumMember => String::new(),
        _ => format!("({})", parameters.join(", ")),
    };
    let name = if d.kind == DeclarationKind::Indexer { "this" } else { &d.name };
    format!("{} {name}{generic}{list}{constraints}", d.type_text)
}

fn signatures(library: &Library, id: u32, name: &str) -> Vec<String> {
    library.members(id).iter().filter(|m| m.name == name).map(|m| signature(m)).collect()
}

/// Properties of the base library, for any source of its tables.
fn check_base_library(library: &Library) {
    let builder = find(library, "System.Text", "StringBuilder", 0);
    assert_eq!(library.types_named("StringBuilder"), [builder]);
    let entry = library.entry(builder).unwrap();
    assert_eq!((entry.kind, entry.assembly.as_str()), (DeclarationKind::Class, "System.Runtime"));
    assert!(entry.modifiers.contains(Modifiers::PUBLIC | Modifiers::SEALED));
    assert!(
        signatures(library, builder, "AppendJoin")
            .iter()
            .any(|s| s.contains("(char separator, params object?[] values)"))
    );

    let tasks: Vec<u8> = library.types_named("Task").iter().map(|id| library.entry(*id).unwrap().arity).collect();
    assert!(tasks.contains(&0) && tasks.contains(&1), "{tasks:?}");
    let dictionary = find(library, "System.Collections.Generic", "Dictionary", 2);
    let declaration = library.declaration(dictionary).unwrap();
    assert_eq!(declaration.type_parameters[0].constraint, "notnull");
    assert!(declaration.bases.iter().any(|b| b == "System.Collections.Generic.IDictionary<TKey, TValue>"));
    assert_eq!(signatures(library, dictionary, "TryGetValue"), ["bool TryGetValue(TKey key, out TValue value)"]);
    let nested = library.nested(dictionary);
    let key_collection = nested.iter().find(|id| library.entry(**id).unwrap().name == "KeyCollection").unwrap();
    assert_eq!(library.containing(*key_collection), ["Dictionary"]);
    assert_eq!(library.container(*key_collection), Some(dictionary));

    let members = |namespace, name, arity| {
        let id = find(library, namespace, name, arity);
        library.members(id).iter().map(|m| signature(m)).collect::<Vec<_>>()
    };
    let generic = "System.Collections.Generic";
    assert_eq!(members("System", "IDisposable", 0), ["void Dispose()"]);
    assert_eq!(members("System", "IComparable", 1), ["int CompareTo(T? other)"]);
    assert_eq!(members(generic, "IEnumerable", 1), ["System.Collections.Generic.IEnumerator<T> GetEnumerator()"]);
    assert_eq!(
        members(generic, "IList", 1),
        [
            "T this[int index] { get; set; }",
            "int IndexOf(T item)",
            "void Insert(int index, T item)",
            "void RemoveAt(int index)"
        ]
    );
    assert_eq!(members(generic, "IEqualityComparer", 1), ["bool Equals(T? x, T? y)", "int GetHashCode(T obj)"]);
    assert_eq!(
        members("System.ComponentModel", "INotifyPropertyChanged", 0),
        ["System.ComponentModel.PropertyChangedEventHandler? PropertyChanged"]
    );
    // Interface members have no modifiers unless they differ from the default, as in source.
    let dispose = library.members(find(library, "System", "IDisposable", 0))[0].clone();
    assert_eq!(dispose.modifiers, Modifiers::empty());
    let addition = library.members(find(library, "System.Numerics", "IAdditionOperators", 3));
    let plus = addition.iter().find(|m| m.name == "operator +").unwrap();
    assert_eq!(plus.modifiers, Modifiers::STATIC | Modifiers::ABSTRACT);
    let checked = addition.iter().find(|m| m.name == "operator checked +").unwrap();
    assert_eq!(checked.modifiers, Modifiers::STATIC | Modifiers::VIRTUAL | Modifiers::HAS_BODY);

    let object = find(library, "System", "Object", 0);
    let equals = library.members(object);
    let equals = equals.iter().find(|m| m.name == "Equals" && m.parameters.len() == 1).unwrap();
    assert!(equals.modifiers.contains(Modifiers::PUBLIC | Modifiers::VIRTUAL));
    let stream = library.members(find(library, "System.IO", "Stream", 0));
    let abstracts: Vec<&str> =
        stream.iter().filter(|m| m.modifiers.contains(Modifiers::ABSTRACT)).map(|m| m.name.as_str()).collect();
    assert!(
        abstracts.contains(&"CanRead") && abstracts.contains(&"Flush") && abstracts.contains(&"Seek"),
        "{abstracts:?}"
    );
    let dispose = stream.iter().find(|m| m.name == "Dispose" && m.parameters.len() == 1).unwrap();
    assert!(dispose.modifiers.contains(Modifiers::PROTECTED | Modifiers::VIRTUAL));

    let selects = library.extension_methods_named("Select");
    let linq: Vec<String> = selects
        .iter()
        .filter(|(id, _)| library.entry(*id).is_some_and(|e| e.namespace == "System.Linq" && e.name == "Enumerable"))
        .map(|(_, m)| signature(m))
        .collect();
    let select = "System.Collections.Generic.IEnumerable<TResult> Select<TSource, TResult>(this \
                  System.Collections.Generic.IEnumerable<TSource> source, System.Func<TSource, TResult> selector)";
    assert!(linq.iter().any(|s| s == select), "{linq:?}");
    assert!(library.extension_methods_named("NoSuchExtension").is_empty());

    // Delegates, enums, constants, default values, tuples, obsolete members.
    let func = library.declaration(find(library, "System", "Func", 2)).unwrap();
    assert_eq!((func.type_text.as_str(), func.parameters[0].type_text.as_str()), ("TResult", "T"));
    let comparison = library.members(find(library, "System", "StringComparison", 0));
    assert!(comparison.iter().all(|m| m.kind == DeclarationKind::EnumMember));
    assert!(comparison.iter().any(|m| m.name == "OrdinalIgnoreCase"));
    let int = library.members(find(library, "System", "Int32", 0));
    assert!(int.iter().any(|m| m.name == "MaxValue" && m.modifiers.contains(Modifiers::PUBLIC | Modifiers::CONST)));
    let file = find(library, "System.IO", "File", 0);
    assert!(
        signatures(library, file, "ReadAllTextAsync")
            .iter()
            .any(|s| s.ends_with("(string path, System.Threading.CancellationToken cancellationToken = default)"))
    );
    let enumerable = find(library, "System.Linq", "Enumerable", 0);
    assert!(
        signatures(library, enumerable, "Zip")
            .iter()
            .any(|s| s.starts_with("System.Collections.Generic.IEnumerable<(TFirst First, TSecond Second)> Zip<"))
    );
    let formatter = library.types_named("BinaryFormatter").iter().find_map(|id| library.entry(*id));
    assert!(formatter.is_none_or(|e| e.modifiers.contains(Modifiers::DEPRECATED)));
    let span = library.entry(find(library, "System", "Span", 1)).unwrap();
    assert!(
        span.modifiers.contains(Modifiers::REF | Modifiers::READONLY)
            && !span.modifiers.contains(Modifiers::DEPRECATED)
    );

    assert!(library.is_namespace("System") && library.is_namespace("System.Collections.Generic"));
    assert!(!library.is_namespace("System.Collections.Gen") && !library.is_namespace(""));
    assert!(library.types_in_namespace("System.Collections.Generic").len() > 20);
    assert!(library.types_in_namespace("System.Collections.Generic").iter().all(|id| library.container(*id).is_none()));
    // No internal types of the runtime.
    assert!(library.types_named("RuntimeType").is_empty());
    assert!(!library.is_namespace("Internal.Runtime"));
}

#[test]
fn the_built_in_table_knows_the_base_library() {
    let library = base::netcore();
    check_base_library(&library);
    assert!(library.types_named("WebApplication").is_empty());
}

#[test]
fn the_built_in_web_table_adds_aspnetcore() {
    let library = base::web();
    check_base_library(&library);
    let app = find(&library, "Microsoft.AspNetCore.Builder", "WebApplication", 0);
    assert_eq!(library.entry(app).unwrap().assembly, "Microsoft.AspNetCore");
    assert!(!library.extension_methods_named("MapGet").is_empty());
    assert!(!library.extension_methods_named("AddSingleton").is_empty());
}

#[test]
fn every_header_and_member_of_the_built_in_tables_decodes() {
    let library = base::web();
    let mut members = 0;
    for id in library.types() {
        let entry = library.entry(*id).unwrap();
        let declaration = library.declaration(*id).unwrap();
        assert_eq!(declaration.type_parameters.len(), usize::from(entry.arity), "{}", entry.name);
        members += library.members(*id).len();
    }
    assert!(members > 60_000, "{members}");
}

#[test]
fn type_names_are_found_in_order() {
    let library = base::netcore();
    for name in ["", "A", "Zzz", "list", "String", "ValueTuple"] {
        let expected: Vec<u32> =
            library.types().iter().copied().filter(|id| library.entry(*id).unwrap().name == name).collect();
        assert_eq!(library.types_named(name), expected, "{name}");
    }
}

/// The assembly that the C# compiler builds from `Fixture.cs`.
const FIXTURE: &[u8] = include_bytes!("../../../dotnet-metadata/fixture/Fixture.dll");

#[test]
fn an_assembly_reads_as_it_was_written() {
    let packed = pack_assemblies(&[FIXTURE.to_vec()], false).unwrap();
    let library = Library::new(vec![Arc::new(Table::open(Cow::Owned(packed)).unwrap())]);
    let mut listing = String::new();
    let mut ids: Vec<u32> = library.types().to_vec();
    ids.sort_unstable();
    for id in ids {
        let d = library.declaration(id).unwrap();
        let containing: String = library.containing(id).iter().map(|c| format!("{c}.")).collect();
        let bases = if d.bases.is_empty() { String::new() } else { format!(" : {}", d.bases.join(", ")) };
        let place = format!("{}/{containing}", d.namespace);
        listing += &format!("{:?} {}{}{bases} [{}]\n", d.kind, place, signature(&d).trim_start(), words(d.modifiers));
        for m in library.members(id).iter() {
            listing += &format!("    {} [{}]\n", signature(m).trim_start(), words(m.modifiers));
        }
    }
    let expected = include_str!("../../../dotnet-metadata/fixture/expected.txt");
    assert!(listing == expected, "--- have\n{listing}\n--- want\n{expected}");
}

/// Modifiers in lower case without those that every method with a body has.
fn words(modifiers: Modifiers) -> String {
    let shown = modifiers - (Modifiers::HAS_BODY | Modifiers::GET | Modifiers::SET | Modifiers::INIT);
    let names: Vec<String> = shown.iter_names().map(|(name, _)| name.to_lowercase()).collect();
    names.join(" ")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn corrupt_assemblies_give_fewer_types_and_never_panic(
        flips in proptest::collection::vec((0..FIXTURE.len(), any::<u8>()), 1..40),
        length in 0..FIXTURE.len(),
    ) {
        let mut broken = FIXTURE.to_vec();
        for (at, value) in flips {
            broken[at] = value;
        }
        for assembly in [broken, FIXTURE[..length].to_vec()] {
            if let Some(packed) = pack_assemblies(&[assembly], false) {
                prop_assert!(Table::open(Cow::Owned(packed)).is_some());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Damaged tables whose hash is not checked.
    #[test]
    fn damaged_tables_never_panic(flips in proptest::collection::vec((40usize..200_000, any::<u8>()), 1..20), cut in 0usize..400_000) {
        let mut bytes = include_bytes!("aspnetcore.bin").to_vec();
        for (at, value) in flips {
            let at = at % bytes.len();
            bytes[at] = value;
        }
        let mut cut_off = include_bytes!("aspnetcore.bin").to_vec();
        cut_off.truncate(cut);
        for bytes in [bytes, cut_off] {
            prop_assert!(Table::open(Cow::Owned(bytes.clone())).is_none_or(|t| !t.types().is_empty()));
            if let Some(table) = Table::open_unchecked(Cow::Owned(bytes)) {
                let library = Library::new(vec![Arc::new(table)]);
                for id in library.types().iter().step_by(97) {
                    library.declaration(*id);
                    library.members(*id);
                    library.nested(*id);
                }
            }
        }
    }

    #[test]
    fn random_bytes_are_no_assembly(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        prop_assert!(pack_assemblies(&[bytes], false).is_none());
    }
}

/// Files in memory with a cache.
struct CachingSystem {
    files: MemorySystem,
    cache: Mutex<BTreeMap<PathBuf, Vec<u8>>>,
    home: &'static str,
}
impl System for CachingSystem {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let cached = self.cache.lock().unwrap().get(path).cloned();
        cached.map_or_else(|| self.files.read(path), Ok)
    }
    fn walk(&self, root: &Path) -> Vec<PathBuf> {
        self.files.walk(root)
    }
    fn is_file(&self, path: &Path) -> bool {
        self.files.is_file(path)
    }
    fn list(&self, folder: &Path) -> Vec<PathBuf> {
        self.files.list(folder)
    }
    fn variable(&self, name: &str) -> Option<String> {
        (name == "HOME").then(|| self.home.to_owned())
    }
    fn cache_dir(&self) -> Option<PathBuf> {
        Some("/cache".into())
    }
    fn write_cache(&self, path: &Path, bytes: &[u8]) {
        self.cache.lock().unwrap().insert(path.into(), bytes.to_vec());
    }
}
fn system(files: &[(&str, &[u8])]) -> CachingSystem {
    let files = files.iter().map(|(path, bytes)| (PathBuf::from(path), bytes.to_vec()));
    CachingSystem { files: MemorySystem::new(files), cache: Mutex::default(), home: "/home/me" }
}

#[test]
fn references_come_from_packs_and_assets() {
    let assets = br#"{
        "targets": {
            "net8.0": {
                "Newtonsoft.Json/13.0.3": { "type": "package", "compile": { "lib/net6.0/Newtonsoft.Json.dll": {} } },
                "Evil/1.0.0": { "type": "package", "compile": { "../../../etc/Evil.dll": {} } },
                "Empty/1.0.0": { "type": "package", "compile": { "lib/net6.0/_._": {} } },
                "Other/1.0.0": { "type": "project", "compile": { "bin/placeholder/Other.dll": {} } }
            },
            "net8.0/linux-x64": {}
        },
        "libraries": { "Newtonsoft.Json/13.0.3": { "path": "newtonsoft.json/13.0.3" }, "Evil/1.0.0": { "path": "evil/1.0.0" } },
        "packageFolders": { "/elsewhere/packages/": {} },
        "project": { "frameworks": { "net8.0": { "frameworkReferences": {
            "Microsoft.NETCore.App": { "privateAssets": "all" }, "Microsoft.AspNetCore.App": {} } } } }
    }"#;
    let system = system(&[
        ("/p/obj/project.assets.json", assets),
        ("/home/me/.nuget/packages/newtonsoft.json/13.0.3/lib/net6.0/Newtonsoft.Json.dll", b""),
        ("/etc/Evil.dll", b""),
        ("/usr/share/dotnet/packs/Microsoft.NETCore.App.Ref/8.0.11/ref/net8.0/System.Runtime.dll", b""),
        ("/usr/share/dotnet/packs/Microsoft.NETCore.App.Ref/8.0.2/ref/net8.0/System.Runtime.dll", b""),
        ("/usr/share/dotnet/packs/Microsoft.NETCore.App.Ref/9.0.1/ref/net9.0/System.Runtime.dll", b""),
    ]);
    let found = references_of(&system, Path::new("/p"), Frameworks::default());
    let paths: Vec<&str> = found.groups.iter().flatten().map(|p| p.to_str().unwrap()).collect();
    assert_eq!(
        paths,
        [
            "/usr/share/dotnet/packs/Microsoft.NETCore.App.Ref/8.0.11/ref/net8.0/System.Runtime.dll",
            "/home/me/.nuget/packages/newtonsoft.json/13.0.3/lib/net6.0/Newtonsoft.Json.dll",
        ]
    );
    assert!(!found.built_in && found.built_in_web);
}

#[test]
fn without_restore_packages_are_found_by_name() {
    let system = system(&[
        ("/home/me/.nuget/packages/xunit.assert/2.9.0/lib/net6.0/xunit.assert.dll", b""),
        ("/home/me/.nuget/packages/xunit.assert/2.9.0/lib/netstandard1.1/xunit.assert.dll", b""),
        ("/home/me/.nuget/packages/xunit.assert/2.9.0/lib/net10.0/xunit.assert.dll", b""),
        ("/home/me/.nuget/packages/xunit.assert/2.4.2/lib/netstandard1.1/xunit.assert.dll", b""),
    ]);
    let targets = [SmolStr::new("net8.0-windows")];
    let packages = [SmolStr::new("xunit.assert"), SmolStr::new("Absent"), SmolStr::new("../../..")];
    let frameworks = Frameworks { targets: &targets, packages: &packages, web: false };
    let found = references_of(&system, Path::new("/p"), frameworks);
    let expected = PathBuf::from("/home/me/.nuget/packages/xunit.assert/2.9.0/lib/net6.0/xunit.assert.dll");
    assert_eq!(found.groups, [vec![expected]]);
    assert!(found.built_in);
}

#[test]
fn the_built_in_table_is_used_when_nothing_is_found() {
    let system = system(&[]);
    let found = references_of(&system, Path::new("/p"), Frameworks { web: true, ..Frameworks::default() });
    let library = Tables::default().library_of(&system, &found);
    assert!(Arc::ptr_eq(&library, &base::web()));
}

#[test]
fn tables_are_cached_by_content_and_corrupt_caches_are_ignored() {
    let pack = "/usr/share/dotnet/packs/Microsoft.NETCore.App.Ref/9.0.5/ref/net9.0/Fixture.dll";
    let system = system(&[(pack, FIXTURE)]);
    let found = references_of(&system, Path::new("/p"), Frameworks::default());
    let names = || {
        let library = Tables::default().library_of(&system, &found);
        library.types().iter().map(|id| library.entry(*id).unwrap().name.clone()).collect::<Vec<_>>()
    };
    let first = names();
    assert!(first.iter().any(|n| n == "Sealed"), "{first:?}");
    let keys: Vec<PathBuf> = system.cache.lock().unwrap().keys().cloned().collect();
    assert_eq!(keys.len(), 1);
    assert_eq!(names(), first, "from the cache");
    for damage in [0, 5, 20, 60] {
        system.cache.lock().unwrap().get_mut(&keys[0]).unwrap()[damage] ^= 0x55;
        assert_eq!(names(), first, "after damage at {damage}");
    }
}
