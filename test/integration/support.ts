import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { AnalysisStore } from '../../src/editor/analysisStore';
import type { Activated } from '../../src/extension';
import { commands } from '../../src/editor/ids';

/** A copy of `media/examples` that the tests may change. */
export const workspace = process.env['TEST_WORKSPACE'] ?? '';
export const file = (name: string): vscode.Uri => vscode.Uri.file(path.join(workspace, name));

/** Polls until there is a value; throws with `what` after `ms`. */
export async function until<T>(
  what: string,
  get: () => T | undefined | null | false | Promise<T | undefined | null | false>,
  ms = 45_000,
): Promise<T> {
  for (const end = Date.now() + ms; Date.now() < end; await new Promise((r) => setTimeout(r, 50))) {
    const value = await get();
    if (value) {
      return value;
    }
  }
  throw new Error(`timed out: ${what}`);
}

export function extension(): vscode.Extension<Activated> {
  const found = vscode.extensions.getExtension<Activated>('gradient-doctor.gradient-doctor');
  assert.ok(found, 'the extension is not there');
  return found;
}

export async function activate(): Promise<AnalysisStore> {
  return (await extension().activate()).store;
}

export async function closeEditors(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
}

/** A copy of an example that no other test touches. */
export function copyOf(name: string): vscode.Uri {
  const copy = path.join(fs.mkdtempSync(path.join(workspace, 'copy ')), name);
  fs.copyFileSync(path.join(workspace, name), copy);
  return vscode.Uri.file(copy);
}

/** Opens a copy of an example and analyzes it to the end. */
export async function analyze(name: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(copyOf(name));
  await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
  await vscode.commands.executeCommand(commands.analyze);
  return document;
}

export function at(document: vscode.TextDocument, text: string): vscode.Position {
  return document.positionAt(document.getText().indexOf(text));
}

export function actionsAt(
  document: vscode.TextDocument,
  range: vscode.Range,
  kind: string,
): Thenable<vscode.CodeAction[]> {
  return vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    range,
    kind,
  );
}

export async function lensTitles(document: vscode.TextDocument): Promise<string[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    document.uri,
    10,
  );
  return lenses.map((lens) => lens.command?.title ?? '');
}
