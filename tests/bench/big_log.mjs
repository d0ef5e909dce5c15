// Reads a log of 1 GiB through the command line, from standard input, and prints time, throughput and peak memory.
// usage: node tests/bench/big_log.mjs [--buildfix target/release/buildfix] [--root DIR --log FILE] [--mib 1024]
// The input is the given log (default: that of the C# sample), repeated between lines of other output, with different positions.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const option = (name, fallback) => { const i = process.argv.indexOf('--' + name); return i < 0 ? fallback : process.argv[i + 1]; };
const program = path.resolve(option('buildfix', path.join(repository, 'target/release/buildfix')));
const root = path.resolve(option('root', path.join(repository, 'fixtures/csharp-shop/before')));
const log = option('log', path.join(repository, 'fixtures/csharp-shop/build.log'));
const size = +option('mib', '1024') << 20;

const lines = fs.readFileSync(log, 'utf8').split(/\r?\n/).filter(l => /: (error|warning) /.test(l));
const noise = '  CopyFilesToOutputDirectory: Copying file from /home/builder/app/obj/Debug/net9.0/apphost to /home/builder/app/bin/Debug/net9.0/app';
let count = 0;
function piece() {
  const out = [];
  for (let i = 0; i < 8000; i++) {
    if (i % 115) { out.push(noise); continue; }
    out.push(lines[count % lines.length].replace(/\((\d+),/, (_, line) => `(${+line + Math.floor(count / lines.length)},`));
    count++;
  }
  return out.join('\n') + '\n';
}

const child = spawn(program, ['check', root, '--log', '-', '--output-format', 'json'], { stdio: ['pipe', 'pipe', 'inherit'] });
let answer = 0, peak = 0, sent = 0, read;
child.stdout.on('data', d => { answer += d.length; });
const watch = setInterval(() => {
  try { peak = Math.max(peak, +/VmHWM:\s*(\d+)/.exec(fs.readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]); } catch { /* it has ended, or there is no /proc */ }
}, 20);
const start = process.hrtime.bigint();
const seconds = () => Number(process.hrtime.bigint() - start) / 1e9;
function send() {
  while (sent < size) {
    const text = piece();
    sent += text.length;
    if (!child.stdin.write(text)) { child.stdin.once('drain', send); return; }
  }
  child.stdin.end(() => { read = seconds(); });
}
send();
child.on('close', code => {
  clearInterval(watch);
  console.log(`${(sent / 2 ** 20).toFixed(0)} MiB, ${count} diagnostics: read in ${read.toFixed(1)} s (${(sent / 2 ** 30 / read).toFixed(2)} GiB/s through a pipe), `
    + `done in ${seconds().toFixed(1)} s, exit ${code}, ${(answer / 2 ** 20).toFixed(1)} MiB of JSON, peak ${peak ? (peak / 1024).toFixed(0) + ' MB' : 'not known here'}`);
});
