//! What a binary log tells of the compilers: which projects were compiled, with which options, and which were up to date.

use crate::ProjectRef;

/// Runs of compilers in a build. Empty for logs that do not tell them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Compilers {
    /// The C# compiler's command lines, in the order of the build; one a project and target framework.
    pub invocations: Vec<CompilerInvocation>,
    /// Projects that were compiled, in whatever language.
    pub compiled: Vec<ProjectRef>,
    /// Projects that were not compiled because nothing of them had changed: their warnings are not reported again.
    pub up_to_date: Vec<ProjectRef>,
}

impl Compilers {
    /// Adds what another log tells.
    pub(crate) fn add(&mut self, other: Self) {
        self.invocations.extend(other.invocations);
        self.compiled.extend(other.compiled);
        self.up_to_date.extend(other.up_to_date);
        self.settle();
    }

    /// Each project once; what was compiled is not up to date, whatever an earlier target said.
    pub(crate) fn settle(&mut self) {
        for list in [&mut self.compiled, &mut self.up_to_date] {
            list.sort();
            list.dedup();
        }
        let compiled = &self.compiled;
        self.up_to_date.retain(|p| compiled.binary_search(p).is_err());
    }
}

/// One run of the C# compiler. Paths are as on the command line: absolute, or relative to the project's folder.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CompilerInvocation {
    /// The project that was compiled, and its target framework where the build names it.
    pub project: Option<ProjectRef>,
    /// Symbols of `#if`.
    pub defines: Vec<String>,
    /// `-langversion`, such as `14.0` or `latest`.
    pub lang_version: Option<String>,
    /// `-nullable`: `enable`, `disable`, `warnings` or `annotations`.
    pub nullable: Option<String>,
    /// Assemblies that are referenced, without their aliases.
    pub references: Vec<String>,
    /// Assemblies of analyzers and source generators.
    pub analyzers: Vec<String>,
    /// Whether all warnings are errors, but for `warnings_not_as_errors`.
    pub all_warnings_as_errors: bool,
    /// Codes whose warnings are errors.
    pub warnings_as_errors: Vec<String>,
    /// Codes whose warnings stay warnings.
    pub warnings_not_as_errors: Vec<String>,
    /// Codes that are not reported.
    pub no_warn: Vec<String>,
    /// `-unsafe`.
    pub allow_unsafe: bool,
    /// Files that are compiled, generated ones of the build included.
    pub sources: Vec<String>,
}

/// Arguments of one command line, at most.
const MOST_ARGUMENTS: usize = 200_000;

impl CompilerInvocation {
    /// Reads a command line of csc, the compiler's own path first.
    pub(crate) fn read(line: &str) -> Self {
        let mut out = Self::default();
        // The path of the compiler may hold spaces and is not always quoted: options begin with the first one.
        let line = line.find(" /").or_else(|| line.find(" -")).map_or("", |at| &line[at..]);
        for argument in words(line).take(MOST_ARGUMENTS) {
            out.argument(&argument);
        }
        out
    }

    fn argument(&mut self, argument: &str) {
        let (name, value) = match option(argument) {
            Some(option) => option,
            None => {
                self.sources.push(argument.to_owned());
                return;
            }
        };
        let list = || value.split([';', ',', ' ']).filter(|v| !v.is_empty()).map(str::to_owned);
        match name.as_str() {
            "define" | "d" => self.defines.extend(list()),
            "langversion" => self.lang_version = Some(value.to_owned()),
            "nullable" | "nullable+" => {
                self.nullable = Some(if value.is_empty() { "enable" } else { value }.to_ascii_lowercase())
            }
            "nullable-" => self.nullable = Some("disable".to_owned()),
            "reference" | "r" => {
                let path = |v: &str| match v.split_once('=') {
                    // `alias=path`: an alias is a name.
                    Some((alias, path)) if !alias.contains(['/', '\\', '.']) => path.to_owned(),
                    _ => v.to_owned(),
                };
                self.references.extend(value.split([';', ',']).filter(|v| !v.is_empty()).map(path));
            }
            "analyzer" | "a" => {
                self.analyzers.extend(value.split([';', ',']).filter(|v| !v.is_empty()).map(str::to_owned))
            }
            "warnaserror" | "warnaserror+" if value.is_empty() => self.all_warnings_as_errors = true,
            "warnaserror-" if value.is_empty() => self.all_warnings_as_errors = false,
            "warnaserror" | "warnaserror+" => self.warnings_as_errors.extend(list()),
            "warnaserror-" => self.warnings_not_as_errors.extend(list()),
            "nowarn" => self.no_warn.extend(list()),
            "unsafe" | "unsafe+" => self.allow_unsafe = true,
            "unsafe-" => self.allow_unsafe = false,
            _ => {}
        }
    }
}

/// `/name:value` or `-name:value`, the name in small letters. A source may begin with `/`, too: then the name would hold another one or a dot.
fn option(argument: &str) -> Option<(String, &str)> {
    let rest = argument.strip_prefix(['/', '-'])?;
    let (name, value) = rest.split_once(':').unwrap_or((rest, ""));
    let name_only = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-'));
    name_only.then(|| (name.to_ascii_lowercase(), value))
}

/// The arguments of a command line as .NET tools write it: blanks part them, quotes keep them together, `\"` is a quote.
fn words(line: &str) -> impl Iterator<Item = String> + '_ {
    let mut rest = line.chars().peekable();
    std::iter::from_fn(move || {
        while rest.next_if(|c| c.is_whitespace()).is_some() {}
        rest.peek()?;
        let (mut word, mut quoted) = (String::new(), false);
        while let Some(c) = rest.next_if(|c| quoted || !c.is_whitespace()) {
            match c {
                '\\' if rest.peek() == Some(&'"') => word.extend(rest.next()),
                '"' => quoted = !quoted,
                c => word.push(c),
            }
        }
        Some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_is_read() {
        let line = r#"/usr/share/dotnet/dotnet exec "/my sdk/csc.dll" /noconfig /unsafe- /nowarn:1701,1702 /define:TRACE;DEBUG;NET10_0 /langversion:14.0
            /nullable:enable /reference:"/a b/System.dll" /reference:old=/x/Old.dll /analyzer:/x/A.dll /warnaserror+ /warnaserror+:NU1605,SYSLIB0011
            /warnaserror-:CS0618 /unsafe+ Program.cs "obj/Debug/My App.cs" /home/me/Gen.cs"#;
        let read = CompilerInvocation::read(line);
        assert_eq!(read.defines, ["TRACE", "DEBUG", "NET10_0"]);
        assert_eq!((read.lang_version.as_deref(), read.nullable.as_deref()), (Some("14.0"), Some("enable")));
        assert_eq!(read.references, ["/a b/System.dll", "/x/Old.dll"]);
        assert_eq!(read.analyzers, ["/x/A.dll"]);
        assert!(read.all_warnings_as_errors && read.allow_unsafe);
        assert_eq!(
            (read.warnings_as_errors.len(), read.warnings_not_as_errors.as_slice()),
            (2, &["CS0618".to_owned()][..])
        );
        assert_eq!(read.no_warn, ["1701", "1702"]);
        assert_eq!(read.sources, ["Program.cs", "obj/Debug/My App.cs", "/home/me/Gen.cs"]);
        assert_eq!(CompilerInvocation::read("csc"), CompilerInvocation::default());
        assert_eq!(
            CompilerInvocation::read("csc.exe -nullable -d:A -nullable- \"").nullable.as_deref(),
            Some("disable")
        );
    }

    #[test]
    fn what_was_compiled_is_not_up_to_date() {
        let project = |path: &str| ProjectRef { path: path.into(), target_framework: None };
        let mut compilers = Compilers {
            compiled: vec![project("b"), project("a"), project("b")],
            up_to_date: vec![project("c"), project("a"), project("c")],
            ..Compilers::default()
        };
        compilers.settle();
        assert_eq!(compilers.compiled, [project("a"), project("b")]);
        assert_eq!(compilers.up_to_date, [project("c")]);
    }
}
