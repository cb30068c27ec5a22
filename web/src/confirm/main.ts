// The page behind a mail's button. Loading it does nothing, so a mail scanner that follows the
// address confirms nothing either: the browser that asked confirms by itself, any other one has to
// type the code that only the asking window shows.

import "./confirm.css";
import { el, show } from "../shared/dom";
import { post, type Problem } from "../shared/http";
import { type ConfirmWords, share, signedIn, signIn } from "../shared/i18n/en/confirm";
import type { Confirmed, ConfirmDetails } from "../shared/public-api";
import { parseToken } from "./code";
import { askPage, endPage, refusePage, troublePage } from "./pages";

const signingIn = location.pathname === "/confirm-sign-in";
const words = signingIn ? signIn : share;
const paths = signingIn
  ? { inspect: "/sign-in/inspect", confirm: "/sign-in/confirm", refuse: "/sign-in/refuse" }
  : { inspect: "/confirm/inspect", confirm: "/confirm", refuse: "/confirm/refuse" };

const token = parseToken(location.hash.slice(1));
/** Whether the state was looked up again after a confirmation came too late. */
let lookedAgain = false;

async function inspect(): Promise<void> {
  if (token === null) {
    endPage(words.unknown, signingIn ? "signIn" : "app");
    return;
  }
  const answer = await post<ConfirmDetails>(paths.inspect, { token });
  if (!answer.ok) failed(answer.problem, inspect);
  else if (answer.data.state !== "waiting") over(answer.data);
  else if (answer.data.same_browser) await confirmHere(answer.data);
  else ask(answer.data);
}

/** In the browser that asked, opening the mail is enough. */
async function confirmHere(details: ConfirmDetails): Promise<void> {
  const problem = await confirm(details, null);
  if (problem) failed(problem, inspect);
}

function ask(details: ConfirmDetails): void {
  askPage(details, words, {
    confirm: (code) => confirm(details, code),
    refuse: () => refusePage(words, words.sure, () => refuse(words.refused), () => ask(details)),
    over: (state) => over({ ...details, state }),
    failed: (problem) => failed(problem, inspect),
  });
}

/** Ends on a page of its own when it worked; otherwise says what went wrong. */
async function confirm(details: ConfirmDetails, code: string | null): Promise<Problem | null> {
  const answer = await post<Confirmed>(paths.confirm, code === null ? { token } : { token, code });
  if (!answer.ok) return answer.problem;
  if (answer.data.signed_in) {
    show(signedIn.title, el("h1", {}, signedIn.title), el("p", { class: "lead" }, signedIn.text));
    location.replace("/");
  } else {
    endPage(words.confirmed, null, details.workspace);
  }
  return null;
}

async function refuse(stopped: ConfirmWords["refused"]): Promise<Problem | null> {
  const answer = await post(paths.refuse, { token });
  if (answer.ok) endPage(stopped, signingIn ? null : "signIn");
  else if (answer.problem.status !== 404 && answer.problem.status !== 410) return answer.problem;
  else endPage(words.nothingLeft, signingIn ? "signIn" : "app");
  return null;
}

function over(details: ConfirmDetails): void {
  const { state, same_browser, workspace } = details;
  if (state === "waiting") return;
  const goesOnElsewhere = state === "confirmed" && !same_browser;
  const next = goesOnElsewhere ? null : signingIn ? "signIn" : "app";
  endPage(words.over[state], next, workspace, refuseLate(details));
}

/** Somebody else's request may have come to an end before its victim opens the mail. */
function refuseLate(details: ConfirmDetails): HTMLElement | null {
  const late = details.state === "spent" || details.state === "expired" ? words.late : null;
  if (late === null) return null;
  const sure = (): void => refusePage(words, late.sure, () => refuse(late.refused), () => over(details));
  return el("button", { class: "btn big quiet", type: "button", onclick: sure }, words.refuse);
}

function failed(problem: Problem, again: () => Promise<void>): void {
  if (problem.code === "not_owner") endPage(words.notOwner, "app");
  else if (problem.code === "item_changed") endPage(words.changed, "app");
  else if (problem.code === "passkey_only" && words.passkeyOnly) endPage(words.passkeyOnly, "app");
  else if (problem.code === "flow_over" && !lookedAgain) {
    lookedAgain = true;
    void inspect();
  } else if (problem.status === 400 || problem.status === 404 || problem.status === 410) {
    endPage(words.unknown, signingIn ? "signIn" : "app");
  } else troublePage(problem, words, () => void again());
}

// Another mail's address opened in the same tab changes only the part after `#`.
addEventListener("hashchange", () => location.reload());

void inspect();
