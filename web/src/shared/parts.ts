// Parts that the guest page and the confirmation have in common.

import { el, icon } from "./dom";

/** The workspace's letters and name, at the top of a page that speaks for it. */
export function workspaceRow(name: string, letters = "", hue: number | null = null): HTMLElement {
  const mark = el("span", { class: "mark", "aria-hidden": "true" }, letters || (Array.from(name)[0] ?? "").toUpperCase());
  if (hue !== null) {
    mark.classList.add("tinted");
    mark.style.setProperty("--h", String(hue));
  }
  return el("div", { class: "ws" }, mark, el("span", { class: "cut" }, name));
}

/** The picture at the top of a page that says how something ended. */
export function well(path: string, good = false): HTMLElement {
  return el("span", { class: good ? "well good" : "well" }, icon(path, true));
}

/** One line of what there is to know. */
export function fact(path: string, strong: Node | string, ...rest: (Node | string)[]): HTMLElement {
  return el("li", { class: "fact" }, icon(path, true), el("div", {}, el("b", {}, strong), ...rest));
}

/** Whether a button was pressed already; it keeps its focus, which `disabled` would drop. */
export function pressed(button: HTMLElement): boolean {
  if (button.hasAttribute("aria-disabled")) return true;
  button.setAttribute("aria-disabled", "true");
  return false;
}

/** A button that becomes usable by itself once the seconds to wait are over. */
export function retryButton(
  words: { again: string; againIn: (seconds: number) => string },
  wait: number,
  again: () => void,
): HTMLButtonElement {
  const button = el("button", { class: "btn primary big", type: "button" });
  const until = Date.now() + wait * 1_000;
  const tick = (): void => {
    const seconds = Math.ceil((until - Date.now()) / 1_000);
    button.disabled = seconds > 0;
    button.textContent = seconds > 0 ? words.againIn(seconds) : words.again;
    if (seconds <= 0) clearInterval(timer);
  };
  const timer = setInterval(tick, 500);
  tick();
  button.addEventListener("click", () => {
    if (!pressed(button)) again();
  });
  return button;
}
