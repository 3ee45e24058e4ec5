import * as vscode from 'vscode';
import { findRulePage, renderRulePage } from '../core/rules/rulePages';
import { ruleScheme } from './ids';

/** The rule's page, opened when the finding's code is clicked: a link to a command would be refused there. The manifest has it shown rendered. */
export function rulePageUri(id: string): vscode.Uri {
  return vscode.Uri.from({ scheme: ruleScheme, path: `/${id}.md` });
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
    await vscode.commands.executeCommand('markdown.showPreviewToSide', rulePageUri(page.id));
  }
}
