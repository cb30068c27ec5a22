// A small router over the history API: one reactive address, links that stay inside the app,
// scroll positions that survive going back, and a way to hold people back from losing what they typed.

import { tick } from "svelte";
import { isApp, toRoute } from "../lib/routes";

class Router {
  #url = $state.raw(new URL(location.href));
  #route = $derived(toRoute(this.#url.pathname));
  #positions = new Map<number, number>();
  #key = 0;

  /** Asked before leaving by the back button; true keeps the page (and shows why). */
  hold: (() => boolean) | null = null;

  get route() {
    return this.#route;
  }

  get path(): string {
    return this.#url.pathname;
  }

  get query(): URLSearchParams {
    return this.#url.searchParams;
  }

  /** Where to come back to after signing in. */
  get here(): string {
    return this.#url.pathname + this.#url.search;
  }

  start(): () => void {
    history.scrollRestoration = "manual";
    history.replaceState(this.#key, "");
    const onPop = (event: PopStateEvent) => this.#back(event);
    const onClick = (event: MouseEvent) => this.#click(event);
    addEventListener("popstate", onPop);
    document.addEventListener("click", onClick);
    return () => {
      removeEventListener("popstate", onPop);
      document.removeEventListener("click", onClick);
    };
  }

  go(path: string): void {
    if (path === this.here) return;
    this.#positions.set(this.#key, scrollY);
    this.#key += 1;
    history.pushState(this.#key, "", path);
    this.#show(0);
  }

  /** Goes on without leaving an entry to come back to. */
  replace(path: string): void {
    history.replaceState(this.#key, "", path);
    this.#show(0);
  }

  /** Changes the query without moving: filters are part of the address, not places to go. */
  refine(changes: Record<string, string | undefined>): void {
    const url = new URL(this.#url);
    for (const [name, value] of Object.entries(changes)) {
      if (value) url.searchParams.set(name, value);
      else url.searchParams.delete(name);
    }
    history.replaceState(this.#key, "", url);
    this.#url = url;
  }

  #back(event: PopStateEvent): void {
    if (this.hold?.()) {
      history.pushState(this.#key, "", this.#url);
      return;
    }
    this.#positions.set(this.#key, scrollY);
    this.#key = typeof event.state === "number" ? event.state : 0;
    this.#show(this.#positions.get(this.#key) ?? 0);
  }

  #show(top: number): void {
    const before = this.#url.pathname;
    this.#url = new URL(location.href);
    void tick().then(() => {
      scrollTo(0, top);
      // After a change of page a screen reader goes on reading at its start.
      if (before !== this.#url.pathname) document.getElementById("main")?.focus({ preventScroll: true });
    });
  }

  #click(event: MouseEvent): void {
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!plain || event.defaultPrevented || !link || link.target || link.hasAttribute("download")) return;
    if (link.origin !== location.origin || !isApp(link.pathname) || link.hash) return;
    event.preventDefault();
    this.go(link.pathname + link.search);
  }
}

export const router = new Router();
