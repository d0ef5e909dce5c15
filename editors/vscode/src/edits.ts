// Applies the workspace edits that the server requests: with preview, as a refactoring, and saves the files.
import * as path from 'node:path';
import * as vscode from 'vscode';
import { ApplyWorkspaceEditParams, ApplyWorkspaceEditRequest, ApplyWorkspaceEditResult, LanguageClient, TextDocumentEdit } from 'vscode-languageclient/node';

/** Takes over `workspace/applyEdit` from the client library, which knows neither previews that start ticked nor saving. */
export function handleEdits(client: LanguageClient): void {
  client.onRequest(ApplyWorkspaceEditRequest.type, params => apply(client, params));
}

async function apply(client: LanguageClient, params: ApplyWorkspaceEditParams): Promise<ApplyWorkspaceEditResult> {
  const stale = (params.edit.documentChanges ?? []).find(change => {
    if (!TextDocumentEdit.is(change) || change.textDocument.version === null) return false;
    const open = document(client.protocol2CodeConverter.asUri(change.textDocument.uri));
    return open !== undefined && open.version !== change.textDocument.version;
  });
  if (stale !== undefined) return { applied: false, failureReason: 'A file was changed meanwhile; try again.' };

  const trigger = tickSafeOnes(params);
  const edit = await client.protocol2CodeConverter.asWorkspaceEdit(params.edit);
  const files = edit.entries().map(([uri]) => uri);
  const first = files[0];
  if (trigger && first !== undefined) openPreview(edit, first);
  const dirty = new Set(vscode.workspace.textDocuments.filter(d => d.isDirty).map(d => d.uri.toString()));
  if (!await vscode.workspace.applyEdit(edit, { isRefactoring: true })) return { applied: false };

  // VS Code saves the files of a refactoring, but not when there is only one file.
  if (vscode.workspace.getConfiguration('files.refactoring').get<boolean>('autoSave', true)) {
    for (const uri of files) {
      const changed = document(uri);
      if (changed?.isDirty && !dirty.has(uri.toString())) await changed.save();
    }
  }
  return { applied: true };
}

function document(uri: vscode.Uri): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find(d => d.uri.toString() === uri.toString());
}

/**
 * VS Code's preview starts with everything unticked that needs confirmation. What is safe is to start ticked: it only wants to be seen. Changes the
 * annotations accordingly and says whether a preview was asked for.
 */
function tickSafeOnes(params: ApplyWorkspaceEditParams): boolean {
  let asked = false;
  for (const [id, annotation] of Object.entries(params.edit.changeAnnotations ?? {})) {
    asked ||= annotation.needsConfirmation === true;
    if (id.startsWith('safe-')) annotation.needsConfirmation = false;
  }
  return asked;
}

/**
 * The preview only opens when something needs confirmation. Making a file that is there already does, changes nothing, and is not shown.
 */
function openPreview(edit: vscode.WorkspaceEdit, existing: vscode.Uri): void {
  edit.createFile(existing, { ignoreIfExists: true }, { label: path.posix.basename(existing.path), needsConfirmation: true });
}
