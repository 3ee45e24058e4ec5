/** Text that is HTML already; everything else is escaped on its way in. */
export class Markup {
  constructor(readonly text: string) {}
}

export type Content = Markup | string | number | null | undefined | false | readonly Content[];

/** html`<p>${anything}</p>`: text can never become a tag or an attribute of its own. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(parts.map((part, i) => part + (i < contents.length ? render(contents[i]) : '')).join(''));
}

function render(content: Content): string {
  if (content === null || content === undefined || content === false) {
    return '';
  }
  if (content instanceof Markup) {
    return content.text;
  }
  if (typeof content === 'object') {
    return content.map(render).join('');
  }
  return String(content).replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
