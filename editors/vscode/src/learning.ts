// Learning: passes on what other extensions say of a document, and shows what a fix was learned from.
import * as vscode from 'vscode';
import { LanguageClient, State } from 'vscode-languageclient/node';

/** How long diagnostics have to stay as they are before they are passed on. */
const PAUSE = 300;

/** What the server tells of a learned fix. */
interface Pattern {
  pattern: string;
  uri: string;
  explanation: string;
}

/** A repair that it was learned from. */
interface Example {
  path: string;
  line: number;
  before: string;
  after: string;
}

/** Passes the diagnostics of other extensions on to the server, so that it learns from repairs without a build, too. */
export function passOn(client: LanguageClient, languages: string[]): vscode.Disposable {
  const waiting = new Map<string, NodeJS.Timeout>();
  const told = new Set<string>();
  const send = async (uri: vscode.Uri): Promise<void> => {
    const key = uri.toString();
    waiting.delete(key);
    const document = vscode.workspace.textDocuments.find(d => d.uri.toString() === key);
    if (document === undefined || uri.scheme !== 'file' || !languages.includes(document.languageId) || client.state !== State.Running) return;
    const others = vscode.languages.getDiagnostics(uri).filter(d => d.source !== 'buildfix' && d.code !== undefined);
    if (others.length === 0 && !told.has(key)) return;
    told.add(key);
    await client.sendNotification('buildfix/diagnostics', {
      uri: client.code2ProtocolConverter.asUri(uri), version: document.version, diagnostics: await client.code2ProtocolConverter.asDiagnostics(others),
    });
  };
  const listener = vscode.languages.onDidChangeDiagnostics(e => {
    for (const uri of e.uris) {
      const key = uri.toString();
      clearTimeout(waiting.get(key));
      waiting.set(key, setTimeout(() => { void send(uri).catch(() => { /* The server is gone. */ }); }, PAUSE));
    }
  });
  return new vscode.Disposable(() => {
    listener.dispose();
    for (const timer of waiting.values()) clearTimeout(timer);
  });
}

/** Lists the examples of a pattern: one of them is opened, or the fix is rejected in this file, or forgotten. */
export async function showPattern(execute: <T>(command: string, argument: object) => Promise<T>, pattern: Pattern): Promise<void> {
  const examples = await execute<Example[]>('buildfix.pattern', { pattern: pattern.pattern, what: 'examples' });
  const line = (text: string): string => text.trim().replace(/\s+/g, ' ');
  type Choice = vscode.QuickPickItem & { example?: Example; what?: string; done?: string };
  const choices: Choice[] = [
    ...examples.map(example => ({ label: `${line(example.before)} → ${line(example.after)}`, description: `${example.path}:${example.line}`, example })),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: '$(thumbsdown) Not Useful in This File', what: 'reject', done: 'It is not offered here again when it is rejected twice.' },
    { label: '$(trash) Forget What Was Learned', what: 'forget', done: 'Forgotten.' },
  ];
  const choice = await vscode.window.showQuickPick(choices, { title: pattern.explanation, matchOnDescription: true });
  if (choice?.example !== undefined) {
    const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.parse(pattern.uri)) ?? vscode.workspace.workspaceFolders?.[0];
    if (folder === undefined) return;
    const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, choice.example.path));
    const start = new vscode.Position(Math.min(choice.example.line, document.lineCount) - 1, 0);
    await vscode.window.showTextDocument(document, { selection: new vscode.Range(start, start) });
  } else if (choice?.what !== undefined) {
    await execute('buildfix.pattern', { pattern: pattern.pattern, what: choice.what, uri: pattern.uri });
    void vscode.window.showInformationMessage(`buildfix: ${choice.done}`);
  }
}

/** Goes to the diagnostic whose repair by hand would teach the most. */
export async function goToNext(execute: <T>(command: string, argument: object) => Promise<T>): Promise<void> {
  type Next = { uri: string; range: { start: { line: number; character: number } }; code: string; message: string; others: number };
  const [next] = await execute<Next[]>('buildfix.next', {});
  if (next === undefined) {
    void vscode.window.showInformationMessage('buildfix: No build diagnostic without a fix has many others like it.');
    return;
  }
  const start = new vscode.Position(next.range.start.line, next.range.start.character);
  await vscode.window.showTextDocument(vscode.Uri.parse(next.uri), { selection: new vscode.Range(start, start) });
  void vscode.window.showInformationMessage(`buildfix: Repair this one by hand and build: ${next.others} others have its shape (${next.code}).`);
}
