// Short confirmations. A toast never carries the only way to undo, and never a secret.

import { untrack } from "svelte";

export interface ToastAction {
  label: string;
  run: () => void;
}

export interface Toast {
  id: number;
  text: string;
  bad: boolean;
  action?: ToastAction | undefined;
}

const STAYS = 5000;
const STAYS_WITH_ACTION = 12_000;

class Toasts {
  list = $state.raw<Toast[]>([]);
  /** Read out by screen readers without being shown. */
  spoken = $state("");
  #next = 1;

  good(text: string, action?: ToastAction): void {
    this.#add(text, false, action);
  }

  bad(text: string): void {
    this.#add(text, true);
  }

  say(text: string): void {
    // The same sentence twice in a row would not be announced again without a change.
    untrack(() => {
      this.spoken = this.spoken === text ? `${text}\u00a0` : text;
    });
  }

  drop(id: number): void {
    this.list = this.list.filter((each) => each.id !== id);
  }

  #add(text: string, bad: boolean, action?: ToastAction): void {
    const id = this.#next++;
    this.list = [...this.list.slice(-2), { id, text, bad, action }];
    setTimeout(() => this.drop(id), action ? STAYS_WITH_ACTION : STAYS);
  }
}

export const toasts = new Toasts();
