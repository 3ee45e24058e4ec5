import * as vscode from 'vscode';
import { documentOf, ownerUri } from './analyzable';
import type { AnalysisStore } from './analysisStore';
import { readConfig } from './config';
import { inlineValueColor, settings } from './ids';
import { startGaps, visualWidth } from './inlineLayout';
import { inlineLines, type InlineLine } from './inlineText';

/** What the editor draws behind a line, one after another. */
interface Pieces {
  readonly values: vscode.TextEditorDecorationType;
  readonly sickMark: vscode.TextEditorDecorationType;
  readonly warnMark: vscode.TextEditorDecorationType;
  readonly words: vscode.TextEditorDecorationType;
}

/** Shape, variance and gradient behind the line of each layer, while they are those of this very text. */
export class InlineValues implements vscode.Disposable {
  private readonly pieces = createPieces();
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly store: AnalysisStore) {
    this.subscriptions = [
      store.onDidChange(({ uri }) => this.update(uri)),
      vscode.window.onDidChangeVisibleTextEditors((editors) =>
        editors.forEach((editor) => this.draw(editor)),
      ),
      vscode.window.onDidChangeTextEditorOptions(({ textEditor }) => this.draw(textEditor)),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(settings.inlineValues)) {
          vscode.window.visibleTextEditors.forEach((editor) => this.draw(editor));
        }
      }),
    ];
  }

  /** Shows or hides them in the open document, for the user's settings as a whole. */
  static async toggle(): Promise<void> {
    const configuration = vscode.workspace.getConfiguration();
    const shown = configuration.get<boolean>(settings.inlineValues, true);
    await configuration.update(settings.inlineValues, !shown, vscode.ConfigurationTarget.Global);
  }

  /** What stands behind the lines of a document; empty where it is not the text that was measured. */
  linesOf(document: vscode.TextDocument): readonly (readonly InlineLine[])[] {
    const uri = ownerUri(document);
    const analysis = this.store.get(uri);
    if (!analysis?.report || analysis.stale || !readConfig(document).inlineValues) {
      return [];
    }
    const taken = new Set</* line */ number>();
    return analysis.report.models.map((model) =>
      inlineLines(model).filter(({ line, cell }) => {
        const at = { startLine: line, startColumn: 1, endLine: line, endColumn: 1 };
        const here = documentOf(uri, cell === undefined ? at : { ...at, cell }) === document;
        // Two models may be built by the same lines: the first one speaks.
        return here && line <= document.lineCount && !taken.has(line) && taken.add(line);
      }),
    );
  }

  dispose(): void {
    for (const subscription of this.subscriptions) {
      subscription.dispose();
    }
    for (const type of Object.values(this.pieces) as vscode.TextEditorDecorationType[]) {
      type.dispose();
    }
  }

  private update(uri: vscode.Uri): void {
    for (const editor of vscode.window.visibleTextEditors) {
      if (ownerUri(editor.document).toString() === uri.toString()) {
        this.draw(editor);
      }
    }
  }

  private draw(editor: vscode.TextEditor): void {
    const { document, options } = editor;
    if (document.languageId !== 'python') {
      return;
    }
    const drawn: Record<keyof Pieces, vscode.DecorationOptions[]> = {
      values: [],
      sickMark: [],
      warnMark: [],
      words: [],
    };
    const tabSize = typeof options.tabSize === 'number' ? options.tabSize : 4;
    for (const lines of this.linesOf(document)) {
      const gaps = startGaps(lines.map(({ line }) => visualWidth(document.lineAt(line - 1).text, tabSize)));
      lines.forEach(({ line, text, trouble }, i) => {
        const end = document.lineAt(line - 1).range.end;
        const add = (piece: keyof Pieces, content: string, cells: number): void =>
          void drawn[piece].push({
            range: new vscode.Range(end, end),
            // Spaces would collapse to one.
            renderOptions: {
              after: { contentText: content.replaceAll(' ', '\u00a0'), margin: `0 0 0 ${cells}ch` },
            },
          });
        add('values', text, gaps[i] ?? 0);
        if (trouble) {
          add(trouble.level === 'sick' ? 'sickMark' : 'warnMark', trouble.glyph, 3);
          add('words', trouble.words, 1);
        }
      });
    }
    for (const piece of Object.keys(drawn) as (keyof Pieces)[]) {
      editor.setDecorations(this.pieces[piece], drawn[piece]);
    }
  }
}

/** The editor draws what stands at one place in the order of its types' keys, so the roles are given out in that order. */
function createPieces(): Pieces {
  // In Light Modern the description's colour is that of the code: healthy values would be as loud.
  const quiet = new vscode.ThemeColor(inlineValueColor);
  const looks: Readonly<Record<keyof Pieces, vscode.DecorationRenderOptions>> = {
    values: { after: { color: quiet, fontStyle: 'normal', fontWeight: 'normal' } },
    sickMark: { after: { color: new vscode.ThemeColor('editorError.foreground') } },
    warnMark: { after: { color: new vscode.ThemeColor('editorWarning.foreground') } },
    words: { after: { color: new vscode.ThemeColor('foreground'), fontWeight: 'bold' } },
  };
  const common = { rangeBehavior: vscode.DecorationRangeBehavior.ClosedOpen, isWholeLine: false };
  const create = (name: keyof Pieces): vscode.TextEditorDecorationType =>
    vscode.window.createTextEditorDecorationType({ ...common, ...looks[name] });
  const order: readonly (keyof Pieces)[] = ['values', 'sickMark', 'warnMark', 'words'];
  // Keys are counted up; where the count gains a digit they no longer sort as they were made.
  let types = order.map(create);
  while (types.some((type, i) => i > 0 && type.key < (types[i - 1]?.key ?? ''))) {
    types.forEach((type) => type.dispose());
    types = order.map(create);
  }
  const [values, sickMark, warnMark, words] = types;
  if (!values || !sickMark || !warnMark || !words) {
    throw new Error('no decoration types');
  }
  return { values, sickMark, warnMark, words };
}
