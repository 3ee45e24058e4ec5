import * as vscode from 'vscode';
import { createPythonReader } from './core/source/python/pythonReader';
import type { Reader } from './core/source/reader';
import { AnalysisStore } from './editor/analysisStore';
import { CodeLenses } from './editor/codeLenses';
import { CommentActions } from './editor/commentActions';
import { registerCommands } from './editor/commandHandlers';
import { keepContextKeys } from './editor/contextKeys';
import { Diagnostics } from './editor/diagnostics';
import { DisposableStore } from './editor/disposables';
import { followDocuments } from './editor/documentEvents';
import { FixCommands, PreviewDocuments } from './editor/fixCommands';
import { History } from './editor/history';
import { Hovers } from './editor/hovers';
import { InlineValues } from './editor/inlineValues';
import { Pages } from './editor/pages';
import { QuickFixes } from './editor/quickFixes';
import { RulePageDocuments } from './editor/rulePageDocuments';
import { AnalyzeTool } from './editor/languageModelTool';
import { StatusItem } from './editor/statusItem';
import { TypingInspector } from './editor/typingInspector';
import { createTrees } from './editor/trees';
import { createProber, type DisposableProber } from './shared/host/prober';

declare const __VERSION__: string;

/** Wiring only: nothing is read, started or loaded before the user asks for it. */
export function activate(context: vscode.ExtensionContext): { readonly store: AnalysisStore } {
  const own = new DisposableStore();
  context.subscriptions.push(own);
  const { extensionUri } = context;
  const log = own.add(vscode.window.createOutputChannel('Gradient Doctor', { log: true }));
  const reader = once(() => createReader(extensionUri));
  const prober = once((): DisposableProber => {
    const modulePath = vscode.Uri.joinPath(extensionUri, 'dist', 'probe.js').fsPath;
    return own.add(createProber({ modulePath, log: (line) => log.debug(line) }));
  });
  const store = own.add(
    new AnalysisStore(async () => ({ reader: await reader(), prober: prober(), version: __VERSION__ }), log),
  );
  const fixes = new FixCommands(store, own.add(new PreviewDocuments()));
  const history = own.add(new History(store, context.workspaceState));
  const pages = own.add(new Pages(extensionUri, store, fixes));
  own.add(keepContextKeys(store));
  own.add(followDocuments(store));
  const inspector = own.add(new TypingInspector(reader));
  own.add(new Diagnostics(store, inspector));
  own.add(new CommentActions(store, inspector).register());
  own.add(new StatusItem(store));
  own.add(new InlineValues(store));
  own.add(new Hovers(store).register());
  own.add(new RulePageDocuments().register());
  own.add(new AnalyzeTool(store).register());
  own.add(new QuickFixes(store).register());
  own.add(own.add(new CodeLenses(store, reader)).register());
  [
    ...createTrees(store, history, pages),
    ...registerCommands({ store, fixes, pages, history, log, extensionUri }),
  ].forEach((item) => own.add(item));
  return { store };
}

async function createReader(extensionUri: vscode.Uri): Promise<Reader> {
  const load = (name: string): Thenable<Uint8Array> =>
    vscode.workspace.fs.readFile(vscode.Uri.joinPath(extensionUri, 'dist', name));
  const [core, grammar] = await Promise.all([load('web-tree-sitter.wasm'), load('tree-sitter-python.wasm')]);
  return createPythonReader({ core, grammar });
}

/** Makes the value at the first call and keeps it. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
