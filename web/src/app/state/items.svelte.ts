// Lists of items, kept while the app is open so that going back shows them at once; they are
// fetched again in the background whenever they are shown or something changed.

import { untrack } from "svelte";
import { Problem, api, type ItemDetails, type ItemKind, type ItemList, type ItemSummary } from "../../shared/api";

export type Filter = "all" | "owned" | "live";
export type Sort = "name" | "changed";

const PAGE = 200;

export class Collection {
  items = $state.raw<ItemSummary[]>([]);
  counts = $state.raw<Pick<ItemList, "all" | "owned" | "with_live_links" | "total"> | null>(null);
  problem = $state.raw<Problem | null>(null);
  loading = $state(false);
  #next: number | null = 0;

  constructor(
    readonly kind: ItemKind,
    readonly filter: Filter,
    readonly sort: Sort,
  ) {}

  get more(): boolean {
    return this.counts !== null && this.#next !== null;
  }

  /** Fetches again as much as was shown before, without emptying the page meanwhile. */
  async refresh(): Promise<void> {
    if (this.loading) return;
    const shown = Math.max(this.items.length, 1);
    await this.#run(async () => {
      const items: ItemSummary[] = [];
      let offset: number | null = 0;
      while (offset !== null && items.length < shown) {
        const page = await this.#page(offset);
        items.push(...page.items);
        offset = page.next ?? null;
      }
      this.items = items;
      this.#next = offset;
    });
  }

  async loadMore(): Promise<void> {
    const offset = this.#next;
    if (this.loading || offset === null) return;
    await this.#run(async () => {
      const page = await this.#page(offset);
      // What was added meanwhile moves items from one page to the next.
      const known = this.items.map((each) => each.id);
      this.items = [...this.items, ...page.items.filter((each) => !known.includes(each.id))];
      this.#next = page.next ?? null;
    });
  }

  put(item: ItemSummary): void {
    this.items = this.items.map((each) => (each.id === item.id ? item : each));
  }

  drop(id: string): void {
    this.items = this.items.filter((each) => each.id !== id);
  }

  async #page(offset: number): Promise<ItemList> {
    const { kind, filter, sort } = this;
    const page = await api.items({ kind, filter, sort, offset, limit: PAGE });
    this.counts = page;
    return page;
  }

  async #run(work: () => Promise<void>): Promise<void> {
    this.loading = true;
    try {
      await work();
      this.problem = null;
    } catch (problem) {
      this.problem = problem instanceof Problem ? problem : null;
    } finally {
      this.loading = false;
    }
  }
}

class Items {
  #lists = new Map<string, Collection>();
  #details = new Map<string, ItemDetails>();
  /** The list on the screen; the others are fetched again when they are shown. */
  showing: Collection | null = null;
  /** Counts changes, for pages that must fetch something of their own again. */
  changes = $state(0);

  list(kind: ItemKind, filter: Filter, sort: Sort): Collection {
    const key = `${kind} ${filter} ${sort}`;
    const list = this.#lists.get(key) ?? new Collection(kind, filter, sort);
    this.#lists.set(key, list);
    return list;
  }

  /** What is known of an item before it is fetched. */
  known(id: string): ItemSummary | undefined {
    for (const list of this.#lists.values()) {
      const found = list.items.find((each) => each.id === id);
      if (found) return found;
    }
    return this.#details.get(id);
  }

  details(id: string): ItemDetails | undefined {
    return this.#details.get(id);
  }

  async fetch(id: string): Promise<ItemDetails> {
    const item = await api.item(id);
    this.#details.set(id, item);
    return item;
  }

  /** Something about an item changed: the lists follow. */
  changed(item?: ItemDetails): void {
    if (item) {
      this.#details.set(item.id, item);
      for (const list of this.#lists.values()) list.put(item);
    }
    this.changes += 1;
    void this.showing?.refresh();
  }

  removed(id: string): void {
    this.#details.delete(id);
    for (const list of this.#lists.values()) list.drop(id);
    this.changed();
  }
}

export const items = new Items();

/** Runs now and again after every change; to be called while a component is set up. */
export function onItemChange(run: () => void): void {
  $effect(() => {
    if (items.changes >= 0) untrack(run);
  });
}
