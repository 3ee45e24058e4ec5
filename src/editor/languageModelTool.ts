import path from 'node:path';
import * as vscode from 'vscode';
import { openAnalyzable, sameText } from './analyzable';
import type { AnalysisStore } from './analysisStore';
import { toolName } from './ids';
import { toolAnswer } from './toolAnswer';

export interface AnalyzeInput {
  readonly filePath: string;
  readonly modelId?: string;
}

/** The analysis as a tool for language models: answers the report in short; errors say what to do next. */
export class AnalyzeTool implements vscode.LanguageModelTool<AnalyzeInput> {
  constructor(private readonly store: AnalysisStore) {}

  register(): vscode.Disposable {
    return vscode.lm.registerTool(toolName, this);
  }

  prepareInvocation({
    input,
  }: vscode.LanguageModelToolInvocationPrepareOptions<AnalyzeInput>): vscode.PreparedToolInvocation {
    return {
      invocationMessage: vscode.l10n.t('Measuring gradients in {0}', path.basename(String(input.filePath))),
    };
  }

  async invoke(
    { input }: vscode.LanguageModelToolInvocationOptions<AnalyzeInput>,
    token: vscode.CancellationToken,
  ): Promise<vscode.LanguageModelToolResult> {
    return new vscode.LanguageModelToolResult([
      new vscode.LanguageModelTextPart(await this.answer(input, token)),
    ]);
  }

  private async answer(
    { filePath, modelId }: AnalyzeInput,
    token: vscode.CancellationToken,
  ): Promise<string> {
    const uri = uriOf(filePath);
    const analyzable = await openAnalyzable(uri).then(undefined, () => {
      throw new Error(`There is no file ${filePath}. Look the path up in the workspace, then call again.`);
    });
    if (!analyzable) {
      throw new Error(
        `${filePath} is not Python. Call this with the .py file or .ipynb notebook that builds the Keras model.`,
      );
    }
    const known = this.store.get(uri);
    const fresh = known?.report && !known.running && sameText(known.source, analyzable.source);
    const report = fresh ? known.report : await this.store.run(analyzable, token);
    if (!report) {
      const why = this.store.get(uri)?.error ?? 'The analysis was stopped.';
      throw new Error(
        `${why} Nothing was measured; call again only after the file or the reason has changed.`,
      );
    }
    const models = report.models.filter(({ id }) => modelId === undefined || id === modelId);
    if (models.length === 0) {
      const ids = report.models.map(({ id }) => `'${id}'`).join(', ');
      throw new Error(
        `${filePath} has no model '${modelId}'. Call again with one of ${ids}, or without modelId.`,
      );
    }
    return toolAnswer({ ...report, models });
  }
}

function uriOf(filePath: unknown): vscode.Uri {
  if (typeof filePath !== 'string' || !path.isAbsolute(filePath)) {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    throw new Error(
      `filePath has to be an absolute path${folder ? `, such as ${path.join(folder, 'train.py')}` : ''}. Call again with one.`,
    );
  }
  // In a remote or virtual workspace files have the scheme of its folders.
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => filePath.startsWith(uri.fsPath))?.uri;
  return folder ? folder.with({ path: vscode.Uri.file(filePath).path }) : vscode.Uri.file(filePath);
}
