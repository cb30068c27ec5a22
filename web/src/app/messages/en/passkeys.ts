// Texts of passkeys: on the profile page, when signing in, and when confirming.

import type { ConfirmBy } from "../../../shared/api";
import type { Support, Trouble } from "../../lib/webauthn";

export const passkeys = {
  title: "Passkeys",
  lede: "A passkey signs you in with the fingerprint, face or PIN of this device or of a security key. It can't be guessed or phished.",
  none: "You have no passkey yet.",
  name: "Name of the passkey",
  nameHint: "For example “Work laptop”. Without one it gets the browser's name.",
  add: "Add a passkey",
  added: (name: string) => `${name} can be used to sign in now.`,
  addedOn: (when: string) => `Added ${when}`,
  used: (when: string) => `last used: ${when}`,
  neverUsed: "not used yet",
  rename: "Rename",
  renameWhich: (name: string) => `Rename ${name}`,
  renameTitle: "Rename the passkey",
  renamed: "The passkey has another name.",
  nameMissing: "Type a name.",
  removeWhich: (name: string) => `Remove ${name}`,
  removeTitle: (name: string) => `Remove ${name}?`,
  removeText: "From then on it can't be used here. Your device may still list it until you delete it there, too.",
  removed: (name: string) => `${name} is removed.`,
  cannot: {
    unsupported: "This browser can't use passkeys. A current version of Chrome, Edge, Firefox or Safari can.",
    no_domain:
      "Passkeys need an address with a domain name, and this installation is reached by an IP address. Ask whoever runs it for a name.",
  } satisfies Record<Exclude<Support, "yes">, string>,
  or: "or",
  signIn: "Sign in with a passkey",
  use: "Use my passkey",
  using: "Waiting for your passkey…",
  onlyPasskey: (name: string) =>
    `Your workspace has public links confirmed by a passkey. Press the button, and the link to ${name} appears here by itself.`,
  noLinkYet: "No link exists before you confirm.",
  onProfile: "Add a passkey",
  missing: {
    title: "You need a passkey for this",
    text: "Your workspace has public links confirmed by a passkey, and you have none yet. Add one on your profile page, then start again. No link was made.",
  },
  mailOff: {
    title: "Your workspace wants the mail",
    text: "Public links are confirmed by mail now. Start again to get one.",
  },
};

export const linkConfirmation = {
  title: "Confirming public links",
  lede: "Whoever asks for a public link confirms their identity before it exists.",
  choices: {
    mail_or_passkey: {
      label: "By mail or by a passkey",
      hint: "Members with a passkey may use it instead of the mail.",
    },
    mail: {
      label: "By mail only",
      hint: "Also members with a passkey press the button of a mail.",
    },
    passkey: {
      label: "By a passkey only",
      hint: "No mail is sent. Members without a passkey can't make public links until they add one.",
    },
  } satisfies Record<ConfirmBy, { label: string; hint: string }>,
  saved: "Saved. It counts from now on, also for links that wait to be confirmed.",
};

/** Why a passkey led to nothing. */
export const troubles = {
  cancelled: "No passkey was used. Nothing was changed; try again whenever you like.",
  timeout: "That took too long. Nothing was changed; try again.",
  known: "This device has a passkey for you already. Use it, or choose another device or security key.",
  unfit: "This device can't keep a passkey that signs you in: it has to ask for a fingerprint, face or PIN. Choose another one.",
  aborted: "No passkey was used. Nothing was changed; try again whenever you like.",
  failed: "The browser couldn't use a passkey. Nothing was changed; try again.",
} satisfies Record<Trouble, string>;
