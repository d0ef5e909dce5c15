//! # A compiler option that there is not
//!
//! The name is misspelt.
//!
//! ```typescript before
//! //@ error TS5025: Unknown compiler option 'strictNullCheck'. Did you mean 'strictNullChecks'?
//! //@ compiler: 6
//! export const area = 1;
//! //- /tsconfig.json
//! {
//!   "compilerOptions": {
//!     $0"strictNullCheck"$0: true,
//!     "noEmit": true
//!   }
//! }
//! ```
//! ```typescript after
//! //- /tsconfig.json
//! {
//!   "compilerOptions": {
//!     "strictNullChecks": true,
//!     "noEmit": true
//!   }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the option was not in effect until now.

use super::support::config::Documents;
use fix::{Applicability, Fix, RuleContext};
use semantics::typo::is_slip;

pub(crate) const CODES: &[&str] = &["TS5025", "TS5023"];

/// The compiler's options, for versions that do not say which one may be meant.
const OPTIONS: &[&str] = &[
    "allowArbitraryExtensions",
    "allowImportingTsExtensions",
    "allowJs",
    "allowSyntheticDefaultImports",
    "allowUmdGlobalAccess",
    "allowUnreachableCode",
    "allowUnusedLabels",
    "assumeChangesOnlyAffectDirectDependencies",
    "checkJs",
    "composite",
    "customConditions",
    "declaration",
    "declarationDir",
    "declarationMap",
    "disableReferencedProjectLoad",
    "disableSizeLimit",
    "disableSolutionSearching",
    "disableSourceOfProjectReferenceRedirect",
    "emitBOM",
    "emitDeclarationOnly",
    "emitDecoratorMetadata",
    "erasableSyntaxOnly",
    "esModuleInterop",
    "exactOptionalPropertyTypes",
    "experimentalDecorators",
    "forceConsistentCasingInFileNames",
    "importHelpers",
    "incremental",
    "inlineSourceMap",
    "inlineSources",
    "isolatedDeclarations",
    "isolatedModules",
    "jsx",
    "jsxFactory",
    "jsxFragmentFactory",
    "jsxImportSource",
    "lib",
    "libReplacement",
    "mapRoot",
    "maxNodeModuleJsDepth",
    "module",
    "moduleDetection",
    "moduleResolution",
    "moduleSuffixes",
    "newLine",
    "noCheck",
    "noEmit",
    "noEmitHelpers",
    "noEmitOnError",
    "noErrorTruncation",
    "noFallthroughCasesInSwitch",
    "noImplicitAny",
    "noImplicitOverride",
    "noImplicitReturns",
    "noImplicitThis",
    "noLib",
    "noPropertyAccessFromIndexSignature",
    "noResolve",
    "noUncheckedIndexedAccess",
    "noUncheckedSideEffectImports",
    "noUnusedLocals",
    "noUnusedParameters",
    "outDir",
    "paths",
    "plugins",
    "preserveConstEnums",
    "preserveSymlinks",
    "removeComments",
    "resolveJsonModule",
    "resolvePackageJsonExports",
    "resolvePackageJsonImports",
    "rewriteRelativeImportExtensions",
    "rootDir",
    "rootDirs",
    "skipDefaultLibCheck",
    "skipLibCheck",
    "sourceMap",
    "sourceRoot",
    "strict",
    "strictBindCallApply",
    "strictBuiltinIteratorReturn",
    "strictFunctionTypes",
    "strictNullChecks",
    "strictPropertyInitialization",
    "stripInternal",
    "target",
    "tsBuildInfoFile",
    "typeRoots",
    "types",
    "useDefineForClassFields",
    "useUnknownInCatchVariables",
    "verbatimModuleSyntax",
];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(old) = ctx.argument(0) else { return Vec::new() };
    let Some(new) = ctx.argument(1).filter(|_| *ctx.code() == "TS5025").or_else(|| meant(old)) else {
        return Vec::new();
    };
    let mut documents = Documents::new(ctx.index);
    let Some(editor) = documents.edit(ctx.path()) else { return Vec::new() };
    let path = editor.path_at(ctx.diagnostic.range.start);
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let Some((name, parents)) = path.split_last() else { return Vec::new() };
    // What is written already under the right name is not written twice.
    let right: Vec<&str> = parents.iter().copied().chain([new]).collect();
    if *name != old || editor.find(&right).is_some() || !editor.rename(&path, new) {
        return Vec::new();
    }
    documents
        .fix(format!("Change spelling to '{new}'"), Applicability::Unsafe)
        .map(Fix::preferred)
        .into_iter()
        .collect()
}

/// The one option that a name is a slip of.
fn meant(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    let mut all = OPTIONS.iter().filter(|o| o.eq_ignore_ascii_case(name) || is_slip(&lower, &o.to_ascii_lowercase()));
    all.next().filter(|_| all.next().is_none()).copied()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn what_is_meant_is_known_without_the_compiler() {
        let config = |name: &str| format!("//- /tsconfig.json\n{{ \"compilerOptions\": {{ {name}: true }} }}\n");
        let message = "Unknown compiler option 'esmoduleInterop'.";
        check_fix(
            rule_of(module_path!()),
            "TS5023",
            message,
            &config("$0\"esmoduleInterop\""),
            &config("\"esModuleInterop\""),
        );
        check_no_fix(rule_of(module_path!()), "TS5023", "Unknown compiler option 'out'.", &config("$0\"out\""));
    }

    #[test]
    fn nothing_is_written_twice() {
        check_no_fix(
            rule_of(module_path!()),
            "TS5025",
            "Unknown compiler option 'strct'. Did you mean 'strict'?",
            "//- /tsconfig.json\n{ \"compilerOptions\": { $0\"strct\": true, \"strict\": false } }\n",
        );
    }
}
