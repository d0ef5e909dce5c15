// Runs TypeScript's compiler over files in memory: one JSON request a line on stdin, one JSON answer a line on stdout.
// Request: {options: ["--strict", ...], files: {"/main.ts": "text", ...}}; answer: {diagnostics: [{file, start, length, code, message}]}.
// The option --suggestions, which tsc has not, adds what only editors are told.
// A compiler started per case would spend its time on reading lib.d.ts: parsed library files are kept between requests.
const ts = require('ts59');
const path = require('path');
const readline = require('readline');
const DEFAULTS = ['--noEmit', '--target', 'es2022', '--jsx', 'preserve', '--allowJs', '--checkJs'];
// What a request says of modules is left to imply the rest.
const MODULES = ['--module', 'esnext', '--moduleResolution', 'bundler'];
const parsed = new Map();

function check(request) {
  const files = new Map(Object.entries(request.files));
  const config = files.get('/tsconfig.json');
  const given = (request.options ?? []).filter(o => o !== '--suggestions');
  const modules = given.some(o => /^--module/i.test(o)) ? [] : MODULES;
  let options = ts.parseCommandLine([...DEFAULTS, ...modules, ...given]).options;
  if (config !== undefined) {
    const json = ts.parseConfigFileTextToJson('/tsconfig.json', config).config ?? {};
    options = { ...options, ...ts.convertCompilerOptionsFromJson(json.compilerOptions ?? {}, '/').options };
  }
  options.types ??= [];
  const folders = new Set();
  for (const name of files.keys()) for (let d = path.dirname(name); ; d = path.dirname(d)) { folders.add(d); if (d === '/') break; }
  const host = {
    getSourceFile(name, languageVersion) {
      if (files.has(name)) return ts.createSourceFile(name, files.get(name), languageVersion, true);
      const key = `${name}|${JSON.stringify(languageVersion)}`;
      if (!parsed.has(key)) {
        const text = ts.sys.readFile(name);
        parsed.set(key, text === undefined ? undefined : ts.createSourceFile(name, text, languageVersion, true));
      }
      return parsed.get(key);
    },
    getDefaultLibFileName: o => path.join(path.dirname(require.resolve('ts59')), ts.getDefaultLibFileName(o)),
    getDefaultLibLocation: () => path.dirname(require.resolve('ts59')),
    writeFile() {},
    getCurrentDirectory: () => '/',
    getCanonicalFileName: n => n,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
    fileExists: n => files.has(n) || (n.includes('/ts59/lib/') && ts.sys.fileExists(n)),
    readFile: n => files.get(n) ?? (n.includes('/ts59/lib/') ? ts.sys.readFile(n) : undefined),
    directoryExists: d => folders.has(d),
    getDirectories: () => [],
    realpath: n => n,
  };
  const roots = [...files.keys()].filter(n => /\.(ts|tsx|mts|cts|js|jsx|mjs|cjs)$/.test(n) && !n.includes('/node_modules/'));
  const program = ts.createProgram(roots, options, host);
  const all = [...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics(), ...program.getSyntacticDiagnostics(), ...program.getSemanticDiagnostics(), ...(options.declaration ? program.getDeclarationDiagnostics() : [])];
  if (request.options?.includes('--suggestions')) {
    const never = { isCancellationRequested: () => false, throwIfCancellationRequested() {} };
    for (const name of roots) all.push(...ts.computeSuggestionDiagnostics(program.getSourceFile(name), program, never));
  }
  return all.map(d => ({ file: d.file?.fileName ?? '', start: d.start ?? 0, length: d.length ?? 0, code: `TS${d.code}`, message: ts.flattenDiagnosticMessageText(d.messageText, '\n') }));
}

readline.createInterface({ input: process.stdin }).on('line', line => {
  let answer;
  try { answer = { diagnostics: check(JSON.parse(line)) }; } catch (e) { answer = { failed: String(e?.stack ?? e) }; }
  process.stdout.write(JSON.stringify(answer) + '\n');
});
