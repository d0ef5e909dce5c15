// The VS Code side of buildfix: starts the server, gives it what only the editor knows (settings, trust), and shows its counts.
// Everything about diagnostics and fixes lives in the server.
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { ExecuteCommandRequest, LanguageClient, NotificationType, State } from 'vscode-languageclient/node';

/** What the server knows after each build, log or fix. */
interface Status {
  errors: number;
  warnings: number;
  /** How many of them have a fix that is safe to apply in bulk. */
  fixable: number;
  busy: boolean;
}

/** Answer of `buildfix.fixAll`. */
interface FixAllResult {
  applied: boolean;
  fixed: number;
  remaining: number;
  files: number;
}

const status = new NotificationType<Status>('buildfix/status');
const languages = ['csharp', 'typescript', 'typescriptreact', 'javascript', 'javascriptreact'];

let client: LanguageClient | undefined;
let output: vscode.LogOutputChannel;
let item: vscode.StatusBarItem;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  output = vscode.window.createOutputChannel('buildfix', { log: true });
  item = vscode.window.createStatusBarItem('buildfix', vscode.StatusBarAlignment.Left, 40);
  item.name = 'buildfix';
  item.command = 'buildfix.showMenu';
  context.subscriptions.push(output, item);

  const register = (name: string, run: () => Promise<unknown>): void => {
    context.subscriptions.push(vscode.commands.registerCommand(name, async () => {
      try {
        await run();
      } catch (e) {
        void vscode.window.showErrorMessage(`buildfix: ${e instanceof Error ? e.message : String(e)}`);
      }
    }));
  };
  register('buildfix.fixAllInWorkspace', () => fixAll(false));
  register('buildfix.fixAllPreview', () => fixAll(true));
  register('buildfix.undoLastFix', undo);
  register('buildfix.runBuild', runBuild);
  register('buildfix.openBuildLog', loadLog);
  register('buildfix.restart', () => restart(context));
  register('buildfix.showLogs', async () => output.show());
  register('buildfix.showMenu', showMenu);

  context.subscriptions.push(
    // The server may only run commands once the folder is trusted; it learns of that by starting anew.
    vscode.workspace.onDidGrantWorkspaceTrust(() => restart(context)),
    vscode.workspace.onDidChangeConfiguration(async e => {
      if (e.affectsConfiguration('buildfix.server.path')) await restart(context);
    }),
  );
  await start(context);
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}

async function start(context: vscode.ExtensionContext): Promise<void> {
  const command = program(context);
  if (command === undefined) {
    show('$(error) buildfix', 'The buildfix program was not found.');
    const choice = await vscode.window.showErrorMessage(
      'The buildfix program was not found. Install it with "cargo install --path server/cli", or set "buildfix.server.path".', 'Open Settings');
    if (choice) await vscode.commands.executeCommand('workbench.action.openSettings', 'buildfix.server.path');
    return;
  }
  output.info(`starting ${command} lsp`);
  client = new LanguageClient('buildfix', 'buildfix', { command, args: ['lsp'] }, {
    documentSelector: languages.flatMap(language => [{ scheme: 'file', language }]),
    outputChannel: output,
    initializationOptions: { trusted: vscode.workspace.isTrusted, client: 'vscode' },
    synchronize: { configurationSection: 'buildfix' },
  });
  client.onDidChangeState(e => {
    if (e.newState === State.Starting) show('$(sync~spin) buildfix', 'Starting');
    if (e.newState === State.Stopped) show('$(error) buildfix', 'The server stopped. Click for the menu.');
  });
  client.onNotification(status, showStatus);
  await client.start();
}

async function restart(context: vscode.ExtensionContext): Promise<void> {
  const old = client;
  client = undefined;
  await old?.stop().catch(e => output.warn(`the old server did not stop: ${e}`));
  await old?.dispose();
  await start(context);
}

/** The server's program: the setting, the one in the package, the one on PATH. */
function program(context: vscode.ExtensionContext): string | undefined {
  const executable = process.platform === 'win32' ? 'buildfix.exe' : 'buildfix';
  const setting = vscode.workspace.getConfiguration('buildfix').get<string>('server.path', '');
  if (setting !== '') return setting;
  const candidates = [context.asAbsolutePath(path.join('bin', executable))];
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) candidates.push(path.join(folder, executable));
  return candidates.find(file => fs.existsSync(file));
}

async function execute<T>(command: string, argument: object): Promise<T> {
  if (client === undefined || client.state !== State.Running) throw new Error('the server is not running; see "buildfix: Show Logs"');
  return await client.sendRequest(ExecuteCommandRequest.type, { command, arguments: [argument] }) as T;
}

async function fixAll(preview: boolean): Promise<void> {
  const unsafe = vscode.workspace.getConfiguration('buildfix').get<boolean>('fixAll.includeUnsafe', false);
  const result = await execute<FixAllResult>('buildfix.fixAll', { scope: 'workspace', safety: unsafe ? 'unsafe' : 'safe', preview });
  if (result.fixed === 0) {
    void vscode.window.showInformationMessage(result.remaining === 0
      ? 'buildfix: no diagnostics. Run a build or load a build log first.'
      : `buildfix: nothing that is safe to fix in bulk among ${result.remaining} diagnostics.`);
  } else if (result.applied) {
    const choice = await vscode.window.showInformationMessage(
      `buildfix: fixed ${result.fixed} in ${result.files} file${result.files === 1 ? '' : 's'}, ${result.remaining} remain.`, 'Undo', 'Save All');
    if (choice === 'Undo') await undo();
    if (choice === 'Save All') await vscode.workspace.saveAll(false);
  }
}

async function undo(): Promise<void> {
  const result = await execute<{ title: string; files: number } | null>('buildfix.undo', {});
  void vscode.window.showInformationMessage(result === null
    ? 'buildfix: there is nothing to undo.'
    : `buildfix: undid "${result.title}" in ${result.files} file${result.files === 1 ? '' : 's'}.`);
}

async function runBuild(): Promise<void> {
  const command = vscode.workspace.getConfiguration('buildfix').get<string>('build.command', '');
  await vscode.workspace.saveAll(false);
  await execute('buildfix.build', command === '' ? {} : { command });
}

async function loadLog(): Promise<void> {
  const files = await vscode.window.showOpenDialog({
    canSelectMany: true, openLabel: 'Load Build Log', defaultUri: vscode.workspace.workspaceFolders?.[0]?.uri,
    filters: { 'Build logs': ['log', 'txt', 'sarif', 'json', 'tsbuildinfo'], 'All files': ['*'] },
  });
  if (files === undefined) return;
  await execute('buildfix.loadLog', { uris: files.map(f => f.toString()) });
}

async function showMenu(): Promise<void> {
  const commands: [string, string][] = [
    ['$(wrench) Fix All in Workspace', 'buildfix.fixAllInWorkspace'], ['$(diff) Fix All, with Preview', 'buildfix.fixAllPreview'],
    ['$(discard) Undo Last Fix', 'buildfix.undoLastFix'], ['$(play) Run Build', 'buildfix.runBuild'],
    ['$(folder-opened) Load Build Log…', 'buildfix.openBuildLog'], ['$(output) Show Logs', 'buildfix.showLogs'], ['$(debug-restart) Restart Server', 'buildfix.restart'],
  ];
  const choice = await vscode.window.showQuickPick(commands.map(([label, command]) => ({ label, command })), { title: 'buildfix' });
  if (choice) await vscode.commands.executeCommand(choice.command);
}

function show(text: string, tooltip: string): void {
  item.text = text;
  item.tooltip = tooltip;
  item.show();
}

function showStatus(s: Status): void {
  if (s.busy) return show('$(sync~spin) buildfix', 'Working');
  if (s.errors + s.warnings === 0) return show('$(check) buildfix', 'No diagnostics of a build. Click for the menu.');
  show(`$(wrench) ${s.fixable}/${s.errors + s.warnings}`, `The last build: ${s.errors} errors, ${s.warnings} warnings. ${s.fixable} can be fixed safely in bulk. Click for the menu.`);
}
