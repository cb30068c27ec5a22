// Every text of the guest page.

import type { ItemKind } from "../../public-api";
import { waitFor } from "./when";

const things: Record<ItemKind, string> = { account: "an account", secret: "a secret" };

export const m = {
  waiting: {
    title: "A shared item is waiting for you",
    from: (workspace: string) => `shares it from ${workspace}`,
    available: (time: string) => `Available for ${time}`,
    until: "until",
    once: "One view",
    onceHint: "Open it when you are ready to use it",
    often: "More than one view",
    oftenHint: "You can come back to it until then",
    view: "View shared item",
    opening: "Opening…",
    hint: "The view counts only once you press the button.",
    noCookies: "This browser keeps no cookies, so don’t reload the page after that.",
  },
  item: {
    title: (sender: string, kind: ItemKind) => `${sender} shared ${things[kind]} with you`,
    until: "You can view this item until:",
    once: "You can view this link only 1 time.",
    onceHint: "Copy what you need before you close this page.",
    website: "Go to website",
    newTab: "opens in a new tab",
    login: "Login details",
    username: "Username",
    password: "Password",
    hidden: "hidden",
    show: "Show password",
    hide: "Hide password",
    shown: "Password shown. It is hidden again after 30 seconds.",
    secret: "Secret",
    nothing: "The sender left this item empty. Ask them to fill it in and to share it again.",
    done: "Done",
  },
  copy: {
    copy: "Copy",
    name: (what: string) => `Copy ${what}`,
    copied: "Copied",
    blocked: "This browser did not let us copy. The text is selected: copy it by hand.",
  },
  /** A label inside a sentence. */
  within: (label: string) => label.toLowerCase(),
  mfa: {
    title: "Multi-factor authentication",
    help: "Add it to an authenticator app, such as Google Authenticator, Microsoft Authenticator, 1Password or Aegis. The app then shows the 6 digits you need to sign in.",
    open: "Open in authenticator",
    qr: "QR code for an authenticator app",
    noQr: "The QR code could not be loaded.",
    manual: "Can’t scan? Use this key",
    key: "MFA key",
  },
  gone: {
    title: "This link doesn’t open anything",
    why: "It may have expired, been viewed already, been taken back by the sender, or lost a few characters on the way.",
    help: "What you can do",
    whole: "Check that you opened the whole link, up to its last character.",
    ask: "Ask the sender for a new one.",
    never: "Never type a password here. This page will not ask for one.",
  },
  spent: {
    why: "It could be viewed only once, and that has happened.",
    opened: "It was opened on",
    dispute: "This wasn’t me",
    disputeHint: "Press it if neither you nor somebody you trust opened it. The sender is told at once.",
    told: "The sender has been told",
    toldHint: "They can change what the link held, and send you a new one.",
  },
  trouble: {
    again: "Try again",
    againIn: (seconds: number) => `Try again in ${waitFor(seconds)}`,
    offline: {
      title: "You seem to be offline",
      text: "Guestpass could not be reached. Nothing is lost: the link is as it was.",
    },
    broken: {
      title: "The connection broke",
      text: "Nothing is lost. Try again in this browser within 10 minutes and you get the item, even if it can be viewed only once.",
    },
    busy: (wait: number) => ({
      title: wait < 90 ? "One moment, please" : "Too many requests for now",
      text: `There were many requests from your network. Nothing is lost: you can go on in ${waitFor(wait)}.`,
    }),
    down: {
      title: "Guestpass is not available right now",
      text: "This is on our side, and nothing is lost. Please try again in a little while.",
    },
    refused: {
      title: "This item could not be opened safely",
      text: "What arrived is not what the sender sealed for this link, so nothing of it is shown. Tell the sender, and ask for a new link.",
    },
    old: {
      title: "This browser can’t open the item",
      text: "It lacks the encryption that the link needs, or the page was not loaded over https. Nothing is lost: open the link in a current browser.",
    },
  },
  hidden: {
    soon: "Hidden in 30 seconds for your safety.",
    keep: "Keep showing",
    title: "Hidden for your safety",
    why: "The item was on this screen for a while, so we took it away.",
    done: "That’s it",
    doneWhy: "The item is no longer on this screen.",
    gone: "This link could be viewed only once. If you still need the item, ask the sender for a new link.",
    again: "View it again",
    until: "The link works until",
    clear: "Clear the clipboard",
    cleared: "Clipboard cleared",
    notCleared: "This browser did not let us",
    close: "You can close this page.",
  },
};
