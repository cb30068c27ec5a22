// A secret on the screen: fetched when asked for, gone after 30 seconds, when the tab is hidden,
// or when the page is left.

import { describe } from "../messages/common";
import { toasts } from "../state/toasts.svelte";

const SHOWN_FOR = 30_000;

export class Reveal {
  value = $state<string | null>(null);
  busy = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #load: () => Promise<string>;

  constructor(load: () => Promise<string>) {
    this.#load = load;
    $effect(() => {
      const onVisibility = () => document.hidden && this.hide();
      document.addEventListener("visibilitychange", onVisibility);
      return () => {
        document.removeEventListener("visibilitychange", onVisibility);
        this.hide();
      };
    });
  }

  async toggle(announcement: string): Promise<void> {
    if (this.value !== null) {
      this.hide();
      return;
    }
    if (this.busy) return;
    this.busy = true;
    try {
      this.value = await this.#load();
      this.#timer = setTimeout(() => this.hide(), SHOWN_FOR);
      toasts.say(announcement);
    } catch (problem) {
      toasts.bad(describe(problem));
    } finally {
      this.busy = false;
    }
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.value = null;
  }
}
