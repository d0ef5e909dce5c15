use super::*;
use syntax::Language;
use text::TextEdits;

fn named(module: &str, name: &str, type_only: bool) -> ImportRequest {
    ImportRequest::Named { module: module.into(), name: name.into(), local: name.into(), type_only }
}
fn default(module: &str, local: &str) -> ImportRequest {
    ImportRequest::Default { module: module.into(), local: local.into(), type_only: false }
}

fn check_in(path: &str, before: &str, requests: &[ImportRequest], after: &str) {
    let index = Index::in_memory([(path, before)]);
    let parsed = Parsed::new(Language::of_path(Path::new(path)).unwrap(), before);
    let set: BTreeSet<ImportRequest> = requests.iter().cloned().collect();
    let edits = TextEdits::new(edits(&parsed, &set, Path::new(path), &index)).expect("edits are disjoint");
    assert_eq!(edits.apply(before).unwrap(), after);
}
fn check(before: &str, requests: &[ImportRequest], after: &str) {
    check_in("/main.ts", before, requests, after);
}

#[test]
fn names_are_added_to_the_existing_import() {
    let f = [named("./m", "f", false)];
    check("import { a, z } from \"./m\";\n", &f, "import { a, f, z } from \"./m\";\n");
    check("import { z, a } from \"./m\";\n", &f, "import { z, a, f } from \"./m\";\n");
    check("import {v1, v2,} from \"./m\";\n", &[named("./m", "v4", false)], "import {v1, v2, v4,} from \"./m\";\n");
    check("import {\n    v1,\n    v2\n} from \"./m\";\n", &f, "import {\n    f,\n    v1,\n    v2\n} from \"./m\";\n");
    check("import {\n  a,\n  b,\n} from './m'\n", &f, "import {\n  a,\n  b,\n  f,\n} from './m'\n");
    check("import {} from \"./m\";\n", &f, "import { f } from \"./m\";\n");
    check("import d from \"./m\";\n", &f, "import d, { f } from \"./m\";\n");
    check("import { a } from './m';\n", &[default("./m", "d")], "import d, { a } from './m';\n");
    check("import * as ns from './m';\n", &f, "import * as ns from './m';\nimport { f } from './m';\n");
    check("import './m';\n", &f, "import './m';\nimport { f } from './m';\n");
}

#[test]
fn names_of_one_module_share_one_import() {
    let requests = [named("./m", "b", false), named("./m", "a", false), default("./m", "d")];
    check("x;\n", &requests, "import d, { a, b } from \"./m\";\n\nx;\n");
}

#[test]
fn type_only_import_becomes_a_value_import_when_needed() {
    check("import type { A } from './m';\n", &[named("./m", "B", false)], "import { B, type A } from './m';\n");
    check("import type { A, C } from './m';\n", &[named("./m", "A", false)], "import { A, type C } from './m';\n");
    check("import { type A, C } from './m';\n", &[named("./m", "A", false)], "import { A, C } from './m';\n");
    check("import type { A } from './m';\n", &[named("./m", "B", true)], "import type { A, B } from './m';\n");
    check(
        "import { f, type A } from './m';\n",
        &[named("./m", "B", true)],
        "import { f, type A, type B } from './m';\n",
    );
}

#[test]
fn new_statements_follow_the_files_style_and_order() {
    let m = [named("./m", "f", false)];
    check(
        "import a from './a'\nimport z from './z'\n",
        &m,
        "import a from './a'\nimport { f } from './m'\nimport z from './z'\n",
    );
    check(
        "import z from './z';\nimport a from './a';\n",
        &m,
        "import z from './z';\nimport a from './a';\nimport { f } from './m';\n",
    );
    check(
        "import z from './z'; // why\nx;\n",
        &[named("./zz", "f", false)],
        "import z from './z'; // why\nimport { f } from './zz';\nx;\n",
    );
    check("import z from './z';\r\nx;\r\n", &m, "import { f } from './m';\r\nimport z from './z';\r\nx;\r\n");
    check(
        "import type { T } from './t';\n",
        &[named("./u", "U", true)],
        "import type { T } from './t';\nimport type { U } from './u';\n",
    );
}

#[test]
fn imports_are_inserted_after_file_headers() {
    let m = [named("./m", "f", false)];
    check("#!/usr/bin/env node\nx;\n", &m, "#!/usr/bin/env node\n\nimport { f } from \"./m\";\n\nx;\n");
    check("'use client';\nx;\n", &m, "'use client';\n\nimport { f } from './m';\n\nx;\n");
    check("// Licence\n\nx;\n", &m, "// Licence\n\nimport { f } from \"./m\";\n\nx;\n");
    check("// about x\nx;\n", &m, "import { f } from \"./m\";\n\n// about x\nx;\n");
    check("", &m, "import { f } from \"./m\";\n");
}

#[test]
fn javascript_uses_require() {
    check_in(
        "/main.js",
        "const { a } = require('./m')\n",
        &[named("./m", "b", false)],
        "const { a, b } = require('./m')\n",
    );
    check_in(
        "/main.js",
        "module.exports = f;\n",
        &[named("./m", "f", false)],
        "const { f } = require(\"./m\");\n\nmodule.exports = f;\n",
    );
}
