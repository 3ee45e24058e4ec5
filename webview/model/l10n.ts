import { translator, type Translator } from '../../src/shared/l10n';

interface Page {
  readonly document?: { readonly body: { readonly dataset: { readonly l10n?: string } } };
}

/** The page's texts, by the bundle that the host wrote into the page; outside a page as they are. */
export const l10n: Translator = translator(bundleOf((globalThis as Page).document?.body.dataset.l10n));

function bundleOf(json: string | undefined): Readonly<Record<string, string>> {
  return json === undefined ? {} : (JSON.parse(json) as Readonly<Record<string, string>>);
}
