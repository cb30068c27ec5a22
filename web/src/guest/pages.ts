// The pages around the item: waiting, dead and spent links, and everything that can go wrong.

import { copiedSomething, clearClipboard } from "../shared/copy";
import { announce, el, icon, show } from "../shared/dom";
import { serverNow } from "../shared/http";
import type { Problem } from "../shared/http";
import { m } from "../shared/i18n/en/guest";
import { remaining } from "../shared/i18n/en/when";
import { broken, check, clock, cloud, eye, link, one, shield, user, warning } from "../shared/icons";
import { fact, pressed, retryButton, well, workspaceRow } from "../shared/parts";
import type { Peek, Spent } from "../shared/public-api";
import { momentElement } from "../shared/when";

export function senderOf(peek: Peek): string {
  return `${peek.sender_first_name} ${peek.sender_last_name}`.trim();
}

function note(path: string, text: string): HTMLElement {
  return el("li", { class: "note" }, icon(path), el("span", {}, text));
}

/** Nothing of the item is here, and nothing was counted yet. `left` is kept up to date. */
export function waitingPage(peek: Peek, keepsCookies: boolean, view: () => void): void {
  const words = m.waiting;
  const left = el("span", {});
  const tick = (): void => {
    left.textContent = words.available(remaining(peek.expires_at - serverNow()));
  };
  tick();
  const timer = setInterval(() => {
    if (!left.isConnected) clearInterval(timer);
    else if (serverNow() >= peek.expires_at) deadPage();
    else tick();
  }, 15_000);
  const button = el("button", { class: "btn primary big", type: "button" }, words.view);
  button.addEventListener("click", () => {
    if (pressed(button)) return;
    button.textContent = words.opening;
    announce(words.opening);
    view();
  });
  show(
    words.title,
    workspaceRow(peek.workspace, peek.monogram, peek.hue),
    el("h1", {}, words.title),
    el(
      "ul",
      { class: "facts" },
      fact(user, senderOf(peek), words.from(peek.workspace)),
      fact(clock, left, `${words.until} `, momentElement(peek.expires_at)),
      peek.one_time ? fact(one, words.once, words.onceHint) : fact(eye, words.often, words.oftenHint),
    ),
    button,
    el("p", { class: "hint under" }, words.hint, keepsCookies ? null : ` ${words.noCookies}`),
  );
}

function advice(mayBeCut: boolean): HTMLElement {
  const words = m.gone;
  const whole = mayBeCut ? note(link, words.whole) : null;
  return el(
    "section",
    { class: "ruled" },
    el("h2", {}, words.help),
    el("ul", { class: "notes" }, whole, note(user, words.ask), note(shield, words.never)),
  );
}

/** The same for expired, spent, taken back, mistyped and unknown links: it tells nothing. */
export function deadPage(): void {
  const words = m.gone;
  show(words.title, well(broken), el("h1", {}, words.title), el("p", { class: "lead" }, words.why), advice(true));
}

/** Somebody who holds the link learns when it was opened, and can raise the alarm. */
export function spentPage(spent: Spent, dispute: () => Promise<Problem | null>): void {
  const words = m.spent;
  const alarm = el("div", { class: "alarm" });
  const told = (): void => {
    const title = el("h2", { tabindex: "-1" }, icon(check), words.told);
    alarm.replaceChildren(title, el("p", { class: "hint" }, words.toldHint));
  };
  const ask = (): void => {
    const button = el("button", { class: "btn danger-line", type: "button" }, words.dispute);
    const hint = el("p", { class: "hint" }, words.disputeHint);
    button.addEventListener("click", () => {
      if (pressed(button)) return;
      void dispute().then((problem) => {
        if (problem === null) {
          told();
          alarm.querySelector("h2")?.focus();
          announce(words.told);
          return;
        }
        button.removeAttribute("aria-disabled");
        hint.textContent = troubleWords(problem).text;
        announce(hint.textContent);
      });
    });
    alarm.replaceChildren(button, hint);
  };
  if (spent.disputed) told();
  else ask();
  show(
    m.gone.title,
    well(broken),
    el("h1", {}, m.gone.title),
    el("p", { class: "lead" }, words.why),
    el("ul", { class: "facts" }, fact(clock, words.opened, momentElement(spent.opened_at))),
    alarm,
    advice(false),
  );
}

interface TroubleWords {
  title: string;
  text: string;
}

export function troubleWords(problem: Problem): TroubleWords {
  if (problem.code === "offline") return m.trouble.offline;
  return problem.status === 429 ? m.trouble.busy(problem.retryAfter) : m.trouble.down;
}

/** Something is in the way that may pass: the button tries again, once waiting is over. */
export function troublePage(problem: Problem, again: () => void, words = troubleWords(problem)): void {
  const button = retryButton(m.trouble, problem.retryAfter, again);
  const picture = problem.status === 429 ? clock : cloud;
  show(words.title, well(picture), el("h1", {}, words.title), el("p", { class: "lead" }, words.text), button);
}

/** There is no way on from here with this link in this browser. */
export function refusalPage(words: TroubleWords): void {
  show(words.title, well(warning), el("h1", {}, words.title), el("p", { class: "lead" }, words.text));
}

/** The item was taken off the screen: by "Done", or because it was there for long. */
export function hiddenPage(byReader: boolean, oneTime: boolean, expiresAt: number): void {
  const words = m.hidden;
  const title = byReader ? words.done : words.title;
  const clear = el("button", { class: "btn big", type: "button" }, words.clear);
  clear.addEventListener("click", () => {
    void clearClipboard().then((worked) => {
      clear.textContent = worked ? words.cleared : words.notCleared;
      clear.disabled = true;
      announce(clear.textContent);
    });
  });
  const again = el("button", { class: "btn primary big", type: "button" }, words.again);
  again.addEventListener("click", () => {
    location.reload();
  });
  show(
    title,
    well(shield),
    el("h1", {}, title),
    el("p", { class: "lead" }, byReader ? words.doneWhy : words.why, " ", oneTime ? words.gone : words.close),
    oneTime ? null : el("p", { class: "lead" }, `${words.until} `, momentElement(expiresAt), "."),
    el("div", { class: "stack" }, oneTime || serverNow() >= expiresAt ? null : again, copiedSomething ? clear : null),
  );
}
