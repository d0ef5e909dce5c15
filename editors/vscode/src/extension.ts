// The VS Code client of buildfix: starts the server, sends it the settings and the workspace trust, and shows the status.
// Diagnostics and fixes are computed by the server.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import {
  DidCloseTextDocumentNotification, DidOpenTextDocumentNotification, ExecuteCommandRequest, LanguageClient, NotificationType, State,
} from 'vscode-languageclient/node';
import { handleEdits } from './edits';
import { goToNext, passOn, showPattern } from './learning';

/** What the server knows after each build, log or fix. */
interface Status {
  errors: number;
  warnings: number;
  /** How many of them have a fix that is safe to apply in bulk. */
  fixable: number;
  /** How many have the shape of the one that is best repaired by hand next. */
  alike: number;
  busy: boolean;
}

/** Answer of `buildfix.fixAll`. */
interface FixAllResult {
  applied: boolean;
  fixed: number;
  remaining: number;
  files: number;
  /** How many would have been fixed, when the edit was not applied. */
  planned?: number;
  /** Why it was not applied, when somebody knows. */
  reason?: string | null;
}

/** Answer of `buildfix.build` and `buildfix.loadLog`. */
interface BuildResult {
  exitCode?: number | null;
  diagnostics: number;
  /** How many of them lie in files of this workspace. */
  placed: number;
}

const status = new NotificationType<Status>('buildfix/status');
/** The server lost track of a document. */
const outOfStep = new NotificationType<{ uri: string }>('buildfix/outOfStep');
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

  const register = (name: string, run: (...given: never[]) => Promise<unknown>): void => {
    context.subscriptions.push(vscode.commands.registerCommand(name, async (...given: never[]) => {
      try {
        return await run(...given);
      } catch (e) {
        void vscode.window.showErrorMessage(`buildfix: ${e instanceof Error ? e.message : String(e)}`);
        return undefined;
      }
    }));
  };
  register('buildfix.fixAllInWorkspace', () => fixAll(false));
  register('buildfix.fixAllPreview', () => fixAll(true));
  register('buildfix.undoLastFix', undo);
  register('buildfix.runBuild', runBuild);
  register('buildfix.openBuildLog', (...logs: vscode.Uri[]) => loadLog(logs));
  register('buildfix.restart', () => restart(context));
  register('buildfix.showLogs', async () => output.show());
  register('buildfix.showMenu', showMenu);
  register('buildfix.goToNext', () => goToNext(execute));
  register('buildfix.showPattern', pattern => showPattern(execute, pattern));

  context.subscriptions.push(
    // The server may run commands only in a trusted folder. It receives the trust when it starts, so it is restarted.
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
  const found = program(context);
  if ('missing' in found) {
    show('$(error) buildfix', `${found.missing} Click for the menu.`);
    output.error(found.missing);
    // Not awaited: the extension is active even without a server.
    void vscode.window.showErrorMessage(found.missing, 'Open Settings', 'Try Again').then(async choice => {
      if (choice === 'Open Settings') await vscode.commands.executeCommand('workbench.action.openSettings', 'buildfix.server.path');
      if (choice === 'Try Again') await restart(context);
    });
    return;
  }
  output.info(`starting ${found.command} lsp`);
  client = new LanguageClient('buildfix', 'buildfix', { command: found.command, args: ['lsp'] }, {
    documentSelector: languages.flatMap(language => [{ scheme: 'file', language }]),
    outputChannel: output,
    initializationOptions: { trusted: vscode.workspace.isTrusted, client: 'vscode' },
    synchronize: { configurationSection: 'buildfix' },
    middleware: {
      // A fix-all from the lightbulb says what it did, as one from the palette does.
      executeCommand: async (command, given, next) => {
        const result = await next(command, given);
        if (command === 'buildfix.fixAll') tellFixed(result, (given[0] as { preview?: boolean } | undefined)?.preview ?? false);
        return result;
      },
    },
  });
  client.onDidChangeState(e => {
    if (e.newState === State.Starting) show('$(sync~spin) buildfix', 'Starting');
    if (e.newState === State.Stopped) show('$(error) buildfix', 'The server stopped. Click for the menu.');
  });
  client.onNotification(status, showStatus);
  const started = client;
  client.onNotification(outOfStep, params => sendAgain(started, params.uri));
  handleEdits(client);
  context.subscriptions.push(passOn(started, languages));
  await client.start();
  const version = client.initializeResult?.serverInfo?.version;
  output.info(`the server is running, version ${version ?? 'unknown'}${vscode.workspace.isTrusted ? '' : '; the workspace is not trusted, so no commands are run'}`);
  if (item.text.startsWith('$(sync~spin)')) showStatus({ errors: 0, warnings: 0, fixable: 0, alike: 0, busy: false });
}

/** Closes and opens a document for the server, which gets its whole text by that. */
async function sendAgain(to: LanguageClient, uri: string): Promise<void> {
  const document = vscode.workspace.textDocuments.find(d => to.code2ProtocolConverter.asUri(d.uri) === uri);
  if (document === undefined) return;
  output.warn(`the server lost track of ${uri}; sending it again`);
  await to.sendNotification(DidCloseTextDocumentNotification.type, to.code2ProtocolConverter.asCloseTextDocumentParams(document));
  await to.sendNotification(DidOpenTextDocumentNotification.type, to.code2ProtocolConverter.asOpenTextDocumentParams(document));
}

async function restart(context: vscode.ExtensionContext): Promise<void> {
  const old = client;
  client = undefined;
  await old?.stop().catch(e => output.warn(`the old server did not stop: ${e}`));
  await old?.dispose();
  await start(context);
}

/** The path of the server: from the setting, in the package, or on PATH. */
function program(context: vscode.ExtensionContext): { command: string } | { missing: string } {
  const executable = process.platform === 'win32' ? 'buildfix.exe' : 'buildfix';
  const setting = vscode.workspace.getConfiguration('buildfix').get<string>('server.path', '');
  if (setting !== '') {
    return fs.existsSync(setting) ? { command: setting } : { missing: `The program "${setting}" does not exist. Correct or clear the setting "buildfix.server.path".` };
  }
  const candidates = [context.asAbsolutePath(path.join('bin', executable))];
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) candidates.push(path.join(folder, executable));
  // The folder of "cargo install", which is not on the PATH of programs started from a desktop.
  candidates.push(path.join(os.homedir(), '.cargo', 'bin', executable));
  const command = candidates.find(file => fs.existsSync(file));
  return command !== undefined ? { command } : {
    missing: 'The program "buildfix" was not found. Put it on PATH ("cargo install --path server/cli" in buildfix\'s sources) and try again, or set "buildfix.server.path".',
  };
}

async function execute<T>(command: string, argument: object): Promise<T> {
  if (client === undefined || client.state !== State.Running) throw new Error('the server is not running; see "buildfix: Show Logs"');
  return await client.sendRequest(ExecuteCommandRequest.type, { command, arguments: [argument] }) as T;
}

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

async function fixAll(preview: boolean): Promise<void> {
  const unsafe = vscode.workspace.getConfiguration('buildfix').get<boolean>('fixAll.includeUnsafe', false);
  const result = await execute<FixAllResult>('buildfix.fixAll', { scope: 'workspace', safety: unsafe ? 'unsafe' : 'safe', preview });
  tellFixed(result, preview || unsafe);
}

/** Says what a fix-all did; `chosen`: the user may have unchecked some changes. */
function tellFixed(result: FixAllResult, chosen: boolean): void {
  if (result.applied) {
    const left = result.remaining === 0 ? 'None remain.' : `${result.remaining} ${result.remaining === 1 ? 'remains' : 'remain'}.`;
    const done = chosen ? 'Applied the selected changes.' : `Fixed ${plural(result.fixed, 'diagnostic')} in ${plural(result.files, 'file')}. ${left}`;
    void offerUndo(`buildfix: ${done}`);
  } else if (result.planned) {
    // No message when the user closed the preview.
    const why = result.reason ?? (chosen ? undefined : 'A file was changed in the meantime; try again.');
    if (why !== undefined) void vscode.window.showWarningMessage(`buildfix: Nothing was changed. ${why}`);
  } else if (result.remaining === 0) {
    void vscode.window.showInformationMessage('buildfix: There are no build diagnostics. Run a build or load a build log.', 'Run Build', 'Load Build Log…').then(async choice => {
      if (choice !== undefined) await vscode.commands.executeCommand(choice === 'Run Build' ? 'buildfix.runBuild' : 'buildfix.openBuildLog');
    });
  } else {
    void vscode.window.showInformationMessage(`buildfix: None of the ${plural(result.remaining, 'diagnostic')} can be fixed safely in bulk. Individual diagnostics may have a quick fix (Ctrl+.).`);
  }
}

async function offerUndo(message: string): Promise<void> {
  if (await vscode.window.showInformationMessage(message, 'Undo') === 'Undo') await vscode.commands.executeCommand('buildfix.undoLastFix');
}

async function undo(): Promise<void> {
  const result = await execute<{ title: string; files: number } | null>('buildfix.undo', {});
  void vscode.window.showInformationMessage(result === null
    ? 'buildfix: There is nothing to undo.'
    : `buildfix: Undone. ${result.files === 1 ? 'One file was' : `${result.files} files were`} restored.`);
}

async function runBuild(): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    const choice = await vscode.window.showWarningMessage(
      'buildfix: The build was not run because this folder is not trusted. Logs can be loaded and fixes work.', 'Manage Trust', 'Load Build Log…');
    if (choice !== undefined) await vscode.commands.executeCommand(choice === 'Manage Trust' ? 'workbench.trust.manage' : 'buildfix.openBuildLog');
    return;
  }
  const command = vscode.workspace.getConfiguration('buildfix').get<string>('build.command', '');
  await vscode.workspace.saveAll(false);
  const result = await execute<BuildResult>('buildfix.build', command === '' ? {} : { command });
  if (result.diagnostics > 0) tell('The build reported', result);
  else if (result.exitCode === 0) void vscode.window.showInformationMessage('buildfix: The build succeeded.');
  else void vscode.window.showWarningMessage(`buildfix: The build failed (exit code ${result.exitCode ?? 'unknown'}) without diagnostics that buildfix recognizes.`);
}

/** Loads the given logs; without any, asks for files. */
async function loadLog(given: vscode.Uri[]): Promise<void> {
  const logs = given.filter(uri => uri instanceof vscode.Uri);
  const files = logs.length > 0 ? logs : await vscode.window.showOpenDialog({
    canSelectMany: true, openLabel: 'Load Build Log', defaultUri: vscode.workspace.workspaceFolders?.[0]?.uri,
    filters: { 'Build logs': ['log', 'txt', 'sarif', 'json', 'tsbuildinfo'], 'All files': ['*'] },
  });
  if (files === undefined) return;
  const result = await execute<BuildResult>('buildfix.loadLog', { uris: files.map(f => f.toString()) });
  if (result.diagnostics === 0) void vscode.window.showInformationMessage('buildfix: The log has no diagnostics.');
  else tell('The log has', result);
}

function tell(what: string, result: BuildResult): void {
  const elsewhere = result.diagnostics - result.placed;
  const outside = elsewhere === 0 ? '' : ` ${elsewhere} of them are not in a file of this workspace; see "buildfix: Show Logs".`;
  const actions = result.placed > 0 ? ['Fix All', 'Preview'] : [];
  void vscode.window.showInformationMessage(`buildfix: ${what} ${plural(result.diagnostics, 'diagnostic')}.${outside}`, ...actions).then(async choice => {
    if (choice !== undefined) await vscode.commands.executeCommand(choice === 'Preview' ? 'buildfix.fixAllPreview' : 'buildfix.fixAllInWorkspace');
  });
}

async function showMenu(): Promise<void> {
  const commands: [string, string][] = [
    ['$(wrench) Fix All in Workspace', 'buildfix.fixAllInWorkspace'], ['$(diff) Fix All, with Preview', 'buildfix.fixAllPreview'],
    ['$(discard) Undo Last Fix', 'buildfix.undoLastFix'], ['$(mortar-board) Go to What Is Best Repaired by Hand', 'buildfix.goToNext'], ['$(play) Run Build', 'buildfix.runBuild'],
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
  const all = s.errors + s.warnings;
  if (all === 0) return show('$(check) buildfix', 'No build diagnostics. Click for the menu.');
  const hint = s.alike > 0 ? ` Repair one by hand: ${plural(s.alike, 'other')} like it will be offered then.` : '';
  show(`$(wrench) ${s.fixable}/${all}`, `Last build: ${plural(s.errors, 'error')}, ${plural(s.warnings, 'warning')}. ${s.fixable} of ${all} can be fixed safely in bulk.${hint} Click for the menu.`);
}
