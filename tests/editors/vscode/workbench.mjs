// Drives the real VS Code workbench (code-server) in a headless Chromium like a user.
// All waits are for conditions. The timeouts are generous because the machine may be busy.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';

const { TOOLS, OUT } = process.env;
const { chromium } = createRequire(TOOLS + '/')('playwright-core');
const node = path.join(TOOLS, 'node24/bin/node');
const codeServer = path.join(TOOLS, 'code-server/node_modules/code-server');
const LIMIT = 120_000;
const start = Date.now();

export const say = (...a) => console.log(((Date.now() - start) / 1000).toFixed(1).padStart(6), ...a);

export async function until(what, condition) {
  for (const end = Date.now() + LIMIT; ;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error('timeout: ' + what);
    await new Promise(r => setTimeout(r, 50));
  }
}

const settings = {
  // Disable the built-in TypeScript server, which would show the same errors a second time.
  'typescript.validate.enable': false, 'js/ts.validate.enabled': false,
  'workbench.startupEditor': 'none', 'telemetry.telemetryLevel': 'off', 'extensions.autoUpdate': false, 'extensions.autoCheckUpdates': false,
  'update.mode': 'none', 'chat.disableAIFeatures': true, 'workbench.secondarySideBar.defaultVisibility': 'hidden', 'git.enabled': false,
  'editor.lightbulb.enabled': 'on', 'editor.minimap.enabled': false, 'files.autoSave': 'off', 'files.simpleDialog.enable': true,
  'window.confirmBeforeClose': 'never', 'workbench.tips.enabled': false, 'workbench.welcomePage.experimentalOnboarding': false,
  'workbench.colorTheme': 'Default Dark Modern', 'security.workspace.trust.startupPrompt': 'always', 'window.commandCenter': false,
  'workbench.layoutControl.enabled': false, 'breadcrumbs.enabled': false, 'workbench.reduceMotion': 'on',
};

/** A workbench server with one extension installed; `open` opens a page. */
export class Workbench {
  /** `vsix`: the extension; `userSettings`: additional settings; `programs`: a folder that the user's shell adds to PATH. */
  static async start(vsix, userSettings, programs) {
    const self = new Workbench();
    self.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'buildfix-vscode-'));
    const data = path.join(self.folder, 'data'), extensions = path.join(self.folder, 'extensions');
    fs.mkdirSync(path.join(data, 'User'), { recursive: true });
    fs.mkdirSync(extensions);
    fs.writeFileSync(path.join(data, 'User/settings.json'), JSON.stringify({ ...settings, ...userSettings }));
    // The extension host takes its environment from the user's login shell.
    if (programs) fs.writeFileSync(path.join(self.folder, '.bash_profile'), `export PATH="${programs}:$PATH"\n`);
    const env = {
      ...process.env, HOME: self.folder, SHELL: '/bin/bash', PATH: path.dirname(node) + ':/usr/local/bin:/usr/bin:/bin', XDG_CONFIG_HOME: path.join(self.folder, 'config'),
      XDG_DATA_HOME: path.join(self.folder, 'share'), XDG_CACHE_HOME: path.join(self.folder, 'cache'), PASSWORD: '', EXTENSIONS_GALLERY: '{"serviceUrl":""}',
    };
    self.port = await new Promise(done => { const s = net.createServer().listen(0, '127.0.0.1', () => { const p = s.address().port; s.close(() => done(p)); }); });
    const base = [codeServer, '--user-data-dir', data, '--extensions-dir', extensions];
    await new Promise((done, no) => spawn(node, [...base, '--install-extension', vsix], { env, stdio: ['ignore', 'ignore', 'inherit'] })
      .on('exit', code => code === 0 ? done() : no(new Error(`the extension cannot be installed: ${code}`))));
    self.env = env;
    self.base = base;
    await self.serve(['--disable-getting-started-override']);
    return self;
  }

  async serve(options) {
    const log = fs.openSync(path.join(this.folder, 'server.log'), 'a');
    this.server = spawn(node, [...this.base, '--bind-addr', `127.0.0.1:${this.port}`, '--auth', 'none', '--disable-telemetry', '--disable-update-check',
      ...options], { env: this.env, stdio: ['ignore', log, log], detached: true });
    try {
      await until('code-server', async () => { try { return (await fetch(`http://127.0.0.1:${this.port}/healthz`)).ok; } catch { return false; } });
      const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(p => fs.existsSync(p));
      this.browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
      this.context = await this.browser.newContext({ viewport: { width: 1120, height: 720 }, reducedMotion: 'reduce' });
      this.context.setDefaultTimeout(LIMIT);
    } catch (e) {
      await this.stop();
      throw e;
    }
  }

  async stop() {
    await this.browser?.close();
    const gone = new Promise(done => this.server.exitCode === null ? this.server.once('exit', done) : done());
    try { process.kill(-this.server.pid, 'SIGTERM'); } catch { /* gone already */ }
    await gone;
  }

  /** Opens a folder and answers the workspace trust dialog. */
  async open(folder, trusted) {
    await this.page?.close();
    this.page = await this.context.newPage();
    await this.page.goto(`http://127.0.0.1:${this.port}/?folder=${encodeURIComponent(folder)}`);
    const dialog = this.page.locator('.monaco-dialog-box');
    await dialog.waitFor();
    await dialog.locator('.monaco-button', { hasText: trusted ? /^Yes/ : /^No/ }).first().click();
    await dialog.waitFor({ state: 'detached' });
    await this.page.locator('.explorer-folders-view').waitFor();
  }

  /** Runs the tests of a folder in the extension host, with access to the API of VS Code. */
  async runInHost(folder, tests) {
    await this.stop();
    // Only this call enables the test driver, because the driver suppresses notifications.
    await this.serve(['--disable-workspace-trust', '--vscode-option', 'enable-smoke-test-driver']);
    this.page = await this.context.newPage();
    let done;
    const exit = new Promise(r => { done = r; });
    await this.page.exposeFunction('codeAutomationExit', code => done(code));
    await this.page.exposeFunction('codeAutomationLog', (_, args) => {
      const text = [args].flat().map(a => typeof a === 'string' ? a : JSON.stringify(a)).join(' ');
      if (text.startsWith('[in host]')) say(text);
    });
    const remote = p => `vscode-remote://127.0.0.1:${this.port}${p}`;
    const payload = JSON.stringify([['extensionDevelopmentPath', remote(tests)], ['extensionTestsPath', remote(path.join(tests, 'tests.js'))]]);
    await this.page.goto(`http://127.0.0.1:${this.port}/?folder=${encodeURIComponent(folder)}&payload=${encodeURIComponent(payload)}`);
    const late = new Promise((_, no) => setTimeout(() => no(new Error('timeout: the tests in the extension host')), LIMIT).unref());
    const code = await Promise.race([exit, late]);
    if (code !== 0) throw new Error(`the tests in the extension host failed: ${code}`);
  }

  shot(name) { return this.page.screenshot({ path: path.join(OUT, name + '.png') }); }

  /** Saves what the page shows when something failed. */
  async shotOfFailure() {
    try {
      await this.shot('error');
      for (const what of ['.notification-list-item', '.quick-input-widget', '.statusbar-item', '.monaco-dialog-box'])
        for (const text of await this.page.locator(what).allInnerTexts()) if (text.trim()) say('shown:', what, text.trim().replace(/\s+/g, ' ').slice(0, 400));
      this.page.setDefaultTimeout(5000);
      await this.command('Notifications: Show Notifications');
      await this.page.locator('.notifications-center.visible').waitFor();
      await this.shot('error-notifications');
      await this.command('buildfix: Show Logs');
      await this.page.locator('.monaco-editor .view-lines', { hasText: 'starting' }).last().waitFor();
      await this.shot('error-logs');
    } catch (e) {
      say('no more screenshots:', e.message.split('\n')[0]);
    }
  }

  async openFile(name) {
    await this.page.keyboard.press('Control+P');
    const input = this.page.locator('.quick-input-widget input').first();
    await input.waitFor();
    await input.fill(name);
    await this.page.locator('.quick-input-widget .monaco-list-row', { hasText: path.basename(name) }).first().waitFor();
    await this.page.keyboard.press('Enter');
    await this.page.locator('.tab.active', { hasText: path.basename(name) }).waitFor();
  }

  async goTo(line, column) {
    await this.page.keyboard.press('Control+G');
    const input = this.page.locator('.quick-input-widget input').first();
    await input.waitFor();
    await input.fill(`:${line}:${column}`);
    await this.page.keyboard.press('Enter');
    await this.page.locator('.statusbar-item', { hasText: `Ln ${line}, Col ${column}` }).waitFor();
  }

  /** Runs a command by its title through the command palette. */
  async command(title) {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget input').first();
    await input.waitFor();
    await input.fill('>' + title);
    const row = this.page.locator('.quick-input-widget .monaco-list-row', { hasText: title }).first();
    await row.waitFor();
    await row.click();
  }

  /** Opens the quick fix menu at the cursor. */
  async quickFixes() {
    const menu = this.page.locator('.action-widget:not(.action-list-submenu-panel)');
    // While extensions start, the workbench cancels pending requests and shows nothing, so the key is pressed again.
    await until('the quick fixes', async () => {
      await this.page.keyboard.press('Control+.');
      return menu.waitFor({ timeout: 10_000 }).then(() => true, () => false);
    });
    return menu;
  }

  squiggles() { return this.page.locator('.monaco-editor .squiggly-error'); }
  statusBar(text) { return this.page.locator('.statusbar-item', { hasText: text }).first(); }
  nothingLeft() { return this.page.locator('.statusbar-item', { hasText: 'buildfix' }).locator('.codicon-check'); }
  notification(text) { return this.page.locator('.notification-list-item', { hasText: text }).first(); }
  async text() { return (await this.page.locator('.monaco-editor .view-lines').first().innerText()).replace(/\u00a0/g, ' '); }
}
