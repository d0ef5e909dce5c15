// End to end in the real VS Code workbench: a build log's squiggle, the status bar, the lightbulb, one fix, the file on disk.
// Environment: TOOLS (folder with node24, code-server, playwright-core), VSIX (with the program inside), WORKSPACE (a copy that may be
// changed), OUT (screenshots).
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';

const { TOOLS, VSIX, WORKSPACE, OUT } = process.env;
const { chromium } = createRequire(TOOLS + '/')('playwright-core');
const node = path.join(TOOLS, 'node24/bin/node');
const codeServer = path.join(TOOLS, 'code-server/node_modules/code-server');
const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(p => fs.existsSync(p));
fs.mkdirSync(OUT, { recursive: true });
const t0 = Date.now();
const say = (...a) => console.log(((Date.now() - t0) / 1000).toFixed(2).padStart(6), ...a);
const tmp = fs.mkdtempSync(path.join(os.tmpdir(), 'buildfix-vscode-'));
const data = path.join(tmp, 'data'), extensions = path.join(tmp, 'extensions');
fs.mkdirSync(path.join(data, 'User'), { recursive: true });
fs.mkdirSync(extensions);
fs.writeFileSync(path.join(data, 'User/settings.json'), JSON.stringify({
  'buildfix.logs': ['build.log'],
  // What is under test is ours alone: the built-in TypeScript server would show the same errors a second time.
  'typescript.validate.enable': false, 'js/ts.validate.enabled': false,
  'workbench.startupEditor': 'none', 'telemetry.telemetryLevel': 'off', 'extensions.autoUpdate': false, 'extensions.autoCheckUpdates': false,
  'update.mode': 'none', 'chat.disableAIFeatures': true, 'workbench.secondarySideBar.defaultVisibility': 'hidden', 'git.enabled': false,
  'editor.lightbulb.enabled': 'on', 'editor.minimap.enabled': false, 'files.autoSave': 'off', 'files.simpleDialog.enable': true,
  'window.confirmBeforeClose': 'never', 'workbench.tips.enabled': false, 'workbench.welcomePage.experimentalOnboarding': false, 'workbench.colorTheme': 'Default Dark Modern',
}));
const env = { ...process.env, PATH: path.dirname(node) + ':' + process.env.PATH, XDG_CONFIG_HOME: path.join(tmp, 'config'), XDG_DATA_HOME: path.join(tmp, 'share'), PASSWORD: '', EXTENSIONS_GALLERY: '{"serviceUrl":""}' };
const port = await new Promise(done => { const s = net.createServer().listen(0, '127.0.0.1', () => { const p = s.address().port; s.close(() => done(p)); }); });
const base = ['--user-data-dir', data, '--extensions-dir', extensions];
await new Promise((done, no) => spawn(node, [codeServer, ...base, '--install-extension', VSIX], { env, stdio: 'inherit' }).on('exit', c => c ? no(new Error('install ' + c)) : done()));
say('extension installed');
const server = spawn(node, [codeServer, ...base, '--bind-addr', `127.0.0.1:${port}`, '--auth', 'none', '--disable-telemetry', '--disable-update-check', '--disable-getting-started-override',
  '--disable-workspace-trust', WORKSPACE], { env, stdio: ['ignore', fs.openSync(path.join(tmp, 'server.log'), 'w'), 'inherit'], detached: true });
let browser, page, status = 1;
const shot = name => page.screenshot({ path: path.join(OUT, name + '.png') });
const until = async (what, condition, ms = 20000) => {
  for (const end = Date.now() + ms; ;) {
    if (await condition()) return;
    if (Date.now() > end) throw new Error('timeout: ' + what);
    await new Promise(r => setTimeout(r, 50));
  }
};
const read = name => fs.readFileSync(path.join(WORKSPACE, name), 'utf8');
const openFile = async name => {
  await page.keyboard.press('Control+P');
  const input = page.locator('.quick-input-widget input').first();
  await input.waitFor();
  await input.fill(name);
  await page.locator('.quick-input-widget .monaco-list-row', { hasText: path.basename(name) }).first().waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.tab.active', { hasText: path.basename(name) }).waitFor();
};
try {
  await until('code-server', async () => { try { return (await fetch(`http://127.0.0.1:${port}/healthz`)).ok; } catch { return false; } }, 60000);
  browser = await chromium.launch({ executablePath: browserPath, args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(WORKSPACE)}`);
  await page.waitForSelector('.monaco-workbench .explorer-folders-view, .monaco-dialog-box', { timeout: 60000 });
  say('workbench');
  await openFile('pricing.ts');
  await page.waitForSelector('.monaco-editor .squiggly-error', { timeout: 40000 });
  say('squiggle');
  await page.locator('.statusbar-item', { hasText: /\d+\/\d+/ }).first().waitFor({ timeout: 20000 });
  say('status bar', (await page.locator('.statusbar-item', { hasText: /\d+\/\d+/ }).first().innerText()).trim());
  await shot('1-squiggles');

  // On the misspelt name.
  await page.keyboard.press('Control+G');
  await page.locator('.quick-input-widget input').first().fill(':17:23');
  await page.keyboard.press('Enter');
  await page.locator('.monaco-editor [class*="lightbulb"]').first().waitFor();
  await page.keyboard.press('Control+.');
  const menu = page.locator('.action-widget:not(.action-list-submenu-panel)');
  await menu.waitFor();
  say('menu:', (await menu.innerText()).replace(/\s+/g, ' '));
  await shot('2-lightbulb');
  await menu.locator('.monaco-list-row', { hasText: 'total' }).first().click();
  await until('the quick fix', async () => (await page.locator('.monaco-editor .view-lines').innerText()).includes('calculator.total('));
  await page.keyboard.press('Control+S');
  await until('the file on disk', () => read('src/pricing.ts').includes('calculator.total('));
  say('one fixed, saved');
  await shot('3-fixed');

  status = 0;
} catch (e) {
  console.error(e);
  try { await shot('error'); } catch { /* no page yet */ }
} finally {
  await browser?.close();
  try { process.kill(-server.pid, 'SIGTERM'); } catch { /* gone already */ }
  say('done', status);
}
process.exit(status);
