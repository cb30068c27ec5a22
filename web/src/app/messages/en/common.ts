// Texts that many pages share, and problems in words.

import type { ShareRefusal } from "../../../shared/api";
import { waitFor } from "../../../shared/i18n/en/when";

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

/** Why an item has no public link, as a menu entry says it. */
export const refusals = {
  not_owner: "Only Owners of an item can share it by a public link.",
  has_attachments: "Secrets with attachments can't be shared by a public link yet.",
  no_body: "This secret has no text to share. Add one first.",
} satisfies Record<ShareRefusal, string>;
