// English texts that many pages share, and problems in words.

import { Problem, type ShareRefusal } from "../../shared/api";
import { waitFor } from "../../shared/when";

export const common = {
  product: "Guestpass",
  cancel: "Cancel",
  close: "Close",
  done: "Done",
  save: "Save",
  edit: "Edit",
  delete: "Delete",
  remove: "Remove",
  copy: "Copy",
  copiedShort: "Copied",
  copyWhat: (what: string) => `Copy ${what}`,
  copied: (what: string) => `Copied the ${what}.`,
  copyBlocked: "The browser didn't let Guestpass copy. Select the text and copy it yourself.",
  clearClipboard: "Clear clipboard",
  clipboardCleared: "Clipboard cleared.",
  dismiss: "Dismiss",
  optional: "(optional)",
  tryAgain: "Try again",
  more: "Show more",
  you: "(you)",
  loading: "Loading…",
  offlineTitle: "No connection",
  failedTitle: "This didn't load",
  forbiddenTitle: "Not for you",
  unexpected: "Something unexpected happened. Try again.",
  signedOut: "You were signed out. Sign in in another tab, then try again.",
  signedOutPress: (button: string) =>
    `You were signed out. Sign in in another tab, then press ${button} again.`,
  signIn: "Sign in",
  tooMany: "That was a lot in a short time.",
  retryIn: (seconds: number) => `Try again in ${waitFor(seconds)}.`,
  owner: "Owner",
  collaborator: "Collaborator",
};

/** A problem as a sentence or two for the person in front of the page, who pressed `button`. */
export function describe(problem: unknown, button?: string): string {
  if (!(problem instanceof Problem)) return common.unexpected;
  if (problem.status === 401) return button ? common.signedOutPress(button) : common.signedOut;
  if (problem.status === 429 && problem.retryAfter !== undefined) {
    // The server's own words for it say to wait a moment, whatever the limit.
    const what = problem.code === "too_many_requests" ? common.tooMany : problem.detail;
    return `${what} ${common.retryIn(problem.retryAfter)}`;
  }
  return problem.detail;
}

/** Why an item has no public link, as a menu entry says it. */
export function refusalText(refusal: ShareRefusal): string {
  switch (refusal) {
    case "not_owner":
      return "Only Owners of an item can share it by a public link.";
    case "has_attachments":
      return "Secrets with attachments can't be shared by a public link yet.";
    case "no_body":
      return "This secret has no text to share. Add one first.";
  }
}
