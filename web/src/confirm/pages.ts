// What the confirmation shows: the question, the second question, and the ends.

import { announce, el, show } from "../shared/dom";
import { type Problem, serverNow } from "../shared/http";
import { type ConfirmWords, terms, toApp } from "../shared/i18n/en/confirm";
import { remaining } from "../shared/i18n/en/when";
import { check, clock, cloud, globe, key, shield, warning } from "../shared/icons";
import { fact, pressed, retryButton, well, workspaceRow } from "../shared/parts";
import type { ConfirmDetails, FlowState } from "../shared/public-api";
import { clockTime, momentElement } from "../shared/when";
import { parseCode } from "./code";

interface Words {
  title: string;
  text: string;
}

interface Actions {
  confirm: (code: string) => Promise<Problem | null>;
  refuse: () => void;
  /** Its time or its tries ran out while the page was open. */
  over: (state: FlowState) => void;
  failed: (problem: Problem) => void;
}

/** What is being released, who asked for it and from where; and the code that proves it was you. */
export function askPage(details: ConfirmDetails, words: ConfirmWords, actions: Actions): void {
  const facts = el("ul", { class: "facts framed" });
  if (details.item && details.expires_in) {
    const lasts = remaining(details.expires_in * 1_000);
    facts.append(fact(key, details.item, terms(lasts, details.one_time === true)));
  }
  const from = details.address === "" ? "" : `${details.address}, `;
  facts.append(fact(globe, words.browser(details.browser), `${from}${words.asked} `, momentElement(details.asked_at)));
  const title = words.title(details.first_name, details.workspace);
  show(
    title,
    workspaceRow(details.workspace),
    el("h1", { class: "mid" }, title),
    el("p", { class: "lead small" }, words.lead),
    facts,
    codeForm(details, words, actions),
  );
  const timer = setInterval(() => {
    if (!facts.isConnected) clearInterval(timer);
    else if (serverNow() >= details.expires_at) actions.over("expired");
  }, 1_000);
}

function codeForm(details: ConfirmDetails, words: ConfirmWords, actions: Actions): HTMLElement {
  let left = details.tries_left;
  const input = el("input", {
    class: "digits",
    id: "code",
    type: "text",
    inputmode: "numeric",
    autocomplete: "off",
    spellcheck: "false",
    placeholder: "––– –––",
    "aria-describedby": "code-error code-hint",
  });
  const error = el("p", { class: "error", id: "code-error" });
  const hint = el("p", { class: "hint", id: "code-hint" });
  const button = el("button", { class: "btn primary big", type: "button" }, words.confirm);
  const say = (text: string): void => {
    error.textContent = text;
    input.setAttribute("aria-invalid", String(text !== ""));
    if (text === "") return;
    announce(text);
    input.focus();
    input.select();
  };
  const count = (): void => {
    hint.textContent = words.codeHint(words.tries(left), clockTime(details.expires_at));
  };
  const submit = async (): Promise<void> => {
    const code = parseCode(input.value);
    if (code === null) {
      say(words.codeShort);
      return;
    }
    if (pressed(button)) return;
    button.textContent = words.checking;
    const problem = await actions.confirm(code);
    if (problem === null) return;
    button.removeAttribute("aria-disabled");
    button.textContent = words.confirm;
    if (problem.code !== "code_wrong") {
      actions.failed(problem);
      return;
    }
    left -= 1;
    if (left <= 0) {
      actions.over("locked");
      return;
    }
    count();
    say(words.codeWrong(left));
  };
  count();
  // No form: the page's sandbox would block its submission, script or not.
  input.addEventListener("keydown", ({ key: pressedKey }) => {
    if (pressedKey === "Enter") void submit();
  });
  button.addEventListener("click", () => void submit());
  return el(
    "div",
    {},
    el("label", { for: "code" }, words.code),
    input,
    error,
    hint,
    el(
      "div",
      { class: "stack" },
      button,
      el("button", { class: "btn big danger-line", type: "button", onclick: actions.refuse }, words.refuse),
    ),
    el("p", { class: "hint under" }, words.refuseHint),
  );
}

/** Asks once more, because it ends somebody's session. */
export function refusePage(
  words: ConfirmWords,
  sure: ConfirmWords["sure"],
  refuse: () => Promise<Problem | null>,
  back: () => void,
): void {
  const error = el("p", { class: "error" });
  const yes = el("button", { class: "btn big danger", type: "button" }, sure.yes);
  yes.addEventListener("click", () => {
    if (pressed(yes)) return;
    void refuse().then((problem) => {
      if (problem === null) return;
      yes.removeAttribute("aria-disabled");
      error.textContent = troubleWords(problem, words).text;
      announce(error.textContent);
    });
  });
  show(
    sure.title,
    well(shield),
    el("h1", { class: "mid" }, sure.title),
    el("p", { class: "lead" }, sure.text),
    error,
    el("div", { class: "stack" }, yes, el("button", { class: "btn big", type: "button", onclick: back }, words.back)),
  );
}

/** There is nothing more to decide: says what happened and where to go from here. */
export function endPage(
  words: Words,
  next: keyof typeof toApp | null,
  workspace = "",
  ...more: (HTMLElement | null)[]
): void {
  const good = next === null;
  show(
    words.title,
    workspace === "" ? null : workspaceRow(workspace),
    well(good ? check : warning, good),
    el("h1", { class: "mid" }, words.title),
    el("p", { class: "lead" }, words.text),
    good
      ? null
      : el("div", { class: "stack" }, el("a", { class: "btn big", href: next === "app" ? "/" : "/sign-in" }, toApp[next]), ...more),
  );
}

function troubleWords(problem: Problem, words: ConfirmWords): Words {
  if (problem.code === "offline") return words.offline;
  return problem.status === 429 ? words.busy(problem.retryAfter) : words.down;
}

/** Something is in the way that may pass. */
export function troublePage(problem: Problem, words: ConfirmWords, again: () => void): void {
  const { title, text } = troubleWords(problem, words);
  show(
    title,
    well(problem.status === 429 ? clock : cloud),
    el("h1", { class: "mid" }, title),
    el("p", { class: "lead" }, text),
    el("div", { class: "stack" }, retryButton(words, problem.retryAfter, again)),
  );
}
