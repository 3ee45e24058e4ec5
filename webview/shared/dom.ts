/** What an element may hold; nothing where a condition is not met. */
export type Child = Node | string | null | undefined | false | readonly Child[];

/** Attributes by name (`true` = present, `false` and undefined = absent) and listeners. Text only ever becomes a text node. */
export interface Props {
  readonly on?: { readonly [E in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[E]) => void };
  readonly [attribute: string]: string | number | boolean | undefined | object;
}

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  { on, ...attributes }: Props = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  setAttributes(node, attributes);
  for (const [event, listener] of Object.entries(on ?? {})) {
    node.addEventListener(event, listener as EventListener);
  }
  node.append(...flat(children));
  return node;
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Props = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  setAttributes(node, attributes);
  node.append(...flat(children));
  return node;
}

export function flat(children: readonly Child[]): (Node | string)[] {
  const nodes: (Node | string)[] = [];
  for (const child of children) {
    if (Array.isArray(child)) {
      nodes.push(...flat(child as readonly Child[]));
    } else if (child !== null && child !== undefined && child !== false && child !== '') {
      nodes.push(child as Node | string);
    }
  }
  return nodes;
}

/** A codicon; decorative, the word stands beside it or in the button's label. */
export function icon(name: string, className = ''): HTMLElement {
  return el('span', { class: `codicon codicon-${name} ${className}`.trim(), 'aria-hidden': 'true' });
}

function setAttributes(node: Element, attributes: Omit<Props, 'on'>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'string' || typeof value === 'number') {
      node.setAttribute(name, String(value));
    } else if (value === true) {
      node.setAttribute(name, '');
    }
  }
}
