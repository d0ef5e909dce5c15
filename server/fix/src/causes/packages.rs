//! Which package has a namespace, and in which version a project should ask for it.

use index::Index;
use index::csharp::{CsProject, PackageVersion};
use std::path::Path;

/// `namespace<TAB>package` a line, in order: the namespaces that are met most, from general knowledge of nuget.org.
static NAMESPACES: &str = include_str!("packages.txt");

/// `method<TAB>package` a line, in order: extension methods that programs call without naming their namespace.
static METHODS: &str = include_str!("methods.txt");

/// The shared framework of ASP.NET Core.
pub const ASP_NET: &str = "Microsoft.AspNetCore.App";

/// A package that a project lacks.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct LackedPackage {
    /// Its id.
    pub id: String,
    /// The version, where the tree, the last restore or this machine's packages folder know one.
    pub version: Option<String>,
}

/// The package that the table has for a namespace or the closest one around it.
pub fn known_package(namespace: &str) -> Option<&'static str> {
    let mut wanted = namespace;
    loop {
        let found = NAMESPACES.lines().filter_map(|l| l.split_once('\t')).find(|(n, _)| *n == wanted);
        if let Some((_, package)) = found {
            return Some(package);
        }
        wanted = wanted.rsplit_once('.')?.0;
    }
}

/// The package that the table has for an extension method.
pub fn package_of_method(name: &str) -> Option<&'static str> {
    METHODS.lines().filter_map(|l| l.split_once('\t')).find(|(method, _)| *method == name).map(|(_, package)| package)
}

/// The package of an extension method that a project does not have; with what is known of its version.
pub fn lacked_of_method(index: &Index, project: &CsProject, name: &str) -> Option<LackedPackage> {
    let id = package_of_method(name)?;
    if project.path.is_empty() || project.packages.iter().any(|p| p.eq_ignore_ascii_case(id)) {
        return None;
    }
    let csharp = index.csharp();
    let file = Path::new(&*project.path);
    let of_id = |all: Vec<PackageVersion>| all.into_iter().find(|p| p.id.eq_ignore_ascii_case(id));
    let framework = project.frameworks.first().map_or("", |f| f.as_str());
    let found = of_id(csharp.packages_asked_for(file))
        .or_else(|| of_id(csharp.packages_of_tree(project)))
        .or_else(|| of_id(csharp.central_packages(file)))
        .or_else(|| of_id(csharp.restored_packages(file)))
        .or_else(|| csharp.installed_package(id, framework));
    Some(match found {
        Some(p) => LackedPackage { id: p.id, version: Some(p.version) },
        None => LackedPackage { id: id.to_owned(), version: None },
    })
}

/// All package ids of the table.
pub fn known_ids() -> impl Iterator<Item = &'static str> {
    NAMESPACES.lines().filter_map(|l| l.split_once('\t')).map(|(_, package)| package)
}

fn is_below(name: &str, outer: &str) -> bool {
    name.len() >= outer.len()
        && name.is_char_boundary(outer.len())
        && name[..outer.len()].eq_ignore_ascii_case(outer)
        && (name.len() == outer.len() || name[outer.len()..].starts_with('.'))
}

/// Whether a package may have a namespace, as far as its id tells: `Some.Maps` has `Some.Maps.Core`, and `Some.Maps.Core` may be what
/// `Some.Maps` is asked for.
pub fn may_have(id: &str, namespace: &str, unknown: &str) -> bool {
    is_below(namespace, id) || is_below(id, unknown)
}

/// Whether a namespace is one of ASP.NET Core's shared framework and not of a package beside it.
pub fn is_of_asp_net(namespace: &str) -> bool {
    let is_package = known_package(namespace).is_some_and(|p| p.starts_with("Microsoft.AspNetCore"));
    is_below(namespace, "Microsoft.AspNetCore") && !is_package && index::dotnet::base::web().is_namespace(namespace)
}

/// The package that a project lacks for a namespace, of which `unknown` is the part that is not there; with what is known of its version.
pub fn lacked(index: &Index, project: &CsProject, namespace: &str, unknown: &str) -> Option<LackedPackage> {
    let csharp = index.csharp();
    let file = Path::new(&*project.path);
    let has = |id: &str| project.packages.iter().any(|p| p.eq_ignore_ascii_case(id));
    let mut table = known_package(namespace).filter(|_| !is_of_asp_net(namespace));
    // What the SDK of workers imports by itself comes with one package.
    if namespace.starts_with("Microsoft.Extensions.") && csharp.project_file(file).has_sdk("Microsoft.NET.Sdk.Worker") {
        table = Some("Microsoft.Extensions.Hosting");
    }
    // Of several, the one that the table names, then the one whose id is nearest to the namespace.
    let best = |all: Vec<PackageVersion>| {
        let fits = |p: &PackageVersion| {
            !has(&p.id) && (may_have(&p.id, namespace, unknown) || table.is_some_and(|t| t.eq_ignore_ascii_case(&p.id)))
        };
        let mut fitting: Vec<PackageVersion> = all.into_iter().filter(fits).collect();
        fitting.sort_by_key(|p| {
            let common = p.id.bytes().zip(namespace.bytes()).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count();
            (table.is_none_or(|t| !t.eq_ignore_ascii_case(&p.id)), std::cmp::Reverse(common), p.id.len())
        });
        fitting.into_iter().next()
    };
    let with_version = |p: PackageVersion| LackedPackage { id: p.id, version: Some(p.version) };
    if project.path.is_empty() {
        return table.map(|id| LackedPackage { id: id.to_owned(), version: None });
    }
    let of_tree = best(csharp.packages_asked_for(file))
        .or_else(|| best(csharp.packages_of_tree(project)))
        .or_else(|| best(csharp.central_packages(file)));
    if let Some(found) = of_tree {
        return Some(with_version(found));
    }
    // Other projects refer to it, without a version that is known.
    let unversioned = || {
        let mut ids: Vec<String> = csharp.packages().iter().map(ToString::to_string).collect();
        ids.retain(|id| !has(id) && may_have(id, namespace, unknown));
        ids.sort_by_key(String::len);
        ids.into_iter().next()
    };
    let id = table.filter(|id| !has(id)).map(str::to_owned).or_else(unversioned);
    let framework = project.frameworks.first().map_or("", |f| f.as_str());
    match id {
        Some(id) => {
            let restored = csharp.restored_packages(file).into_iter().find(|p| p.id.eq_ignore_ascii_case(&id));
            let found = restored.or_else(|| csharp.installed_package(&id, framework));
            Some(found.map_or(LackedPackage { id, version: None }, with_version))
        }
        // A package of this machine whose id is the namespace, or one around it.
        None => {
            let mut wanted = namespace;
            loop {
                if !has(wanted)
                    && !matches!(wanted, "System" | "Microsoft" | "Windows")
                    && let Some(found) = csharp.installed_package(wanted, framework)
                {
                    return Some(with_version(found));
                }
                wanted = wanted.rsplit_once('.')?.0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table is in order, each namespace once, without the namespaces of .NET itself.
    #[test]
    fn the_table_is_whole() {
        let rows: Vec<(&str, &str)> = NAMESPACES.lines().map(|l| l.split_once('\t').expect("two columns")).collect();
        assert!(rows.len() >= 300, "{}", rows.len());
        assert!(rows.windows(2).all(|w| w[0].0 < w[1].0), "not in order");
        let plain = |name: &str| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
        };
        let core = index::dotnet::base::netcore();
        let web = index::dotnet::base::web();
        for (namespace, package) in rows {
            assert!(plain(namespace) && plain(package), "{namespace} {package}");
            assert!(core.types_in_namespace(namespace).is_empty(), "{namespace} is in .NET itself");
            let shared = namespace.starts_with("Microsoft.AspNetCore") && !web.types_in_namespace(namespace).is_empty();
            assert!(!shared, "{namespace} is in the shared framework of ASP.NET Core");
        }
    }

    /// The methods are in order, each once, and none is of .NET itself.
    #[test]
    fn the_methods_are_whole() {
        let rows: Vec<(&str, &str)> = METHODS.lines().map(|l| l.split_once('\t').expect("two columns")).collect();
        assert!(rows.windows(2).all(|w| w[0].0 < w[1].0), "not in order");
        let core = index::dotnet::base::netcore();
        for (method, package) in rows {
            assert!(method.starts_with(char::is_uppercase) && package.contains(char::is_alphabetic), "{method}");
            assert!(core.extension_methods_named(method).is_empty(), "{method} is in .NET itself");
        }
    }

    #[test]
    fn the_closest_namespace_counts() {
        assert_eq!(known_package("Newtonsoft.Json.Linq"), Some("Newtonsoft.Json"));
        assert_eq!(known_package("Microsoft.EntityFrameworkCore.Storage"), Some("Microsoft.EntityFrameworkCore"));
        assert_eq!(known_package("Microsoft.AspNetCore.Mvc"), None);
        assert!(is_of_asp_net("Microsoft.AspNetCore.Mvc") && !is_of_asp_net("Microsoft.AspNetCore.Mvc.Testing"));
        assert!(
            may_have("Some.Mediator.Core", "Some.Mediator", "Some.Mediator")
                && !may_have("Some", "Somewhere", "Somewhere")
        );
    }
}
