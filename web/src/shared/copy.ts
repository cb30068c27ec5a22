// A button that copies and says so in its own place. Its words are handed in, so that each page
// keeps all of its texts in one module.

import { announce, el, icon } from "./dom";
import { check, copy } from "./icons";

export interface CopyWords {
  copy: string;
  /** The button's accessible name. */
  name: (what: string) => string;
  copied: string;
  blocked: string;
}

/** How long "Copied" stays. */
const CONFIRM_MS = 2_000;

/** Whether anything was copied since the page was opened. */
export let copiedSomething = false;

/**
 * `what` completes the accessible name ("Copy password"). Where the browser refuses to copy,
 * `reveal` gives the element whose text is then selected for copying by hand.
 */
export function copyButton(
  what: string,
  value: () => string,
  words: CopyWords,
  reveal: () => HTMLElement,
): HTMLButtonElement {
  const face = el("span", { class: "face" });
  const button = el("button", { class: "btn quiet copy", type: "button", "aria-label": words.name(what) }, face);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const rest = (): void => {
    button.classList.remove("done");
    face.replaceChildren(icon(copy), words.copy);
  };
  button.addEventListener("click", () => {
    clearTimeout(timer);
    void write(value()).then((worked) => {
      if (worked) {
        copiedSomething = true;
        button.classList.add("done");
        face.replaceChildren(icon(check), words.copied);
        announce(`${words.copied}: ${what}`);
        timer = setTimeout(rest, CONFIRM_MS);
      } else {
        selectByHand(reveal(), button, words.blocked);
      }
    });
  });
  rest();
  return button;
}

/** Empties the clipboard, as far as the browser lets us. */
export async function clearClipboard(): Promise<boolean> {
  const worked = await write("");
  if (worked) copiedSomething = false;
  return worked;
}

async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function selectByHand(target: HTMLElement, button: HTMLElement, hint: string): void {
  getSelection()?.selectAllChildren(target);
  const row = button.closest(".value, .head-row");
  if (row && !row.querySelector(".blocked")) row.append(el("p", { class: "hint blocked" }, hint));
  announce(hint);
}
