//! Causes: what is wrong outside of the text that a diagnostic points at.
//!
//! A lost reference, a package that is not there or a base type that is not found make the compiler report many things that are right as they
//! are written. Nothing is derived from such echoes: what would repair one (a stub, another spelling, a removed directive) hides the cause.

pub mod packages;
pub mod project;
#[cfg(test)]
mod tests;

use crate::ProjectContext;
use diagnostics::{BuildDiagnostic, Severity, arguments_of};
use packages::LackedPackage;
use project::{ProjectCause, Told};
use std::fmt;

/// Why a diagnostic is only an echo, in the words of the cause.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Cause {
    /// A project does not refer to the project that declares what it uses.
    LostProject {
        /// The project that uses it.
        from: String,
        /// The projects that declare it.
        to: Vec<String>,
    },
    /// A project names packages whose assemblies are not there.
    NotRestored {
        /// The packages, in order.
        packages: Vec<String>,
        /// The project that names it.
        project: String,
    },
    /// Files of a project rely on the SDK's implicit usings, and the project does not have them.
    NoImplicitUsings {
        /// The project.
        project: String,
        /// How many of its files.
        files: usize,
        /// Whether no file of the project has directives of its own for what implicit usings bring: it never compiled without them.
        all: bool,
    },
    /// A namespace is declared neither in the tree nor in a package that the project refers to.
    UnknownNamespace {
        /// The namespace.
        namespace: String,
        /// The package that has it, where that is known.
        package: Option<LackedPackage>,
        /// The project that lacks it, as a path below the root.
        project: String,
    },
    /// A method is an extension of a package that the project does not refer to.
    UnknownMethod {
        /// The method.
        method: String,
        /// The package.
        package: LackedPackage,
        /// The project that lacks it, as a path below the root.
        project: String,
    },
    /// A namespace of ASP.NET Core is used by a project that does not refer to its shared framework.
    NoFramework {
        /// The namespace.
        namespace: String,
        /// The project.
        project: String,
    },
    /// Restoring, MSBuild or the SDK reports what is wrong.
    Project(ProjectCause),
    /// A base type of the type is not found.
    UnknownBase {
        /// The base type.
        base: String,
    },
    /// What it names was declared otherwise in the workspace as it was.
    Changed {
        /// `Order.Submit(DateTime) → Place(DateTime)`.
        change: String,
        /// The file that declared it, as a path below the root.
        file: String,
        /// What the workspace is compared with.
        since: String,
    },
    /// No dependency is installed at all.
    NoModules {
        /// The command that installs them.
        command: &'static str,
    },
    /// A dependency that the package lists is not installed.
    NotInstalled {
        /// The dependency.
        package: String,
        /// The command that installs what is listed.
        command: &'static str,
    },
    /// A dependency is neither listed nor installed.
    NotListed {
        /// The dependency.
        package: String,
        /// How another package of the tree lists it.
        listed: Option<Listing>,
        /// The command that adds it.
        command: String,
    },
    /// The types of Node.js are not installed.
    NoNodeTypes,
    /// A generator has not run.
    NotGenerated {
        /// The module that it writes.
        module: String,
        /// How to run it, where that is known.
        command: String,
    },
    /// What a package of the tree was built to is older than its sources, or missing.
    OldOutput {
        /// The package.
        package: String,
        /// The command that builds it; empty when it is not known.
        command: String,
    },
    /// A tool could not do its part.
    Tool {
        /// What to do.
        advice: &'static str,
    },
}

/// How a package of the tree lists a dependency.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Listing {
    /// Its manifest, below the root.
    pub manifest: String,
    /// The field.
    pub field: &'static str,
    /// The version.
    pub version: String,
}

impl fmt::Display for Cause {
    /// A sentence without capital and full stop: what is wrong, and what to do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LostProject { from, to } => {
                let to: Vec<String> = to.iter().map(|p| format!("'{p}'")).collect();
                write!(
                    f,
                    "project '{from}' has no reference to {}, which declares it; add the reference",
                    to.join(" or ")
                )
            }
            Self::NotRestored { packages, project } => {
                let (what, are) = if packages.len() == 1 { ("package", "is") } else { ("packages", "are") };
                let listed: Vec<String> = packages.iter().map(|p| format!("'{p}'")).collect();
                write!(
                    f,
                    "{what} {} of project '{project}' {are} not restored; run `dotnet restore`",
                    listed.join(", ")
                )
            }
            Self::NoImplicitUsings { project, files, .. } => write!(
                f,
                "project '{project}' has no implicit usings, and {files} of its files rely on them; set <ImplicitUsings>enable</ImplicitUsings>"
            ),
            Self::UnknownNamespace { namespace, package: Some(package), project } => {
                let id = &package.id;
                write!(
                    f,
                    "the namespace '{namespace}' is in the package '{id}', to which the project does not refer; "
                )?;
                add_package(f, package, project)
            }
            Self::UnknownMethod { method, package, project } => {
                let id = &package.id;
                write!(f, "the method '{method}' is in the package '{id}', to which the project does not refer; ")?;
                add_package(f, package, project)
            }
            Self::Changed { change, file, since } => write!(f, "{change} ({file}, since {since})"),
            Self::UnknownNamespace { namespace, package: None, .. } => {
                write!(f, "no reference has the namespace '{namespace}'; add the package or project that has it")
            }
            Self::NoFramework { namespace, project } => write!(
                f,
                "the namespace '{namespace}' is in ASP.NET Core, to which project '{project}' does not refer; add <FrameworkReference Include=\"{}\" />",
                packages::ASP_NET
            ),
            Self::Project(cause) => cause.fmt(f),
            Self::UnknownBase { base } => write!(f, "the base type '{base}' is not found; repair that first"),
            Self::NoModules { command } => write!(f, "node_modules is missing; run `{command}`"),
            Self::NotInstalled { package, command } => {
                write!(f, "package '{package}' is listed but not installed; run `{command}`")
            }
            Self::NotListed { package, listed, command } => {
                let (what, name) = match package.strip_prefix("@types/") {
                    Some(name) => ("the types of ", name.replace("__", "/")),
                    None => ("", package.clone()),
                };
                let are = if what.is_empty() { "is" } else { "are" };
                write!(
                    f,
                    "{what}package '{name}' {are} neither listed in package.json nor installed; run `{command}`"
                )?;
                match listed {
                    Some(Listing { manifest, version, .. }) => write!(f, " ('{manifest}' lists {version})"),
                    None => Ok(()),
                }
            }
            Self::NoNodeTypes => f.write_str("the types of Node.js are not installed; add '@types/node'"),
            Self::NotGenerated { module, command } if command.is_empty() => {
                write!(f, "'{module}' is not generated yet; run its generator")
            }
            Self::NotGenerated { module, command } => write!(f, "'{module}' is not generated yet; run `{command}`"),
            Self::OldOutput { package, command } if command.is_empty() => {
                write!(f, "what package '{package}' was built to is older than its sources; build it first")
            }
            Self::OldOutput { package, command } => {
                write!(f, "what package '{package}' was built to is missing or older than its sources; run `{command}`")
            }
            Self::Tool { advice } => f.write_str(advice),
        }
    }
}

/// The command that adds a package to a project.
fn add_package(f: &mut fmt::Formatter<'_>, package: &LackedPackage, project: &str) -> fmt::Result {
    let version = package.version.as_ref().map_or(String::new(), |v| format!(" --version {v}"));
    // A folder's only project need not be named.
    let target = match project {
        "" => String::new(),
        spaced if spaced.contains(' ') => format!("\"{spaced}\" "),
        plain => format!("{plain} "),
    };
    write!(f, "run `dotnet add {target}package {}{version}`", package.id)
}

/// What a tool complains about that no source can repair: code, and what to do.
const TOOLS: &[(&str, &str)] =
    &[("TS2688", "types that the tsconfig names are not installed; install the dependencies")];

/// The cause that a diagnostic itself is about, when no source can repair it, and the project that it is about is not known by its file.
pub fn of_tool(diagnostic: &BuildDiagnostic) -> Option<Cause> {
    let code = diagnostic.code.as_str();
    if project::is_of_project(code) {
        let named =
            diagnostic.projects.first().map(|p| &*p.path).or(diagnostic.file.as_deref().filter(|f| is_project(f)));
        let arguments = match diagnostic.arguments.is_empty() {
            true => arguments_of(&diagnostic.code, &diagnostic.message),
            false => diagnostic.arguments.clone(),
        };
        let told = Told {
            code,
            severity: diagnostic.severity,
            message: &diagnostic.message,
            arguments: &arguments,
            project: named.map(stem),
            line: None,
        };
        return project::of_project(&told, None).map(Cause::Project);
    }
    let (_, advice) = TOOLS.iter().find(|(c, _)| *c == code && diagnostic.severity == Severity::Error)?;
    Some(Cause::Tool { advice })
}

/// The cause that a diagnostic in a project file is about.
pub fn of_project(ctx: &ProjectContext<'_>) -> Option<Cause> {
    let d = ctx.diagnostic;
    if d.code == "" && d.severity == Severity::Error {
        return Some(beside(ctx));
    }
    if !project::is_of_project(d.code.as_str()) {
        return None;
    }
    let name = ctx.path().to_string_lossy();
    let name = if is_project(&name) { stem(&name) } else { name.rsplit(['/', '\\']).next().unwrap_or_default() };
    if let Some(cause) = short_framework(ctx, name) {
        return Some(Cause::Project(cause));
    }
    let line = (d.range.start > 0).then(|| ctx.text().map(|t| t[..d.range.start].matches('\n').count() as u32 + 1));
    let told = Told {
        code: d.code.as_str(),
        severity: d.severity,
        message: &d.message,
        arguments: &d.arguments,
        // What another project refers to is reported for those that use it, too.
        project: Some(name).filter(|_| !is_passed_on(ctx)),
        line: line.flatten(),
    };
    project::of_project(&told, Some(ctx.index)).map(Cause::Project)
}

/// Whether the package that cannot be restored is not the project's own reference, but one of a project that it uses.
fn is_passed_on(ctx: &ProjectContext<'_>) -> bool {
    if !matches!(ctx.diagnostic.code.as_str(), "NU1100" | "NU1101" | "NU1102" | "NU1103") {
        return false;
    }
    let Some(id) = ctx.argument(0).and_then(|a| a.split(' ').next()) else { return false };
    let file = ctx.file();
    let refers = |kind: &str| file.items(kind).iter().any(|i| i.include.eq_ignore_ascii_case(id));
    !file.items("ProjectReference").is_empty() && !refers("PackageReference")
}

/// The cause of an error without a code: what else the file is reported for, or what the message says.
fn beside(ctx: &ProjectContext<'_>) -> Cause {
    let others = ctx.diagnostics.in_file(ctx.path()).iter().filter(|d| project::is_root(d.code.as_str(), d.severity));
    let mut causes = others.filter_map(|d| of_project(&ProjectContext { diagnostic: d, ..*ctx }));
    let name = ctx.path().to_string_lossy();
    // The solution's build says no code for an SDK that is not found.
    let of_sdk = || {
        let sdk = ctx.argument(0)?;
        let named = ctx.text()?.contains(&format!("Sdk=\"{sdk}\""));
        let arguments = [sdk.to_owned()];
        let told = Told {
            code: "MSB4236",
            severity: Severity::Error,
            message: "",
            arguments: &arguments,
            project: Some(stem(&name)),
            line: None,
        };
        named.then(|| project::of_project(&told, Some(ctx.index)).map(Cause::Project))?
    };
    causes.next().or_else(of_sdk).unwrap_or_else(|| {
        let message = ctx.diagnostic.message.lines().next().unwrap_or_default().trim().trim_end_matches('.');
        Cause::Project(ProjectCause::new(Some(stem(&name)), format!("{{project}} cannot be built: {message}"), ""))
    })
}

/// `net10` without a point is .NET Framework 1.0, whose reference assemblies nobody has.
fn short_framework(ctx: &ProjectContext<'_>, name: &str) -> Option<ProjectCause> {
    let d = ctx.diagnostic;
    let assemblies = "Microsoft.NETFramework.ReferenceAssemblies";
    let is_old = match d.code.as_str() {
        "MSB3644" => true,
        "NU1101" | "NU1102" => ctx.argument(0)?.starts_with(assemblies),
        _ => false,
    };
    let file = ctx.file();
    let [own] = file.frameworks()[..] else { return None };
    let number = own.strip_prefix("net").filter(|n| n.len() <= 2)?.parse::<u32>().ok()?;
    (is_old && (5..20).contains(&number)).then(|| {
        let what = format!("the target framework '{own}' of {{project}} is one of .NET Framework");
        ProjectCause::new(Some(name), what, format!("write 'net{number}.0'"))
    })
}

fn is_project(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, e)| e);
    ["csproj", "fsproj", "vbproj"].iter().any(|e| extension.eq_ignore_ascii_case(e))
}

/// The name of a project, from its path as any system writes it.
fn stem(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.rsplit_once('.').filter(|_| is_project(name)).map_or(name, |(stem, _)| stem)
}

impl Cause {
    /// Takes in `other`, when the same is wrong with several projects.
    pub fn join(&mut self, other: &Self) -> bool {
        match (&mut *self, other) {
            (Self::Project(own), Self::Project(other)) => own.join(other),
            // Of one package, the first namespace or method says enough.
            (own, other) => match (own.lacked(), other.lacked()) {
                (Some(own), Some(other)) => own == other,
                _ => *own == *other,
            },
        }
    }

    /// The package that is lacked, where one is, and the project that lacks it.
    fn lacked(&self) -> Option<(&LackedPackage, &str)> {
        match self {
            Self::UnknownNamespace { package: Some(package), project, .. }
            | Self::UnknownMethod { package, project, .. } => Some((package, project)),
            _ => None,
        }
    }
}
