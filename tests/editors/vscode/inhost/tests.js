// Runs inside the extension host of the real workbench: VS Code calls exports.run(). Tests each command, setting and problem matcher once.
const vscode = require('vscode');
const assert = require('assert');
const fs = require('fs');

const say = (...a) => console.log('[in host]', ...a);
const until = async (what, condition) => {
  for (const end = Date.now() + 60_000; ;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error('timeout: ' + what);
    await new Promise(r => setTimeout(r, 50));
  }
};

exports.run = async () => {
  try {
    await tests();
    say('OK');
  } catch (e) {
    say('FAILED', e.stack);
    throw e;
  }
};

async function tests() {
  const root = vscode.workspace.workspaceFolders[0].uri;
  const uri = name => vscode.Uri.joinPath(root, name);
  const settings = () => vscode.workspace.getConfiguration('buildfix');
  const set = (name, value) => settings().update(name, value, vscode.ConfigurationTarget.Workspace);
  const extension = vscode.extensions.getExtension('buildfix.buildfix');
  assert(extension, 'the extension is installed');
  const document = await vscode.workspace.openTextDocument(uri('src/store.ts'));
  await vscode.window.showTextDocument(document);
  await until('the extension is active', () => extension.isActive);

  const declared = extension.packageJSON.contributes.commands.map(c => c.command);
  const known = await vscode.commands.getCommands(true);
  assert.deepStrictEqual(declared.filter(c => !known.includes(c)), [], 'every declared command exists');

  const ours = () => vscode.languages.getDiagnostics(document.uri).filter(d => d.source === 'buildfix');
  const codes = () => ours().map(d => d.code).sort().join(' ');
  const all = 'TS1308 TS2304 TS2355 TS2835';
  await until('the log that the settings name is shown', () => codes() === all);
  say('setting buildfix.logs');

  await set('diagnostics.publish', 'never');
  await until('nothing is shown', () => ours().length === 0);
  await set('diagnostics.publish', 'always');
  await until('everything is shown', () => codes() === all);
  await set('diagnostics.publish', undefined);
  say('setting buildfix.diagnostics.publish');

  // Code actions for diagnostics, through the API of the editor menus. VS Code cancels such requests while other extensions start.
  const actions = await until('code actions', async () => {
    const range = ours().find(d => d.code === 'TS2304').range;
    const found = await vscode.commands.executeCommand('vscode.executeCodeActionProvider', document.uri, range, vscode.CodeActionKind.QuickFix.value).then(a => a, () => []);
    return found.some(a => a.title.includes('./pricing.js')) && found;
  });
  assert.strictEqual(actions.filter(a => a.isPreferred).length, 1, 'one fix is preferred');
  const fixAll = await vscode.commands.executeCommand('vscode.executeCodeActionProvider', document.uri, new vscode.Range(0, 0, 0, 0), 'source.fixAll.buildfix');
  assert.strictEqual(fixAll.length, 1, 'source.fixAll.buildfix');
  say('code actions', actions.map(a => a.title).join(' | '));

  fs.writeFileSync(uri('empty.log').fsPath, 'Build succeeded.\n');
  await vscode.commands.executeCommand('buildfix.openBuildLog', uri('empty.log'));
  await until('an empty log takes the diagnostics away', () => ours().length === 0);
  await vscode.commands.executeCommand('buildfix.openBuildLog', uri('build.log'));
  await until('a log brings them', () => codes() === all);
  say('command Load Build Log');

  fs.rmSync(uri('build-was-run').fsPath, { force: true });
  await vscode.commands.executeCommand('buildfix.runBuild');
  await until('the build ran', () => fs.existsSync(uri('build-was-run').fsPath));
  await until('what the build did not report is gone', () => ours().length === 0);
  await set('build.command', 'cat build.log; exit 2');
  await vscode.commands.executeCommand('buildfix.runBuild');
  await until('what the build reported is shown', () => codes() === all);
  await set('build.command', undefined);
  say('command Run Build, setting buildfix.build.command');

  await vscode.commands.executeCommand('buildfix.restart');
  await until('the new server shows the log again', () => codes() === all);
  await vscode.commands.executeCommand('buildfix.showLogs');
  say('commands Restart Server and Show Logs');

  // All fixes in this project are safe, so no confirmation is shown.
  await set('fixAll.includeUnsafe', true);
  const before = fs.readFileSync(document.uri.fsPath, 'utf8');
  await vscode.commands.executeCommand('buildfix.fixAllInWorkspace');
  await until('fix-all on disk', () => fs.readFileSync(document.uri.fsPath, 'utf8').includes("'./order.js'"));
  // Errors that may be consequences of other errors are left for the next build.
  await until('the diagnostics go', () => codes() === '');
  await vscode.commands.executeCommand('buildfix.undoLastFix');
  await until('undo on disk', () => fs.readFileSync(document.uri.fsPath, 'utf8') === before);
  await until('the diagnostics are back', () => codes() === all);
  await set('fixAll.includeUnsafe', undefined);
  say('commands Fix All in Workspace and Undo Last Fix, setting buildfix.fixAll.includeUnsafe');

  await set('diagnostics.publish', 'never');
  await until('our own diagnostics are out of the way', () => ours().length === 0);
  await matcher('$buildfix-tsc', 'src/store.ts(16,7): error TS1308: await is for async functions.', 'src/store.ts', [15, 6], 'TS1308');
  await matcher('$buildfix-msbuild', `2>${uri('src/pricing.ts').fsPath}(5,11): warning CS0168: The variable is declared but never used [/p/p.csproj]`, 'src/pricing.ts', [4, 10], 'CS0168');
  await set('diagnostics.publish', undefined);
  say('problem matchers');

  async function matcher(name, line, file, [row, column], code) {
    const task = new vscode.Task({ type: 'shell' }, vscode.TaskScope.Workspace, name, 'tests', new vscode.ShellExecution('printf', ['%s\\n', { value: line, quoting: vscode.ShellQuoting.Strong }]), name);
    task.presentationOptions = { reveal: vscode.TaskRevealKind.Never };
    await vscode.tasks.executeTask(task);
    const found = await until(name, () => vscode.languages.getDiagnostics(uri(file)).find(d => d.code === code || d.code?.value === code));
    assert.deepStrictEqual([found.range.start.line, found.range.start.character], [row, column], name);
  }
}
