import * as vscode from 'vscode';
import { SourceText } from '../core/text/sourceText';
import type { AskedModule, FoundModule } from '../shared/analysisProtocol';
import { pathOf, type Analyzable } from './analyzable';
import { DisposableStore } from './disposables';

const maximumBytes = 200_000;
/** Files that import files that import files: so deep and no deeper. */
const mostRounds = 12;

interface Found {
  readonly uri: vscode.Uri;
  readonly source: SourceText;
}

/**
 * The workspace's files that a model's file imports: from the open editors, else from the disk, and never from outside the workspace. They
 * are read along, nothing is ever written to them.
 */
export class SiblingFiles implements vscode.Disposable {
  private readonly own = new DisposableStore();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  /** What each file was found to import. */
  private readonly imports = new Map</* uri */ string, readonly AskedModule[]>();
  /** Files that were read for another one. */
  private readonly users = new Map</* uri */ string, Map</* uri */ string, vscode.Uri>>();
  private readonly texts = new Map</* uri */ string, string | null>();
  private watching = false;

  /** Fired with a file whose imports may say something else now. */
  readonly onDidChange = this.changed.event;

  constructor() {
    this.own.add(this.changed);
    this.own.add(
      vscode.workspace.onDidChangeTextDocument(
        ({ document, contentChanges }) => contentChanges.length > 0 && this.tellUsers(document.uri),
      ),
    );
    // unsaved text is gone with its editor
    this.own.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.tellUsers(uri)));
  }

  dispose(): void {
    this.own.dispose();
  }

  /**
   * Reads until every import that the reader met has been looked for. `read` answers a result with the imports that it met while it knew
   * `modules`.
   */
  async readWith<R extends { readonly asked: readonly AskedModule[] }>(
    { uri, source }: Analyzable,
    read: (modules: readonly FoundModule[]) => Promise<R>,
  ): Promise<R & { readonly modules: readonly FoundModule[] }> {
    const { modules, look } = this.lookUp(uri, source);
    await look(this.imports.get(uri.toString()) ?? []);
    for (let round = 1; ; round++) {
      const known = [...modules.values()];
      const result = await read(known);
      this.imports.set(uri.toString(), result.asked);
      if (!(await look(result.asked)) || round === mostRounds) {
        return { ...result, modules: known };
      }
    }
  }

  /** What these imports of a file hold now; files that it imports in turn are looked into as well. */
  async modulesNow(
    { uri, source }: Analyzable,
    asked: readonly AskedModule[],
  ): Promise<readonly FoundModule[]> {
    const { modules, look } = this.lookUp(uri, source);
    while (await look(asked)) {
      // what was found may import the next
    }
    return [...modules.values()];
  }

  /** The imports that were looked for so far; `look` looks for more, and tells whether there were any that can be looked for. */
  private lookUp(
    uri: vscode.Uri,
    source: SourceText,
  ): {
    readonly modules: ReadonlyMap<string, FoundModule>;
    readonly look: (asked: readonly AskedModule[]) => Promise<boolean>;
  } {
    const uris = new Map</* path */ string, vscode.Uri>([[source.path, uri]]);
    const modules = new Map<string, FoundModule>();
    const look = async (asked: readonly AskedModule[]): Promise<boolean> => {
      const unknown = asked.filter((each) => !modules.has(keyOf(each)) && uris.has(each.from));
      for (const each of unknown) {
        const from = uris.get(each.from) ?? uri;
        const found = await this.find(each.module, from);
        if (found && found.uri.toString() !== from.toString()) {
          uris.set(found.source.path, found.uri);
          this.use(found.uri, uri);
        }
        modules.set(keyOf(each), { ...each, source: found ? plain(found.source) : null });
      }
      return unknown.length > 0;
    };
    return { modules, look };
  }

  private use(sibling: vscode.Uri, by: vscode.Uri): void {
    const key = sibling.toString();
    this.users.set(key, (this.users.get(key) ?? new Map<string, vscode.Uri>()).set(by.toString(), by));
  }

  private tellUsers(uri: vscode.Uri): void {
    this.users.get(uri.toString())?.forEach((user) => this.changed.fire(user));
  }

  /** Beside the importing file or, as Python finds it when it is started there, in the workspace's folder. */
  private async find(module: string, from: vscode.Uri): Promise<Found | undefined> {
    const [dots = ''] = /^\.*/.exec(module) ?? [];
    const names = module.slice(dots.length).split('.');
    if (!names.every((name) => /^\w*$/.test(name))) {
      return undefined;
    }
    const root = rootOf(from);
    const beside = from.scheme === 'untitled' && !from.path.startsWith('/') ? root : parent(from);
    const up =
      beside && vscode.Uri.joinPath(beside, ...Array<string>(Math.max(0, dots.length - 1)).fill('..'));
    const folders = dots === '' ? [beside, root] : [up];
    for (const folder of new Set(folders.filter((each) => each !== undefined))) {
      const target = vscode.Uri.joinPath(folder, ...names);
      for (const uri of [
        target.with({ path: `${target.path}.py` }),
        vscode.Uri.joinPath(target, '__init__.py'),
      ]) {
        const text = uri.toString() === from.toString() ? null : await this.text(uri);
        if (text !== null) {
          return { uri, source: SourceText.ofFile(pathOf(uri), 'python', text) };
        }
      }
    }
    return undefined;
  }

  private async text(uri: vscode.Uri): Promise<string | null> {
    const key = uri.toString();
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === key);
    if (open) {
      return open.getText();
    }
    this.watch();
    const known = this.texts.get(key);
    if (known !== undefined) {
      return known;
    }
    const text = await readInWorkspace(uri);
    this.texts.set(key, text);
    return text;
  }

  /** From the first look at the disk on, so that nothing is watched for people who open files without siblings. */
  private watch(): void {
    if (!this.watching) {
      this.watching = true;
      const watcher = this.own.add(vscode.workspace.createFileSystemWatcher('**/*.py'));
      const forget = (uri: vscode.Uri): void => {
        this.texts.clear();
        this.tellUsers(uri);
      };
      this.own.add(watcher.onDidChange(forget));
      this.own.add(watcher.onDidDelete(forget));
      this.own.add(
        watcher.onDidCreate((uri) => {
          forget(uri);
          // whoever asked in vain may find it now
          [...this.imports.keys()].forEach((user) => this.changed.fire(vscode.Uri.parse(user)));
        }),
      );
    }
  }
}

async function readInWorkspace(uri: vscode.Uri): Promise<string | null> {
  if (!vscode.workspace.getWorkspaceFolder(uri)) {
    return null;
  }
  try {
    const { type, size } = await vscode.workspace.fs.stat(uri);
    return (type & vscode.FileType.File) !== 0 && size <= maximumBytes
      ? new TextDecoder().decode(await vscode.workspace.fs.readFile(uri))
      : null;
  } catch {
    return null;
  }
}

function rootOf(uri: vscode.Uri): vscode.Uri | undefined {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return (
    vscode.workspace.getWorkspaceFolder(uri)?.uri ??
    (uri.scheme === 'untitled' && folders.length === 1 ? folders[0]?.uri : undefined)
  );
}

function parent(uri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(uri.scheme === 'untitled' ? vscode.Uri.file(uri.path) : uri, '..');
}

function keyOf({ module, from }: AskedModule): string {
  return `${from}:${module}`;
}

function plain({ path, language, cells }: SourceText): FoundModule['source'] {
  return { path, language, cells };
}
