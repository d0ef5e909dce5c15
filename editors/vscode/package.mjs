// Packages the extension: node package.mjs [linux-x64]
// Without a platform: the universal package, which looks for the program on PATH. With a platform: the package contains the program, which
// is built first unless BUILDFIX_PROGRAM is set to its path.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const here = import.meta.dirname;
const root = path.join(here, '../..');
const platform = process.argv[2];
const run = (program, args, cwd) => execFileSync(program, args, { cwd, stdio: 'inherit', shell: process.platform === 'win32' });

const bin = path.join(here, 'bin');
fs.rmSync(bin, { recursive: true, force: true });
if (platform !== undefined) {
  if (platform !== `${process.platform}-${process.arch}`) throw new Error(`${platform} is packaged on ${platform}; this is ${process.platform}-${process.arch}`);
  if (!process.env.BUILDFIX_PROGRAM) run('cargo', ['build', '--release', '-p', 'cli'], root);
  fs.mkdirSync(bin);
  const program = path.join(bin, 'buildfix');
  fs.copyFileSync(process.env.BUILDFIX_PROGRAM || path.join(root, 'target/release/buildfix'), program);
  fs.chmodSync(program, 0o755);
}
for (const license of ['LICENSE-APACHE', 'LICENSE-MIT']) fs.copyFileSync(path.join(root, license), path.join(here, license));
const out = `dist/buildfix-${platform ?? 'universal'}.vsix`;
const vsce = path.join(here, 'node_modules/@vscode/vsce/vsce');
run(process.execPath, [vsce, 'package', '--no-dependencies', '--skip-license', ...(platform ? ['--target', platform] : []), '--out', out], here);
