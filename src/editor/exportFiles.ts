import * as vscode from 'vscode';
import { reportPage } from '../core/report/html/reportPage';
import type { Analysis } from './analysisStore';

/** Saves the report as one HTML page or as JSON, where the person says. */
export async function exportReport(analysis: Analysis | undefined, format: 'html' | 'json'): Promise<void> {
  if (!analysis?.report) {
    return;
  }
  const text =
    format === 'html' ? reportPage(analysis.report) : `${JSON.stringify(analysis.report, null, 2)}\n`;
  await save(analysis, format, new TextEncoder().encode(text));
}

/** Saves the picture that the panel has drawn; anything but a PNG is refused, since a page has sent it. */
export async function exportPicture(analysis: Analysis | undefined, png: unknown): Promise<void> {
  const data =
    typeof png === 'string' ? /^data:image\/png;base64,([A-Za-z0-9+/]+=*)$/.exec(png)?.[1] : undefined;
  if (analysis && data !== undefined) {
    await save(analysis, 'png', Buffer.from(data, 'base64'));
  }
}

const kinds = {
  html: vscode.l10n.t('Web page'),
  json: vscode.l10n.t('JSON'),
  png: vscode.l10n.t('Picture'),
} as const;

async function save(
  { uri, source }: Analysis,
  format: keyof typeof kinds,
  content: Uint8Array,
): Promise<void> {
  const stem = (source.path.split('/').at(-1) ?? 'report').replace(/\.\w+$/, '');
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export'),
    defaultUri: vscode.Uri.joinPath(folderOf(uri), `${stem}-gradients.${format}`),
    filters: { [kinds[format]]: [format] },
  });
  if (!target) {
    return;
  }
  await vscode.workspace.fs.writeFile(target, content);
  const open = vscode.l10n.t('Open');
  const name = target.path.split('/').at(-1) ?? target.path;
  const answer = await vscode.window.showInformationMessage(vscode.l10n.t('{0} was saved.', name), open);
  if (answer === open) {
    await (format === 'html'
      ? vscode.env.openExternal(target)
      : vscode.commands.executeCommand('vscode.open', target));
  }
}

/** Beside the file; where it was never saved, in the workspace. */
function folderOf(uri: vscode.Uri): vscode.Uri {
  const workspace = vscode.workspace.workspaceFolders?.[0]?.uri;
  return uri.scheme === 'untitled' ? (workspace ?? vscode.Uri.file('/')) : vscode.Uri.joinPath(uri, '..');
}
