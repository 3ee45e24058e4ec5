import * as vscode from 'vscode';
import { HumanError } from '../core/humanError';

export type GivenKind = 'data' | 'weights';

/** Files of the user's own that stand in for what is made up; null where there is none. */
export type Given = Readonly<Record<GivenKind, string | null>>;

const storageKey = 'gradientDoctor.given';
const nothing: Given = { data: null, weights: null };

/** Data and weights that the user gave for a file, kept over restarts. */
export class GivenFiles {
  constructor(private readonly storage: vscode.Memento) {}

  of(uri: vscode.Uri): Given {
    return this.all()[uri.toString()] ?? nothing;
  }

  /** Null takes the file back. */
  async set(uri: vscode.Uri, kind: GivenKind, path: string | null): Promise<void> {
    const { [uri.toString()]: before = nothing, ...others } = this.all();
    const given = { ...before, [kind]: path };
    await this.storage.update(
      storageKey,
      given.data === null && given.weights === null ? others : { ...others, [uri.toString()]: given },
    );
  }

  /** Follows a file to its new name. */
  async rename(from: vscode.Uri, to: vscode.Uri): Promise<void> {
    const { [from.toString()]: given, ...others } = this.all();
    if (given) {
      await this.storage.update(storageKey, { ...others, [to.toString()]: given });
    }
  }

  private all(): Readonly<Record<string, Given>> {
    return this.storage.get<Readonly<Record<string, Given>>>(storageKey, {});
  }
}

/** Asks for a file of this kind, beginning beside the model's; undefined where none was chosen. */
export async function chooseGiven(uri: vscode.Uri, kind: GivenKind): Promise<string | undefined> {
  const filters =
    kind === 'data'
      ? { [vscode.l10n.t('Arrays')]: ['npz', 'npy', 'csv'] }
      : { [vscode.l10n.t('Keras weights')]: ['keras', 'h5'] };
  const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri;
  const beside = uri.scheme === 'untitled' ? folder : vscode.Uri.joinPath(uri, '..');
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title:
        kind === 'data'
          ? vscode.l10n.t(
              'Data to measure with: x and y in a .npz, inputs in a .npy, or a .csv with the target last',
            )
          : vscode.l10n.t('Weights to start from: .keras, .weights.h5 or .h5'),
      openLabel: vscode.l10n.t('Use'),
      filters,
      ...(beside ? { defaultUri: beside } : {}),
    })) ?? [];
  if (chosen && chosen.scheme !== 'file') {
    throw new HumanError(
      vscode.l10n.t('{0} lies on another machine than the probe. Copy it there first.', chosen.path),
    );
  }
  return chosen?.fsPath;
}
