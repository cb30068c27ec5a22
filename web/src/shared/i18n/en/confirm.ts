// Every text of the page behind a mail's button: for a public link, and for signing in.

import type { FlowState } from "../../public-api";
import { waitFor } from "./when";

export interface Words {
  title: string;
  text: string;
}

const tries = (left: number): string => (left === 1 ? "1 try" : `${left} tries`);

/** What is the same for both uses. */
const common = {
  code: "Match code",
  codeHint: (tries: string, until: string) => `6 digits, ${tries}, until ${until}.`,
  tries,
  codeShort: "The code has 6 digits.",
  codeWrong: (left: number) => `That is not the code shown there. ${tries(left)} left.`,
  asked: "asked",
  browser: (name: string) => name,
  refuse: "This wasn’t me",
  back: "Go back",
  checking: "Checking…",
  again: "Try again",
  againIn: (seconds: number) => `Try again in ${waitFor(seconds)}`,
  offline: {
    title: "You seem to be offline",
    text: "Guestpass could not be reached. Nothing was confirmed, and nothing is lost.",
  },
  busy: (wait: number) => ({
    title: wait < 90 ? "One moment, please" : "Too many requests for now",
    text: `There were many requests from your network. Nothing was confirmed yet: you can go on in ${waitFor(wait)}.`,
  }),
  down: {
    title: "Guestpass is not available right now",
    text: "This is on our side. Nothing was confirmed; please try again in a little while.",
  },
};

export type Common = typeof common;

type Question = Words & { yes: string };

export interface ConfirmWords extends Common {
  title: (name: string, workspace: string) => string;
  lead: string;
  confirm: string;
  refuseHint: string;
  sure: Question;
  refused: Words;
  /** For whoever opens the mail when it is too late to stop the request, if that still helps. */
  late: { sure: Question; refused: Words } | null;
  nothingLeft: Words;
  confirmed: Words;
  unknown: Words;
  notOwner: Words;
  changed: Words;
  /** The workspace has links confirmed another way; nothing for a sign-in. */
  passkeyOnly: Words | null;
  over: Record<Exclude<FlowState, "waiting">, Words>;
}

export const share: ConfirmWords = {
  ...common,
  title: (name) => (name === "" ? "Release this link?" : `Release this link, ${name}?`),
  lead: "This browser is not the one that asked, so type the match code shown there.",
  confirm: "Confirm my identity",
  refuseHint: "“This wasn’t me” stops the request and ends the session that asked.",
  sure: {
    title: "You did not ask for this link?",
    text: "Then somebody is signed in as you. We stop the request and end that session at once; no link is made.",
    yes: "Stop it and end that session",
  },
  refused: {
    title: "The request is stopped",
    text: "No link was made, and the session that asked has ended. Tell an admin of your workspace, and check who can read your mail.",
  },
  late: {
    sure: {
      title: "You did not ask for this link?",
      text: "Then somebody is signed in as you. We end that session at once, and revoke the link if one was made.",
      yes: "Revoke it and end that session",
    },
    refused: {
      title: "Stopped",
      text: "The session that asked has ended, and if a link was made, it opens nothing any more. Whoever viewed it keeps what they saw: change the password, tell an admin of your workspace, and check who can read your mail.",
    },
  },
  nothingLeft: {
    title: "There is nothing left to stop",
    text: "This request was stopped already, or it ended long ago. The item’s page in Guestpass shows which of its links still work.",
  },
  confirmed: {
    title: "Confirmed",
    text: "You can go back to the window where you asked: it shows the link by itself. You can close this one.",
  },
  unknown: {
    title: "This address doesn’t confirm anything",
    text: "It may have lost a few characters on the way, or it belongs to an older mail. Press the button in the newest mail, or ask for the link again in Guestpass.",
  },
  notOwner: {
    title: "You can’t release this link any more",
    text: "You are no longer an Owner of the item, and only Owners can share it by a link. Ask one of its Owners.",
  },
  changed: {
    title: "The item has changed since",
    text: "Somebody edited or deleted it after you asked, so this request is void. Look at the item in Guestpass and ask for the link again.",
  },
  passkeyOnly: {
    title: "This mail confirms nothing any more",
    text: "Your workspace has public links confirmed by a passkey now. Use it in the window where you asked for the link.",
  },
  over: {
    confirmed: {
      title: "Already confirmed",
      text: "There is nothing more to do here. Go back to the window where you asked: it shows the link.",
    },
    spent: {
      title: "This confirmation was used",
      text: "The link was made, and a confirmation works only once. For another link, ask for it in Guestpass.",
    },
    refused: {
      title: "This request was stopped",
      text: "Somebody with this mail said “This wasn’t me”. If that was a mistake, sign in again and ask for a new link.",
    },
    cancelled: {
      title: "This request was cancelled",
      text: "It was taken back in the window that asked, or a newer one has replaced it. There is nothing to confirm.",
    },
    locked: {
      title: "Too many wrong codes",
      text: "To be safe, this request has ended and no link was made. Ask for the link again in Guestpass.",
    },
    expired: {
      title: "This confirmation came too late",
      text: "A confirmation lasts 10 minutes. No link was made; ask for it again in Guestpass.",
    },
  },
};

export const signIn: ConfirmWords = {
  ...common,
  title: (_name, workspace) => `Sign in to ${workspace}?`,
  lead: "This browser is not the one that asked, so type the match code shown there.",
  confirm: "Confirm my identity",
  refuseHint: "“This wasn’t me” stops the request, and nobody is signed in.",
  sure: {
    title: "You did not try to sign in?",
    text: "Then somebody else typed your address. We stop the request; nobody is signed in by it.",
    yes: "Stop this sign-in",
  },
  refused: {
    title: "The sign-in is stopped",
    text: "Nobody was signed in. If this happens again, tell an admin of your workspace.",
  },
  late: null,
  nothingLeft: {
    title: "There is nothing left to stop",
    text: "This sign-in has ended already. If you did not sign in yourself, tell an admin of your workspace.",
  },
  confirmed: {
    title: "Confirmed",
    text: "Go back to the window where you asked: it signs you in by itself. You can close this one.",
  },
  unknown: {
    title: "This address doesn’t sign anybody in",
    text: "It may have lost a few characters on the way, or it belongs to an older mail. Press the button in the newest mail, or ask for a new one.",
  },
  notOwner: {
    title: "You can’t sign in right now",
    text: "Your access to this workspace has changed. Ask one of its admins.",
  },
  changed: {
    title: "This sign-in is void",
    text: "Something changed after you asked. Ask for a new mail.",
  },
  passkeyOnly: null,
  over: {
    confirmed: {
      title: "Already confirmed",
      text: "There is nothing more to do here. Go back to the window where you asked: it signs you in.",
    },
    spent: {
      title: "This sign-in mail was used",
      text: "Each mail signs in once. If you are not signed in, ask for a new one.",
    },
    refused: {
      title: "This sign-in was stopped",
      text: "Somebody with this mail said “This wasn’t me”. If that was a mistake, ask for a new mail.",
    },
    cancelled: {
      title: "This sign-in was replaced",
      text: "A newer mail was asked for. Press the button in that one.",
    },
    locked: {
      title: "Too many wrong codes",
      text: "To be safe, this sign-in has ended. Ask for a new mail.",
    },
    expired: {
      title: "This mail came too late",
      text: "A sign-in mail works for 15 minutes. Ask for a new one.",
    },
  },
};

export const signedIn: Words = {
  title: "You’re signed in",
  text: "Taking you to your workspace…",
};

export const toApp = { app: "Open Guestpass", signIn: "Go to sign-in" };

/** "for 1 day, 1 view" */
export function terms(expiresIn: string, oneTime: boolean): string {
  return oneTime ? `for ${expiresIn}, 1 view` : `for ${expiresIn}`;
}
