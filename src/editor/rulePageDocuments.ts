import * as vscode from 'vscode';
import { findRulePage, renderRulePage } from '../core/rules/rulePages';
import { commands, ruleScheme } from './ids';

/** Opens the rule's page when the finding's code is clicked. */
export function rulePageUri(id: string): vscode.Uri {
  return vscode.Uri.parse(`command:${commands.explain}?${encodeURIComponent(JSON.stringify([id]))}`);
}

/** The rules' pages as read-only Markdown documents. */
export class RulePageDocuments implements vscode.TextDocumentContentProvider {
  register(): vscode.Disposable {
    return vscode.workspace.registerTextDocumentContentProvider(ruleScheme, this);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const page = findRulePage(uri.path.replace(/^\/|\.md$/g, ''));
    return page ? renderRulePage(page) : '';
  }
}

/** Shows a rule's page rendered, beside the code. */
export async function showRulePage(id: string): Promise<void> {
  const page = findRulePage(id);
  if (page) {
    const uri = vscode.Uri.from({ scheme: ruleScheme, path: `/${page.id}.md` });
    await vscode.commands.executeCommand('markdown.showPreviewToSide', uri);
  }
}
