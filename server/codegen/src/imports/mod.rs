//! Imports that fixes request, and how they are written in a file.

pub mod csharp;
pub mod typescript;

use std::collections::{BTreeMap, BTreeSet};

/// An import that a file needs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ImportRequest {
    /// C# `using NAMESPACE;`
    Using {
        /// The namespace.
        namespace: String,
    },
    /// C# `using static TYPE;`
    UsingStatic {
        /// Full name of the type.
        type_name: String,
    },
    /// C# `using ALIAS = TARGET;`
    UsingAlias {
        /// The alias.
        alias: String,
        /// Full name of the type or namespace.
        target: String,
    },
    /// TypeScript `import { name as local } from 'module'`
    Named {
        /// Module specifier.
        module: String,
        /// Exported name.
        name: String,
        /// Local name.
        local: String,
        /// Whether only its type is used.
        type_only: bool,
    },
    /// TypeScript `import local from 'module'`
    Default {
        /// Module specifier.
        module: String,
        /// Local name.
        local: String,
        /// Whether only its type is used.
        type_only: bool,
    },
    /// TypeScript `import * as local from 'module'`
    Namespace {
        /// Module specifier.
        module: String,
        /// Local name.
        local: String,
        /// Whether only its type is used.
        type_only: bool,
    },
    /// TypeScript `import local = require('module')`; in JavaScript `const local = require('module')`
    Equals {
        /// Module specifier.
        module: String,
        /// Local name.
        local: String,
    },
}

/// Imports that a file needs, each with the byte offsets at which it is needed; empty where they are not known.
pub type Imports = BTreeMap<ImportRequest, BTreeSet<usize>>;

/// Adds `more` to `imports`.
pub fn join(imports: &mut Imports, more: &Imports) {
    for (request, places) in more {
        imports.entry(request.clone()).or_default().extend(places);
    }
}
