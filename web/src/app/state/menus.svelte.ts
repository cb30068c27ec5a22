// The menus of items. There is one of each on a page, moved to whichever button asked: thousands
// of cards would otherwise carry thousands of menus.

import type { ItemSummary } from "../../shared/api";

export interface OpenMenu {
  kind: "share" | "more";
  item: ItemSummary;
  anchor: HTMLElement;
}

class Menus {
  current = $state.raw<OpenMenu | null>(null);
  #closedAt = 0;
  #closedAnchor: HTMLElement | null = null;

  toggle(kind: OpenMenu["kind"], item: ItemSummary, anchor: HTMLElement): void {
    // Pressing the button of an open menu closes it first, as any press outside does.
    const justClosed = this.#closedAnchor === anchor && performance.now() - this.#closedAt < 300;
    this.#closedAnchor = null;
    if (!justClosed) this.current = { kind, item, anchor };
  }

  close(byPress = false): void {
    if (byPress) {
      this.#closedAt = performance.now();
      this.#closedAnchor = this.current?.anchor ?? null;
    }
    this.current = null;
  }

  isOpen(kind: OpenMenu["kind"], id: string): boolean {
    return this.current?.kind === kind && this.current.item.id === id;
  }
}

export const menus = new Menus();
