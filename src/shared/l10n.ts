/** Texts in the reader's language, called as `vscode.l10n` is: what is shown in a page is found and translated the same way as the editor's own. */
export interface Translator {
  /** '{0}' stands for the first of the arguments. */
  t(message: string, ...args: readonly (string | number)[]): string;
}

/** Translates by a bundle; a text that it does not have stays as it is. */
export function translator(bundle: Readonly<Record<string, string>>): Translator {
  return {
    t: (message, ...args) =>
      (bundle[message] ?? message).replace(/\{(\d+)\}/g, (place, index: string) =>
        String(args[Number(index)] ?? place),
      ),
  };
}
