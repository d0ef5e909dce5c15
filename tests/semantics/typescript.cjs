// Samples expressions of a TypeScript code base by seed and prints the compiler's answers about each: type, contextual type, symbol, and for
// some the names in scope. Reads one JSON request from standard input; prints JSON lines, the first with the number of
// files, expressions and errors. Offsets are UTF-8 bytes.
'use strict';
const fs = require('fs');
const path = require('path');
const request = JSON.parse(fs.readFileSync(0, 'utf8'));
const ts = require(path.join(request.typescript, 'lib/typescript.js'));

/** Numbers in [0, 1), the same for the same seed. */
function generator(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const configPath = ts.findConfigFile(request.root, ts.sys.fileExists);
if (!configPath) throw new Error(`no tsconfig.json in ${request.root}`);
const config = ts.getParsedCommandLineOfConfigFile(configPath, { noEmit: true }, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: d => { throw new Error(ts.flattenDiagnosticMessageText(d.messageText, '\n')); } });
const program = ts.createProgram(config.fileNames, config.options);
const checker = program.getTypeChecker();
const inside = file => {
  const relative = path.relative(request.root, file.fileName);
  return !file.isDeclarationFile && !relative.startsWith('..') && !/(^|\/)node_modules\//.test(relative);
};
const files = program.getSourceFiles().filter(inside).sort((a, b) => (a.fileName < b.fileName ? -1 : 1));
const drawnFrom = files.filter(f => !request.files || new RegExp(request.files).test(path.relative(request.root, f.fileName)));

/** Not names that are declared, the name behind a dot, the names of properties and labels, texts of JSX attributes: those are no
 *  expressions of their own. */
function isAsked(node) {
  if (ts.isPrivateIdentifier(node) || ts.isImportDeclaration(node.parent) || ts.isExportDeclaration(node.parent)) return false;
  if (ts.isJsxAttributes(node) || ts.isOmittedExpression(node) || ts.isSyntheticExpression?.(node)) return false;
  if (ts.isStringLiteral(node) && ts.isJsxAttribute(node.parent)) return false;
  if (!ts.isExpression(node) || ts.isExpressionWithTypeArguments(node)) return false;
  if (!ts.isIdentifier(node)) return !ts.isPartOfTypeNode(node);
  return ts.isExpressionNode ? ts.isExpressionNode(node) : ts.isInExpressionContext(node);
}

const random = generator(request.seed);
const drawn = [];
let seen = 0;
for (const file of drawnFrom) {
  const stack = [file];
  while (stack.length) {
    const node = stack.pop();
    ts.forEachChild(node, child => void stack.push(child));
    if (node === file || !isAsked(node)) continue;
    seen++;
    if (drawn.length < request.count) {
      drawn.push({ file, node });
      continue;
    }
    const place = Math.floor(random() * seen);
    if (place < drawn.length) drawn[place] = { file, node };
  }
}
drawn.sort((a, b) => (a.file.fileName < b.file.fileName ? -1 : a.file.fileName > b.file.fileName ? 1 : a.node.getStart() - b.node.getStart() || b.node.end - a.node.end));

const flags = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseSingleQuotesForStringLiteralType;
const text = (type, node) => (type ? checker.typeToString(type, node, flags) : undefined);
const meanings = ts.SymbolFlags.Value | ts.SymbolFlags.Type | ts.SymbolFlags.Namespace | ts.SymbolFlags.Alias;
const prefixes = new Map();
function bytes(file, offset) {
  // Files are asked in order of position: what was counted before is kept.
  const known = prefixes.get(file) ?? { offset: 0, bytes: file.text.charCodeAt(0) === 0xfeff ? -3 : 0 };
  const next = offset >= known.offset ? { offset, bytes: known.bytes + Buffer.byteLength(file.text.slice(known.offset, offset)) } : undefined;
  if (!next) return Buffer.byteLength(file.text.slice(0, offset));
  prefixes.set(file, next);
  return next.bytes;
}
const write = value => process.stdout.write(JSON.stringify(value) + '\n');

let errors = 0;
for (const file of files) errors += program.getSyntacticDiagnostics(file).length + program.getSemanticDiagnostics(file).length;
write({ files: files.length, expressions: seen, errors });
drawn.forEach(({ file, node }, number) => {
  const start = bytes(file, node.getStart(file));
  const type = checker.getTypeAtLocation(node);
  let symbol = checker.getSymbolAtLocation(node) ?? (ts.isPropertyAccessExpression(node) ? checker.getSymbolAtLocation(node.name) : undefined);
  if (symbol && symbol.flags & ts.SymbolFlags.Alias) {
    const target = checker.getAliasedSymbol(symbol);
    if (!checker.isUnknownSymbol(target)) symbol = target;
  }
  const names = number % request.namesEvery === 0;
  write({
    file: file.fileName,
    start,
    end: start + Buffer.byteLength(file.text.slice(node.getStart(file), node.end)),
    line: file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1,
    kind: ts.SyntaxKind[node.kind].replace(/Expression$/, '').replace('FirstLiteralToken', 'NumericLiteral').replace('FirstTemplateToken', 'NoSubstitutionTemplateLiteral'),
    type: type.intrinsicName === 'error' ? null : text(type, node),
    converted: text(checker.getContextualType(node), node) ?? null,
    symbol: symbol ? symbol.name : null,
    // The names of ambient modules are in quotes: nothing can be called by them.
    names: names ? [...new Set(checker.getSymbolsInScope(node, meanings).map(s => s.name))].filter(n => !n.startsWith('"')).sort() : null,
  });
});
