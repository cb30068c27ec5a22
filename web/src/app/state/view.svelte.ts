// How lists are shown, remembered on this device.

import type { Sort } from "./items.svelte";

const KEY = "guestpass.view";

interface Choice {
  rows: boolean;
  sort: Sort;
}

function remembered(): Choice {
  try {
    const value = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Choice>;
    return { rows: value.rows === true, sort: value.sort === "changed" ? "changed" : "name" };
  } catch {
    return { rows: false, sort: "name" };
  }
}

class View {
  #choice = $state.raw<Choice>(remembered());

  get rows(): boolean {
    return this.#choice.rows;
  }

  get sort(): Sort {
    return this.#choice.sort;
  }

  choose(change: Partial<Choice>): void {
    this.#choice = { ...this.#choice, ...change };
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#choice));
    } catch {
      // Where storage is blocked the choice lasts as long as the page.
    }
  }
}

export const view = new View();
