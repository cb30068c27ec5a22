// Where the focus goes when what has it goes away.

import { onDestroy, tick } from "svelte";

/**
 * Called while a component is set up: when it goes away together with the focus, the open dialog gets that, or
 * the page. Else a keyboard would have to start at the top of the document.
 */
export function passFocusOn(): void {
  onDestroy(() => {
    void tick().then(() => {
      const focused = document.activeElement;
      if (focused && focused !== document.body) return;
      const next = document.querySelector<HTMLElement>("[role=dialog]") ?? document.getElementById("main");
      next?.focus({ preventScroll: true });
    });
  });
}
