import { flat, type Child } from './dom';

/**
 * A part of the page that is made anew only when something it depends on has changed. Focus (by `data-focus`)
 * and scroll positions (of `.scroll`) outlive that.
 */
export class Slot {
  private dependencies: readonly unknown[] | null = null;

  constructor(readonly element: HTMLElement) {}

  update(dependencies: readonly unknown[], make: () => Child): void {
    const old = this.dependencies;
    if (old?.length === dependencies.length && dependencies.every((value, i) => Object.is(value, old[i]))) {
      return;
    }
    this.dependencies = dependencies;
    const focused = this.focusKey();
    const scrolled = [...this.element.querySelectorAll('.scroll')].map(({ scrollTop, scrollLeft }) => ({
      scrollTop,
      scrollLeft,
    }));
    this.element.replaceChildren(...flat([make()]));
    this.element.querySelectorAll('.scroll').forEach((node, i) => Object.assign(node, scrolled[i]));
    if (focused !== null) {
      this.element
        .querySelector<HTMLElement>(`[data-focus="${CSS.escape(focused)}"]`)
        ?.focus({ preventScroll: true });
    }
  }

  private focusKey(): string | null {
    const { activeElement } = document;
    return activeElement && this.element.contains(activeElement)
      ? activeElement.getAttribute('data-focus')
      : null;
  }
}
