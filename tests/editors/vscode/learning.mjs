// It learns in the real workbench: three uses of a changed function are repaired by typing, the real compiler runs again, the rest is offered with a
// reason, seen in the preview and taken as one, the build passes, and one undo brings everything back.
import fs from 'node:fs';
import path from 'node:path';
import { say, until } from './workbench.mjs';

/** `folder`: a project whose build reports nine errors of one kind in three files; its settings name the build. */
export async function learning(w, folder) {
  const files = ['cart', 'orders', 'users'];
  const texts = () => files.map(name => fs.readFileSync(path.join(folder, `src/${name}.ts`), 'utf8')).join('\0');
  const check = (what, ok) => { if (!ok) throw new Error(what); };
  const build = async expected => {
    await w.command('buildfix: Run Build');
    const toast = w.notification(expected);
    await toast.waitFor();
    await toast.hover();
    await toast.locator('.codicon-notifications-clear').click();
    await toast.waitFor({ state: 'detached' });
  };
  await w.open(folder, true);
  await w.openFile('cart.ts');
  await build('The build reported 9 diagnostics.');
  await w.squiggles().first().waitFor();

  // By hand.
  const lines = { 4: 'items', 8: 'total', 12: 'discounts' };
  for (const [line, name] of Object.entries(lines)) {
    const column = `  return client.load('/cart/${name}'`.length + 1;
    await w.goTo(Number(line), column);
    await w.page.keyboard.type(', { retries: 3 }', { delay: 20 });
    await w.page.keyboard.press('Escape');
    await until(`line ${line}`, async () => (await w.text()).includes(`client.load('/cart/${name}', { retries: 3 });`));
  }
  await build('The build reported 6 diagnostics.');
  const byHand = texts();
  say('three repaired by hand, six are left');

  await w.goTo(16, 17);
  await w.page.mouse.move(700, 15);
  const rest = 'Fix the other 6 like this (learned from 3 fixes of TS2554 in 1 file';
  const offered = async (what, reason) => {
    // What was learned comes a moment after the build.
    let menu;
    await until('the rest is offered', async () => {
      menu = await w.quickFixes();
      if (await menu.locator('.monaco-list-row', { hasText: rest + reason }).count() > 0) return true;
      await w.page.keyboard.press('Escape');
      return false;
    });
    say('menu:', (await menu.innerText()).replace(/\s+/g, ' '));
    await w.shot(what);
    return menu;
  };
  // VS Code drops the actions of a menu that it renews, which it does when diagnostics are shown anew: then the menu is opened again.
  const choose = (shot, reason, row, effect) => until(row, async () => {
    const menu = await offered(shot, reason);
    await menu.locator('.monaco-list-row', { hasText: row }).first().click({ timeout: 5000 }).catch(() => {});
    return effect.waitFor({ timeout: 15_000 }).then(() => true, () => false);
  });
  const panel = w.page.locator('.bulk-edit-panel');
  await choose('14-learned', ', last today)', 'Preview the other 6 like this', panel);
  for (const name of files) await panel.locator('.monaco-list-row', { hasText: name + '.ts' }).first().waitFor();
  await w.shot('15-learned-preview');
  check('nothing is written before it is confirmed', texts() === byHand);
  await panel.locator('.monaco-button', { hasText: 'Apply' }).click();
  await until('the rest on disk', () => (texts().match(/\{ retries: 3 \}/g) ?? []).length === 9);
  await build('The build succeeded.');
  await w.command('buildfix: Undo Last Fix');
  await until('the texts from before', () => texts() === byHand);
  await build('The build reported 6 diagnostics.');
  say('the rest taken after the preview, built, and undone');

  // At a place that was repaired, without the preview.
  await w.goTo(8, 17);
  const toast = w.notification('Fixed 6 diagnostics in 3 files. None remain.');
  await choose('16-learned-where-repaired', ' (6 proved), last today)', rest, toast);
  await until('the rest on disk', () => (texts().match(/\{ retries: 3 \}/g) ?? []).length === 9);
  await toast.locator('.monaco-button', { hasText: 'Undo' }).click();
  await until('the texts from before', () => texts() === byHand);
  say('the rest taken at once and undone from the notification');

  // Where it comes from.
  await w.goTo(16, 17);
  const row = w.page.locator('.quick-input-widget .monaco-list-row', { hasText: 'src/cart.ts:4' }).first();
  await choose('17-learned-again', '', 'examples, not useful, forget', row);
  await w.shot('18-examples');
  await row.click();
  await w.page.locator('.statusbar-item', { hasText: 'Ln 4, Col 1' }).waitFor();
  say('an example opened');
}
