// End to end in the real VS Code workbench.
// Environment: TOOLS (folder with node24, code-server, playwright-core), VSIX (contains the program), UNIVERSAL (without), PROGRAM,
// WORKSPACE, UNTRUSTED and BARE (copies of a project with errors and its build.log, may be changed), REFACTORING (a committed project and what
// a build prints once a method of it is renamed; empty: left out),
// LEARNING (a project whose build the real compiler refuses, see learning.mjs; empty: left out), OUT (screenshots).
import fs from 'node:fs';
import path from 'node:path';
import { learning } from './learning.mjs';
import { Workbench, say, until } from './workbench.mjs';

const { VSIX, UNIVERSAL, PROGRAM, WORKSPACE, UNTRUSTED, BARE, REFACTORING, LEARNING, OUT } = process.env;
const here = import.meta.dirname;
fs.mkdirSync(OUT, { recursive: true });

const read = (folder, name) => fs.readFileSync(path.join(folder, name));
const has = (folder, name, text) => read(folder, name).toString().includes(text);
const check = (what, ok) => { if (!ok) throw new Error(what); };
/** All sources of a workspace, byte for byte. */
const bytes = folder => Object.fromEntries(fs.readdirSync(path.join(folder, 'src')).map(n => [n, read(folder, 'src/' + n).toString('hex')]));
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

async function oneFix(w, folder, where) {
  await w.openFile('pricing.ts');
  await w.squiggles().first().waitFor();
  await w.statusBar('8/8').waitFor();
  say('squiggles, status bar');
  await w.shot(`1-squiggles-${where}`);
  await w.goTo(17, 23);
  await w.page.locator('.monaco-editor [class*="lightbulb"]').first().waitFor();
  await w.page.mouse.move(700, 15);
  const menu = await w.quickFixes();
  say('menu:', (await menu.innerText()).replace(/\s+/g, ' '));
  await w.shot(`2-lightbulb-${where}`);
  await menu.locator('.monaco-list-row', { hasText: "'total'" }).first().click();
  await until('the quick fix', async () => (await w.text()).includes('calculator.total('));
  await w.page.keyboard.press('Control+S');
  await until('the file on disk', () => has(folder, 'src/pricing.ts', 'calculator.total('));
  await w.statusBar('7/7').waitFor();
  say('one fixed, saved, counted');
  await w.shot(`3-fixed-${where}`);
}

async function fixAllWithPreview(w) {
  const before = bytes(WORKSPACE);
  await w.command('buildfix: Fix All in Workspace, with Preview');
  const panel = w.page.locator('.bulk-edit-panel');
  await panel.waitFor();
  for (const name of ['pricing.ts', 'store.ts']) await panel.locator('.monaco-list-row', { hasText: name }).first().waitFor();
  await w.shot('4-preview');
  check('nothing is written before it is confirmed', same(before, bytes(WORKSPACE)));
  await panel.locator('.monaco-button', { hasText: 'Apply' }).click();
  await until('the fixes on disk', () => has(WORKSPACE, 'src/store.ts', "'./order.js'") && has(WORKSPACE, 'src/pricing.ts', 'override total'));
  await w.notification('Applied the selected changes.').waitFor();
  await w.nothingLeft().waitFor();
  await until('no squiggle', async () => await w.squiggles().count() === 0);
  await w.shot('5-all-fixed');
  say('fixed all after the preview');
  await w.command('buildfix: Undo Last Fix');
  await until('the bytes from before', () => same(before, bytes(WORKSPACE)));
  await w.statusBar('7/7').waitFor();
  await w.squiggles().first().waitFor();
  await w.shot('6-undone');
  await w.notification('Undone. 2 files were restored.').waitFor();
  say('undone, byte for byte');
}

async function fixAllAtOnce(w) {
  const before = bytes(WORKSPACE);
  await w.statusBar('7/7').click();
  const row = w.page.locator('.quick-input-widget .monaco-list-row', { hasText: 'Fix All in Workspace' }).first();
  await row.waitFor();
  await w.shot('7-menu');
  // The list may be drawn again under the pointer: a click that did not close it is made again.
  await until('the menu closes', async () => {
    if (await row.isVisible()) await row.click({ timeout: 1000 }).catch(() => {});
    return !await row.isVisible();
  });
  const toast = w.notification('Fixed 7 diagnostics in 2 files. None remain.');
  await toast.waitFor();
  await until('the fixes on disk', () => has(WORKSPACE, 'src/store.ts', 'async saveAll'));
  await w.shot('8-toast');
  await toast.locator('.monaco-button', { hasText: 'Undo' }).click();
  await until('the bytes from before', () => same(before, bytes(WORKSPACE)));
  say('fixed all and undone from the notification');
}

async function restrictedMode(w) {
  await w.open(UNTRUSTED, false);
  await oneFix(w, UNTRUSTED, 'restricted');
  await w.command('buildfix: Run Build');
  await w.notification('The build was not run because this folder is not trusted').waitFor();
  await w.shot('9-restricted');
  check('no command was run', !fs.existsSync(path.join(UNTRUSTED, 'build-was-run')));
  say('restricted mode');
}

/** A method is renamed in its file; one action updates its uses in all others, and one undo takes that back. */
async function refactoring(w) {
  const order = path.join(REFACTORING, 'src/order.ts');
  fs.writeFileSync(order, fs.readFileSync(order, 'utf8').replace('submit', 'place'));
  await w.open(REFACTORING, true);
  const before = bytes(REFACTORING);
  await w.openFile('use1.ts');
  await w.squiggles().first().waitFor();
  await w.statusBar('14/14').waitFor();
  await w.goTo(4, 9);
  await w.page.mouse.move(700, 15);
  const menu = await w.quickFixes();
  say('menu:', (await menu.innerText()).replace(/\s+/g, ' '));
  await w.shot('12-refactoring');
  await menu.locator('.monaco-list-row', { hasText: "Update 14 uses of 'submit'" }).first().click();
  await until('the first use', async () => (await w.text()).includes('order.place(0)'));
  await w.nothingLeft().waitFor();
  await w.command('File: Save All');
  await until('the uses on disk', () => ['use1', 'use2', 'use3'].every(n => !has(REFACTORING, `src/${n}.ts`, 'submit')));
  await w.shot('13-refactored');
  await w.command('buildfix: Undo Last Fix');
  await until('the uses as they were', async () => (await w.text()).includes('order.submit(0)'));
  await w.command('File: Save All');
  await until('the bytes from before', () => same(before, bytes(REFACTORING)));
  say('14 uses followed one rename, and back');
}

/** The first steps of a new user: the universal package, no settings, and at first no program. */
async function fromNothing() {
  const programs = fs.mkdtempSync(path.join(path.dirname(BARE), 'programs-'));
  const w = await Workbench.start(UNIVERSAL, {}, programs);
  try {
    await w.open(BARE, true);
    const toast = w.notification('The program "buildfix" was not found');
    await toast.waitFor();
    await w.shot('10-no-program');
    fs.symlinkSync(PROGRAM, path.join(programs, 'buildfix'));
    await toast.locator('.monaco-button', { hasText: 'Try Again' }).click();
    await w.nothingLeft().waitFor();
    say('the universal package: explains itself, then finds the program on PATH');

    await w.command('buildfix: Fix All in Workspace');
    await w.notification('There are no build diagnostics').locator('.monaco-button', { hasText: 'Load Build Log' }).click();
    const name = w.page.locator('.quick-input-widget input').first();
    await until('the dialog', async () => (await name.inputValue()).startsWith(BARE));
    await name.fill(path.join(BARE, 'build.log'));
    await w.page.locator('.quick-input-widget .monaco-list-row', { hasText: 'build.log' }).first().waitFor();
    await w.page.keyboard.press('Enter');
    const before = bytes(BARE);
    const loaded = w.notification('The log has 8 diagnostics.');
    await loaded.waitFor();
    await w.statusBar('8/8').waitFor();
    await w.shot('11-log-loaded');
    await loaded.locator('.monaco-button', { hasText: 'Fix All' }).click();
    const fixed = w.notification('Fixed 8 diagnostics in 2 files. None remain.');
    await fixed.waitFor();
    await until('the fixes on disk', () => has(BARE, 'src/store.ts', 'async saveAll') && has(BARE, 'src/pricing.ts', 'override total'));
    await fixed.locator('.monaco-button', { hasText: 'Undo' }).click();
    await until('the bytes from before', () => same(before, bytes(BARE)));
    say('a log by the dialog, fixed all and undone with no file open');
  } catch (e) {
    await w.shotOfFailure();
    throw e;
  } finally {
    await w.stop();
  }
}

const marker = 'touch build-was-run';
const w = await Workbench.start(VSIX, { 'buildfix.logs': ['build.log'], 'buildfix.build.command': marker });
say('extension installed');
try {
  await w.open(WORKSPACE, true);
  say('workbench');
  await oneFix(w, WORKSPACE, 'trusted');
  await fixAllWithPreview(w);
  await fixAllAtOnce(w);
  await restrictedMode(w);
  if (REFACTORING) await refactoring(w);
  if (LEARNING) await learning(w, LEARNING);
  await w.runInHost(WORKSPACE, path.join(here, 'inhost'));
} catch (e) {
  await w.shotOfFailure();
  throw e;
} finally {
  await w.stop();
}
await fromNothing();
say('done');
