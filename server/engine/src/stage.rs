//! How far a compiler comes before it stops. Roslyn binds method bodies only when declarations are right, and declarations only when
//! files parse; tsc checks nothing as long as something does not parse. Repairing one stage uncovers the next.

use crate::Entry;
use diagnostics::Producer;
use index::Source;
use syntax::{NodeExt, node_covering};

/// A stage of compilation, in order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Stage {
    /// Nothing was compiled, as far as the log tells.
    None,
    /// Parsing.
    Syntax,
    /// Declarations (C#).
    Declaration,
    /// Method bodies; everything else in TypeScript.
    Body,
}

/// Codes of Roslyn's parser and lexer (`ErrorCode.cs`, the messages that `LanguageParser`, `Lexer` and `DirectiveParser` give).
const CSHARP_SYNTAX: &[u16] = &[
    1001, 1002, 1003, 1004, 1007, 1009, 1010, 1011, 1012, 1013, 1014, 1015, 1017, 1019, 1020, 1021, 1022, 1023, 1024,
    1025, 1026, 1027, 1028, 1029, 1030, 1031, 1032, 1033, 1034, 1035, 1036, 1037, 1038, 1039, 1040, 1041, 1055, 1056,
    1065, 1071, 1073, 1513, 1514, 1515, 1516, 1517, 1519, 1520, 1521, 1522, 1523, 1524, 1525, 1526, 1527, 1528, 1529,
    1530, 1534, 1535, 1536, 1547, 1552, 1553, 1575, 1576, 1577, 1578, 1585, 1611, 1646, 1670, 1671, 1672, 1674, 1733,
    1737, 7002, 8076, 8077, 8124, 8180, 8183, 8641, 8652, 8803, 8997, 8998, 8999, 9000, 9001, 9002, 9004, 9005, 9006,
    9007, 9008, 9009,
];

/// Codes that Roslyn reports at a declaration but finds by looking at bodies: flow analysis, nullability of constructors, use of fields.
const CSHARP_BODY: &[u16] =
    &[67, 161, 168, 169, 171, 177, 219, 414, 649, 843, 1643, 1998, 8618, 8619, 8766, 8767, 8774, 8776, 8777, 8892];

/// Codes of TypeScript's scanner and parser (`parser.ts`, `scanner.ts`); other codes below 2000 come from the checker.
const TYPESCRIPT_SYNTAX: &[u16] = &[
    1002, 1003, 1005, 1006, 1007, 1009, 1010, 1012, 1014, 1034, 1035, 1068, 1069, 1070, 1073, 1108, 1109, 1110, 1121,
    1122, 1123, 1124, 1125, 1126, 1127, 1128, 1129, 1130, 1131, 1132, 1134, 1135, 1136, 1137, 1138, 1139, 1140, 1141,
    1142, 1144, 1145, 1146, 1147, 1155, 1156, 1157, 1160, 1161, 1177, 1178, 1179, 1180, 1181, 1185, 1198, 1199, 1351,
    1352, 1353, 1356, 1357, 1359, 1381, 1382, 1385, 1386, 1387, 1388, 1389, 1390, 1434, 1435, 1436, 1437, 1438, 1440,
    1441, 1442, 1443, 1472, 1477, 1487, 1488, 17002, 17004, 17014, 17015,
];

/// The stage that reports this diagnostic; `source` is its file as it was built.
pub(crate) fn of(entry: &Entry, source: Option<&Source>) -> Stage {
    if is_syntax(entry) {
        return Stage::Syntax;
    }
    let Some(number) = number(entry) else { return Stage::Body };
    match entry.diagnostic.producer {
        Producer::CSharp if !CSHARP_BODY.contains(&number) && !is_in_body(entry, source) => Stage::Declaration,
        _ => Stage::Body,
    }
}

/// Whether the parser says it: what else is said of the file may be a mere consequence.
pub(crate) fn is_syntax(entry: &Entry) -> bool {
    let table = match entry.diagnostic.producer {
        Producer::TypeScript => TYPESCRIPT_SYNTAX,
        Producer::CSharp => CSHARP_SYNTAX,
        _ => return false,
    };
    number(entry).is_some_and(|n| table.contains(&n))
}

fn number(entry: &Entry) -> Option<u16> {
    entry.diagnostic.code.as_str().get(2..)?.parse().ok()
}

fn is_in_body(entry: &Entry, source: Option<&Source>) -> bool {
    let (Some(place), Some(source)) = (&entry.place, source) else { return true };
    if source.hash != place.text_hash {
        return true;
    }
    let Some(node) = node_covering(source.parsed.root(), place.range) else { return false };
    let body =
        ["block", "arrow_expression_clause", "equals_value_clause", "global_statement", "constructor_initializer"];
    node.enclosing(&body).is_some()
        // Initializers of fields have no node of their own in this grammar: the declarator's part after `=`.
        || node.enclosing(&["variable_declarator"]).is_some_and(|d| {
            d.all_children().iter().any(|c| c.kind() == "=" && c.end_byte() <= node.start_byte())
        })
}
