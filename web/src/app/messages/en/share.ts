// Texts of sharing: with members, and by a public link.

import type { ItemKind } from "../../../shared/api";
import type { EndCode } from "../share";
import { passkeys } from "./passkeys";

export const share = {
  button: (name: string) => `Share ${name}`,
  short: "Share",
  item: "Share item",
  itemHint: "With members and teams of the workspace",
  link: "Share via public link",
  linkHint: "For people without a login",

  title: (kind: ItemKind): string =>
    kind === "account" ? "Share these credentials via a link" : "Share this secret via a link",
  expiresIn: "This link expires in",
  stopsOn: "Stops working on",
  orAfterView: ", or after one view.",
  once: "Can be viewed only 1 time",
  onceHint: "The link is dead after anyone has viewed it.",
  notify: "E-mail me when it is first opened",
  notifyOff: "You switched these mails off in your profile.",
  warning: (kind: ItemKind): string =>
    kind === "account"
      ? "Whoever has the link sees these credentials without signing in. Send it only to people you trust, and change the password afterwards."
      : "Whoever has the link reads this secret without signing in. Send it only to people you trust.",
  considerations: "Security considerations",
  getLink: "Get link",

  confirmTitle: "Confirm your identity to get the link",
  sentTo: "We sent a mail to",
  press: "Press",
  confirmButton: "Confirm my identity",
  pressWhere: (name: string) =>
    `in it, on this or any other device, and the link to ${name} appears here by itself.`,
  matchCode: "Match code",
  matchHint: "On another device the page asks for this code. Never give it to anybody, us included.",
  waiting: "Waiting for your confirmation…",
  confirmed: "Confirmed. Making the link…",
  left: (time: string) => `${time} left`,
  noLinkYet: "No link exists before you confirm. Nothing arrived?",
  resendIn: (time: string) => `Send it again in ${time}`,
  resend: "Send it again",
  resent: "The mail is on its way again.",

  resultTitle: "Your link is ready",
  linkLabel: "Public link",
  copyLink: "link",
  stops: "Stops working",
  views: "Views",
  oneView: "1 time",
  anyViews: "As often as needed",
  qrLabel: "QR code of the link",
  saveQr: "Save QR code",
  channel: "Send it over an end-to-end encrypted messenger or a call, not by plain mail or SMS.",
  shownOnce: "It is shown only now. Nobody can show it again, but you can revoke it and make another.",
  leaveAsk: "The link is shown only once. Close without copying it?",
  leave: "Close anyway",
  stay: "Show the link",

  again: "Start again",
  stuckTitle: "The link isn't saved yet",
  stuck: "Guestpass can't be reached. Your confirmation still counts: try again when you are online.",

  peopleTitle: "Share item",
  people: "Who has access",
  add: "Add somebody",
  addShort: "Add",
  addRole: "Role of the added person",
  addHint: "Search people and teams",
  team: "Team",
  addAs: (name: string) => `Add ${name}`,
  roleOf: (name: string) => `Role of ${name}`,
  removeAccess: (name: string) => `Remove ${name}`,
  removeMe: "Leave",
  nobodyFound: "No other member or team of the workspace matches.",
  everybody: "Every member and team of the workspace has access already.",
  granted: (name: string, role: string) => `${name} is now ${role}.`,
  removed: (name: string) => `${name} no longer has access.`,
  onlyOwners: "Only Owners can change who has access.",
  lastOwner:
    "An item always keeps at least one active Owner. Make somebody else Owner first; who was only invited, or is suspended, doesn't count.",
  ownerHint: "Owner: see, edit, share, delete. Collaborator: see and use.",
};

/** How a public link came to nothing. */
export const endings = {
  expired: {
    title: "The confirmation came too late",
    text: "It can be given for 10 minutes. No link was made.",
  },
  refused: {
    title: "Somebody said “This wasn't me”",
    text: "The request was stopped from the mail, and no link was made. If that wasn't you, tell an admin of your workspace.",
  },
  cancelled: { title: "This request was cancelled", text: "No link was made." },
  locked: {
    title: "Too many wrong match codes",
    text: "The request was stopped after five tries, and no link was made. If you didn't type them, tell an admin of your workspace.",
  },
  spent: {
    title: "This confirmation was used already",
    text: "A confirmation makes one link. If you didn't get it, revoke it on the item's page and start again.",
  },
  signed_out: {
    title: "Your session has ended",
    text: "Sign in again to make a link. No link was made.",
  },
  item_changed: {
    title: "The item changed meanwhile",
    text: "You confirmed an older version, so no link was made. Start again to share what it holds now.",
  },
  not_owner: {
    title: "You are no longer an Owner of this item",
    text: "Only Owners can share it by a public link. No link was made.",
  },
  passkey_missing: passkeys.missing,
  mail_only: passkeys.mailOff,
  too_large: {
    title: "Too long for a public link",
    text: "A public link holds about 64 KB of text. Shorten the secret, or share it with a member instead. No link was made.",
  },
} satisfies Record<EndCode, { title: string; text: string }>;

/** What to say about a mail that isn't sent yet. */
export const mailStates = {
  delayed: "The mail server didn't take the mail yet. Guestpass keeps trying.",
  failed: "The mail could not be sent. Send it again, or tell an admin of your workspace.",
};
