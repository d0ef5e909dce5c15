// Measures language servers as an editor sees them: time to the first diagnostics, latency of code actions, resident memory; and prints
// ratios. usage: node tests/bench/lsp.mjs [--buildfix target/release/buildfix] [--root DIR --log FILE] [--requests 200] [--files N] [--during-fix-all]
// With --root and --log: buildfix alone on that tree. Without: a generated TypeScript project, on which tsserver 5.9,
// typescript-language-server (on the same tsserver) and TypeScript 7's server answer the same requests (from tests/toolchains; installed on
// first use). With --files N: buildfix alone on a generated project of N files of C#, with a log written along with it (every other file has an error). With
// --during-fix-all: buildfix alone, while it fixes a file with 500 missing semicolons (--errors N: as many); actions are asked in another file until it is done.
// "typed" is a change of the document followed by a code action request.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const repository = path.resolve(here, '../..');
const option = (name, fallback) => { const i = process.argv.indexOf('--' + name); return i < 0 ? fallback : process.argv[i + 1]; };
const program = path.resolve(option('buildfix', path.join(repository, 'target/release/buildfix')));
const requests = +option('requests', '200');

/** Resident memory of a process and its child processes, in MB. */
function memory(pid, field) {
  const of = p => { try { return +new RegExp(field + ':\\s+(\\d+)').exec(fs.readFileSync(`/proc/${p}/status`, 'utf8'))[1] / 1024; } catch { return NaN; } };
  const children = p => { try { return fs.readdirSync(`/proc/${p}/task`).flatMap(t => fs.readFileSync(`/proc/${p}/task/${t}/children`, 'utf8').trim().split(' ').filter(Boolean)); } catch { return []; } };
  const below = p => [p, ...children(p).flatMap(below)];
  return below(pid).map(of).filter(v => !Number.isNaN(v)).reduce((a, b) => a + b, 0) || NaN;
}

class Server {
  constructor(command, args, cwd, env = {}) {
    this.next = 0; this.waiting = new Map(); this.listeners = []; this.buffer = Buffer.alloc(0);
    this.child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'ignore'] });
    this.child.stdout.on('data', d => this.read(d));
  }
  read(data) {
    this.buffer = Buffer.concat([this.buffer, data]);
    for (;;) {
      const end = this.buffer.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = +/content-length: *(\d+)/i.exec(this.buffer.subarray(0, end).toString())[1];
      if (this.buffer.length < end + 4 + length) return;
      const message = JSON.parse(this.buffer.subarray(end + 4, end + 4 + length));
      this.buffer = this.buffer.subarray(end + 4 + length);
      if (message.method && message.id !== undefined) this.write({ id: message.id, result: message.method === 'workspace/configuration' ? message.params.items.map(() => null) : message.method === 'workspace/applyEdit' ? { applied: true } : null });
      else if (message.method) this.listeners.forEach(l => l(message));
      else { this.waiting.get(message.id)?.(message); this.waiting.delete(message.id); }
    }
  }
  write(message) { const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message })); this.child.stdin.write(`Content-Length: ${body.length}\r\n\r\n`); this.child.stdin.write(body); }
  tell(method, params) { this.write({ method, params }); }
  ask(method, params) { const id = ++this.next; return new Promise(done => { this.waiting.set(id, done); this.write({ id, method, params }); }); }
  rss() { return memory(this.child.pid, 'VmRSS'); }
  peak() { return memory(this.child.pid, 'VmHWM'); }
  kill() { this.child.kill('SIGKILL'); }
}
const now = () => performance.now();
const quantile = (v, q) => v.length ? [...v].sort((a, b) => a - b)[Math.min(v.length - 1, Math.floor(q * v.length))] : NaN;
const quantiles = v => ({ p50: quantile(v, 0.5), p90: quantile(v, 0.9), p99: quantile(v, 0.99), worst: quantile(v, 1) });
const uri = f => pathToFileURL(f).href;
const capabilities = {
  workspace: { applyEdit: true, workspaceEdit: { documentChanges: true, resourceOperations: ['create', 'rename', 'delete'] } },
  textDocument: { codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix'] } }, dataSupport: true, resolveSupport: { properties: ['edit'] } }, publishDiagnostics: {}, synchronization: {} },
};
/** The text of a file as editors send it, without a byte order mark. */
const textOf = f => fs.readFileSync(f, 'utf8').replace(/^\ufeff/, '');
const languageOf = f => f.endsWith('.cs') ? 'csharp' : 'typescript';

/** Sends the same requests to any LSP server. `cases`: [{file, diagnostic}] */
async function measure(name, server, root, cases, options, firstDiagnostics) {
  const t0 = now();
  const first = firstDiagnostics && new Promise(done => server.listeners.push(m => m.method === 'textDocument/publishDiagnostics' && m.params.diagnostics.length && done(now() - t0)));
  await server.ask('initialize', { processId: process.pid, rootUri: uri(root), workspaceFolders: [{ uri: uri(root), name: 'root' }], capabilities, initializationOptions: options });
  server.tell('initialized', {});
  const firstMs = first ? await first : NaN;
  const times = [], resolves = [], typed = [];
  let offered = 0, opened = '', version = 1;
  for (const { file, diagnostic } of cases) {
    if (opened !== file) {
      if (opened) server.tell('textDocument/didClose', { textDocument: { uri: uri(opened) } });
      server.tell('textDocument/didOpen', { textDocument: { uri: uri(file), languageId: languageOf(file), version: version = 1, text: textOf(file) } });
      opened = file;
    }
    const t = now();
    const answer = await server.ask('textDocument/codeAction', { textDocument: { uri: uri(file) }, range: diagnostic.range, context: { diagnostics: [diagnostic], only: ['quickfix'] } });
    times.push(now() - t);
    const list = answer.result ?? [];
    if (list.length) offered++;
    if (list[0]?.data && !list[0].edit) { const r = now(); await server.ask('codeAction/resolve', list[0]); resolves.push(now() - r); }
  }
  // A change far after the position, and the same request again.
  for (const { file, diagnostic } of cases) {
    if (opened !== file) {
      server.tell('textDocument/didClose', { textDocument: { uri: uri(opened) } });
      server.tell('textDocument/didOpen', { textDocument: { uri: uri(file), languageId: languageOf(file), version: version = 1, text: textOf(file) } });
      opened = file;
    }
    const place = { line: textOf(file).split('\n').length - 1, character: 0 };
    const t = now();
    server.tell('textDocument/didChange', { textDocument: { uri: uri(file), version: ++version }, contentChanges: [{ range: { start: place, end: place }, text: '\n' }] });
    await server.ask('textDocument/codeAction', { textDocument: { uri: uri(file) }, range: diagnostic.range, context: { diagnostics: [diagnostic], only: ['quickfix'] } });
    typed.push(now() - t);
  }
  const out = { name, firstMs, ...quantiles(times), resolve50: quantile(resolves, 0.5), typed50: quantile(typed, 0.5), typed99: quantile(typed, 0.99), offered, of: cases.length, rss: server.rss(), peak: server.peak() };
  server.kill();
  return out;
}

/** tsserver has its own protocol. */
async function measureTsserver(name, tsserver, root, cases) {
  const child = spawn('node', [tsserver, '--disableAutomaticTypingAcquisition'], { cwd: root, stdio: ['pipe', 'pipe', 'ignore'] });
  const waiting = new Map(); let sequence = 0, text = '';
  child.stdout.on('data', d => { text += d; for (let i; (i = text.indexOf('\n')) >= 0;) { const line = text.slice(0, i).trim(); text = text.slice(i + 1); if (line.startsWith('{')) { const m = JSON.parse(line); if (m.type === 'response') { waiting.get(m.request_seq)?.(m); waiting.delete(m.request_seq); } } } });
  const ask = (command, args) => new Promise(done => { const seq = ++sequence; waiting.set(seq, done); child.stdin.write(JSON.stringify({ seq, type: 'request', command, arguments: args }) + '\n'); });
  const tell = (command, args) => child.stdin.write(JSON.stringify({ seq: ++sequence, type: 'request', command, arguments: args }) + '\n');
  const t0 = now(); let firstMs = NaN, offered = 0, opened = ''; const times = [];
  for (const { file, diagnostic } of cases) {
    if (opened !== file) { if (opened) tell('close', { file: opened }); tell('open', { file }); opened = file; }
    if (Number.isNaN(firstMs)) { await ask('semanticDiagnosticsSync', { file }); firstMs = now() - t0; }
    const { start, end } = diagnostic.range;
    const t = now();
    const answer = await ask('getCodeFixes', { file, startLine: start.line + 1, startOffset: start.character + 1, endLine: end.line + 1, endOffset: end.character + 1, errorCodes: [+String(diagnostic.code).replace('TS', '')] });
    times.push(now() - t);
    if (answer.body?.length) offered++;
  }
  const out = { name, firstMs, ...quantiles(times), resolve50: NaN, typed50: NaN, typed99: NaN, offered, of: cases.length, rss: memory(child.pid, 'VmRSS'), peak: memory(child.pid, 'VmHWM') };
  child.kill('SIGKILL');
  return out;
}

/** 150 modules; every third has a misspelled member, a missing import and an unused local. */
function generate(root) {
  fs.mkdirSync(path.join(root, 'src'), { recursive: true });
  fs.writeFileSync(path.join(root, 'tsconfig.json'), JSON.stringify({ compilerOptions: { target: 'es2022', module: 'esnext', moduleResolution: 'bundler', strict: true, noUnusedLocals: true, noEmit: true, types: [] }, include: ['src'] }));
  for (let i = 0; i < 150; i++) {
    const uses = i > 1 && i % 3 === 0;
    const imports = i > 0 && !uses ? `import { Service${i - 1} } from './service${i - 1}';\n` : '';
    const body = Array.from({ length: 30 }, (_, k) => `  method${k}(value: number, label: string): string {\n    const total = value * ${k + 1};\n    return \`\${label}: \${total}\`;\n  }\n`).join('');
    const tail = uses ? `export function use${i}(): string {\n  const unused = ${i};\n  const service = new Service${i - 1}();\n  return new Service${i}().metod3(${i}, 'x') + service.method1(1, 'y');\n}\n` : i > 0 ? `export const other${i} = new Service${i - 1}();\n` : '';
    fs.writeFileSync(path.join(root, `src/service${i}.ts`), `${imports}export class Service${i} {\n${body}}\n${tail}`);
  }
}
const parse = (root, log) => {
  const cases = [], seen = new Set();
  for (const m of log.matchAll(/^(?:.*?\s)?([^\s(]+\.(?:cs|tsx?))\((\d+),(\d+)\): (?:error|warning) ([A-Z]+\d+): (.*?)(?: \[[^\]]*\])?\r?$/gm)) {
    let file = path.resolve(root, m[1]);
    for (let rest = m[1]; !fs.existsSync(file) && rest.includes('/'); file = path.join(root, rest)) rest = rest.slice(rest.indexOf('/') + 1);
    const key = m.slice(1, 5).join('|');
    if (!fs.existsSync(file) || seen.has(key)) continue;
    seen.add(key);
    const start = { line: m[2] - 1, character: m[3] - 1 };
    const line = fs.readFileSync(file, 'utf8').split('\n')[start.line] ?? '';
    const word = /^[\w$]+/.exec(line.slice(start.character))?.[0].length ?? 1;
    cases.push({ file, diagnostic: { range: { start, end: { line: start.line, character: start.character + word } }, severity: 1, code: m[4], source: 'build', message: m[5] } });
  }
  return cases;
};
const pick = (cases, n) => { const step = Math.max(1, cases.length / n); return Array.from({ length: Math.min(n, cases.length) }, (_, i) => cases[Math.floor(i * step)]); };
const row = r => console.log(`${r.name.padEnd(26)} first ${r.firstMs.toFixed(0).padStart(6)} ms   action p50 ${r.p50.toFixed(2).padStart(7)} p90 ${r.p90.toFixed(2).padStart(7)} p99 ${r.p99.toFixed(2).padStart(7)} worst ${r.worst.toFixed(1).padStart(6)} ms   typed p50 ${r.typed50.toFixed(2)} p99 ${r.typed99.toFixed(2)} ms   resolve p50 ${r.resolve50.toFixed(2).padStart(6)} ms   offered ${r.offered}/${r.of}   RSS ${r.rss.toFixed(0)} MB (peak ${r.peak.toFixed(0)})`);

/** A project of C# with `count` files, every other one with an error; returns its log. */
function generateCSharp(root, count) {
  const lines = [];
  fs.mkdirSync(root, { recursive: true });
  fs.writeFileSync(path.join(root, 'app.csproj'), '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>\n');
  for (let i = 0; i < count; i++) {
    const folder = path.join(root, `part${i % 100}`), file = `part${i % 100}/Service${i}.cs`;
    fs.mkdirSync(folder, { recursive: true });
    const members = Array.from({ length: 12 }, (_, k) => `    public int Method${k}(int value)\n    {\n        var total = value * ${k + 1};\n        return total;\n    }\n`).join('');
    const kind = i % 4 === 1 ? 'name' : i % 4 === 3 ? 'type' : '';
    const tail = kind === 'name' ? `    public int Use() { return new Service${i - 1}().Metod3(1); }\n` : kind === 'type' ? `    public Servce${i - 1} Other;\n` : '';
    const text = `namespace App.Part${i % 100};\n\npublic class Service${i}\n{\n${members}${tail}}\n`;
    fs.writeFileSync(path.join(root, file), text);
    const line = text.split('\n').findIndex(l => l.includes(tail.trim() || '\0'));
    if (kind === 'name') lines.push(`${file}(${line + 1},${text.split('\n')[line].indexOf('Metod3') + 1}): error CS1061: 'Service${i - 1}' does not contain a definition for 'Metod3' and no accessible extension method 'Metod3' accepting a first argument of type 'Service${i - 1}' could be found (are you missing a using directive or an assembly reference?)`);
    if (kind === 'type') lines.push(`${file}(${line + 1},${text.split('\n')[line].indexOf('Servce') + 1}): error CS0246: The type or namespace name 'Servce${i - 1}' could not be found (are you missing a using directive or an assembly reference?)`);
  }
  return lines.join('\n') + '\n';
}

/** Actions in one file while another one with `errors` missing semicolons is fixed. */
async function duringFixAll(root, errors) {
  let log = generateCSharp(root, 40);
  const broken = ['public class Broken', '{'];
  for (let i = 0; i < errors; i++) {
    broken.push(`    public int Member${i}()`, '    {', `        return ${i}`, '    }');
    log += `Broken.cs(${broken.length - 1},${`        return ${i}`.length + 1}): error CS1002: ; expected\n`;
  }
  fs.writeFileSync(path.join(root, 'Broken.cs'), broken.concat('}', '').join('\n'));
  fs.writeFileSync(path.join(root, 'build.log'), log);
  const server = new Server(program, ['lsp'], root, { BUILDFIX_CACHE_DIR: path.join(temporary, 'cache') });
  const ready = new Promise(done => server.listeners.push(m => m.method === 'textDocument/publishDiagnostics' && m.params.diagnostics.length && done()));
  await server.ask('initialize', { processId: process.pid, rootUri: uri(root), workspaceFolders: [{ uri: uri(root), name: 'root' }], capabilities: { ...capabilities, window: { workDoneProgress: true } }, initializationOptions: { logs: ['build.log'] } });
  server.tell('initialized', {});
  await ready;
  const cases = parse(root, log).filter(c => !c.file.endsWith('Broken.cs'));
  let reports = 0;
  server.listeners.push(m => { if (m.method === '$/progress' && m.params.value.kind === 'report') reports++; });
  const open = file => server.tell('textDocument/didOpen', { textDocument: { uri: uri(file), languageId: 'csharp', version: 1, text: textOf(file) } });
  for (const file of new Set(cases.map(c => c.file))) open(file);
  const question = ({ file, diagnostic }) => server.ask('textDocument/codeAction', { textDocument: { uri: uri(file) }, range: diagnostic.range, context: { diagnostics: [diagnostic], only: ['quickfix'] } });
  await question(cases[0]);
  // Each file is changed first, so that nothing is known from before.
  const ask = async (list, until) => {
    const times = [];
    for (let i = 0, version = 2; !until() && times.length < 5000; i++, version++) {
      const one = list[i % list.length], end = { line: textOf(one.file).split('\n').length - 1, character: 0 };
      const t = now();
      server.tell('textDocument/didChange', { textDocument: { uri: uri(one.file), version: version + 100 * list.length }, contentChanges: [{ range: { start: end, end }, text: '\n' }] });
      await question(one);
      times.push(now() - t);
    }
    return quantiles(times);
  };
  let asked = 0;
  const quiet = await ask(cases, () => asked++ >= 100);
  const t0 = now();
  let done = false;
  const fixing = server.ask('workspace/executeCommand', { command: 'buildfix.fixAll', arguments: [{ scope: 'file', uri: uri(path.join(root, 'Broken.cs')), codes: ['CS1002'], safety: 'unsafe' }], workDoneToken: 'bench' }).then(a => { done = true; return a; });
  const busy = await ask(cases.slice().reverse(), () => done);
  const took = now() - t0, answer = await fixing;
  const t1 = now();
  const again = server.ask('workspace/executeCommand', { command: 'buildfix.fixAll', arguments: [{ safety: 'unsafe' }], workDoneToken: 'cancelled' });
  await new Promise(r => setTimeout(r, 50));
  const t2 = now();
  server.tell('window/workDoneProgress/cancel', { token: 'cancelled' });
  await again;
  const show = q => `p50 ${q.p50.toFixed(2)} p99 ${q.p99.toFixed(2)} worst ${q.worst.toFixed(1)} ms`;
  console.log(`typed and asked: quiet ${show(quiet)}; while ${errors} are fixed ${show(busy)}`);
  console.log(`fix-all: ${took.toFixed(0)} ms, ${JSON.stringify(answer.result ?? answer.error)}, ${reports} reports of progress (${(reports / took * 1000).toFixed(1)} a second); cancelled after ${(t2 - t1).toFixed(0)} ms, answered ${(now() - t2).toFixed(0)} ms later; RSS ${server.rss().toFixed(0)} MB (peak ${server.peak().toFixed(0)})`);
  server.kill();
}

const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'buildfix-bench-'));
try {
  if (process.argv.includes('--during-fix-all')) {
    await duringFixAll(path.join(fs.realpathSync(temporary), 'project'), +option('errors', '500'));
  } else if (option('files')) {
    const root = path.join(fs.realpathSync(temporary), 'project');
    const log = generateCSharp(root, +option('files'));
    fs.writeFileSync(path.join(root, 'build.log'), log);
    const cases = pick(parse(root, log), requests);
    const environment = { BUILDFIX_CACHE_DIR: path.join(temporary, 'cache') };
    for (const temperature of ['cold', 'warm']) row(await measure(`buildfix (${temperature})`, new Server(program, ['lsp'], root, environment), root, cases, { logs: ['build.log'] }, true));
  } else if (option('root')) {
    const root = fs.realpathSync(option('root')), log = path.resolve(option('log'));
    const cases = pick(parse(root, fs.readFileSync(log, 'utf8')), requests);
    const environment = { BUILDFIX_CACHE_DIR: path.join(temporary, 'cache') };
    for (const temperature of ['cold', 'warm', 'warm']) row(await measure(`buildfix (${temperature})`, new Server(program, ['lsp'], root, environment), root, cases, { logs: [path.relative(root, log)] }, true));
  } else {
    const root = path.join(fs.realpathSync(temporary), 'project');
    generate(root);
    const tools = execFileSync('sh', [path.join(repository, 'tests/toolchains/install'), 'typescript'], { encoding: 'utf8' }).trim();
    const started = now();
    let log = '';
    try { execFileSync('node', [path.join(tools, 'node_modules/ts59/bin/tsc'), '-p', '.', '--pretty', 'false'], { cwd: root, encoding: 'utf8' }); } catch (e) { log = e.stdout; }
    console.log(`tsc 5.9 on the project: ${(now() - started).toFixed(0)} ms, ${log.split('\n').length - 1} lines`);
    fs.writeFileSync(path.join(root, 'build.log'), log);
    const cases = pick(parse(root, log), requests);
    const ours = await measure('buildfix', new Server(program, ['lsp'], root, { BUILDFIX_CACHE_DIR: path.join(temporary, 'cache') }), root, cases, { logs: ['build.log'] }, true);
    row(ours);
    const peers = [await measureTsserver('tsserver 5.9', path.join(tools, 'node_modules/ts59/lib/tsserver.js'), root, cases)];
    const wrapper = new Server('node', [path.join(tools, 'node_modules/typescript-language-server/lib/cli.mjs'), '--stdio'], root);
    peers.push(await measure('typescript-language-server', wrapper, root, cases, { disableAutomaticTypingAcquisition: true, tsserver: { path: path.join(tools, 'node_modules/ts59/lib/tsserver.js') } }, false));
    peers.push(await measure('TypeScript 7 server', new Server('node', [path.join(tools, 'node_modules/ts70/bin/tsc'), '--lsp', '--stdio'], root), root, cases, {}, false));
    for (const p of peers) {
      row(p);
      console.log(`${''.padEnd(26)} against buildfix: p50 ${(p.p50 / ours.p50).toFixed(1)}x, p99 ${(p.p99 / ours.p99).toFixed(1)}x, memory ${(p.rss / ours.rss).toFixed(1)}x`);
    }
  }
} finally {
  fs.rmSync(temporary, { recursive: true, force: true });
}
