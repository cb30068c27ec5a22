// What every form with something to lose does: it keeps its page. A dialog takes the back button for
// itself as well.

import { router } from "../state/router.svelte";
import { session } from "../state/session.svelte";

/** Called while a component is set up; `close` closes it, or asks first. */
export function holdPage(close: () => void): void {
  $effect(() => {
    const release = session.keepPage();
    const before = router.hold;
    router.hold = () => {
      close();
      return true;
    };
    return () => {
      router.hold = before;
      release();
    };
  });
}

/** Called while a component is set up: keeps the page while a form on it holds something unsaved. */
export function keepWhile(unsaved: () => boolean): void {
  const keeps = $derived(unsaved());
  $effect(() => (keeps ? session.keepPage() : undefined));
}

/** Puts the focus on the first field of the open dialog that needs another look. */
export function focusProblem(): void {
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>("[role=dialog] [aria-invalid=true]")?.focus();
  });
}
