// Texts of passkeys: on the profile page, when signing in, and when confirming.

import type { ConfirmBy } from "../../../shared/api";
import type { Support, Trouble } from "../../lib/webauthn";

export const passkeys = {
  title: "Passkeys",
  lede: "Mit einem Passkey melden Sie sich per Fingerabdruck, Gesicht oder PIN dieses Geräts oder eines Sicherheitsschlüssels an. Er lässt sich weder erraten noch durch Phishing stehlen.",
  none: "Sie haben noch keinen Passkey.",
  name: "Name des Passkeys",
  nameHint: "Zum Beispiel „Laptop im Büro“. Ohne Namen heißt er wie der Browser.",
  add: "Passkey hinzufügen",
  added: (name: string) => `Mit ${name} können Sie sich jetzt anmelden.`,
  addedOn: (when: string) => `Hinzugefügt am ${when}`,
  used: (when: string) => `zuletzt benutzt: ${when}`,
  neverUsed: "noch nicht benutzt",
  rename: "Umbenennen",
  renameWhich: (name: string) => `${name} umbenennen`,
  renameTitle: "Passkey umbenennen",
  renamed: "Der Passkey hat einen neuen Namen.",
  nameMissing: "Geben Sie einen Namen ein.",
  removeWhich: (name: string) => `${name} entfernen`,
  removeTitle: (name: string) => `${name} entfernen?`,
  removeText: "Danach funktioniert er hier nicht mehr. Ihr Gerät führt ihn vielleicht noch auf, bis Sie ihn auch dort löschen.",
  removed: (name: string) => `${name} ist entfernt.`,
  cannot: {
    unsupported: "Dieser Browser kann keine Passkeys verwenden. Aktuelle Fassungen von Chrome, Edge, Firefox oder Safari können es.",
    no_domain:
      "Passkeys brauchen eine Adresse mit einem Domainnamen, und diese Installation ist unter einer IP-Adresse erreichbar. Bitten Sie die Betreiber um einen Namen.",
  } satisfies Record<Exclude<Support, "yes">, string>,
  or: "oder",
  signIn: "Mit einem Passkey anmelden",
  use: "Meinen Passkey verwenden",
  using: "Wartet auf Ihren Passkey …",
  onlyPasskey: (name: string) =>
    `In Ihrem Arbeitsbereich werden öffentliche Links mit einem Passkey bestätigt. Drücken Sie die Schaltfläche, und der Link zu ${name} erscheint hier von selbst.`,
  noLinkYet: "Solange Sie nicht bestätigt haben, gibt es keinen Link.",
  onProfile: "Passkey hinzufügen",
  missing: {
    title: "Dafür brauchen Sie einen Passkey",
    text: "In Ihrem Arbeitsbereich werden öffentliche Links mit einem Passkey bestätigt, und Sie haben noch keinen. Fügen Sie auf Ihrer Profilseite einen hinzu, und beginnen Sie dann neu. Es wurde kein Link erstellt.",
  },
  mailOff: {
    title: "Ihr Arbeitsbereich verlangt die E-Mail",
    text: "Öffentliche Links werden jetzt per E-Mail bestätigt. Beginnen Sie neu, um eine zu bekommen.",
  },
};

export const linkConfirmation = {
  title: "Bestätigung öffentlicher Links",
  lede: "Wer einen öffentlichen Link anfordert, bestätigt seine Identität, bevor es den Link gibt.",
  choices: {
    mail_or_passkey: {
      label: "Per E-Mail oder Passkey",
      hint: "Mitglieder mit einem Passkey können ihn statt der E-Mail verwenden.",
    },
    mail: {
      label: "Nur per E-Mail",
      hint: "Auch Mitglieder mit einem Passkey drücken die Schaltfläche in einer E-Mail.",
    },
    passkey: {
      label: "Nur mit Passkey",
      hint: "Es wird keine E-Mail geschickt. Mitglieder ohne Passkey können keine öffentlichen Links erstellen, bis sie einen hinzufügen.",
    },
  } satisfies Record<ConfirmBy, { label: string; hint: string }>,
  saved: "Gespeichert. Das gilt ab jetzt, auch für Links, die noch auf ihre Bestätigung warten.",
};

export const troubles = {
  cancelled: "Es wurde kein Passkey verwendet. Geändert wurde nichts; versuchen Sie es, wann Sie möchten, noch einmal.",
  timeout: "Das hat zu lange gedauert. Geändert wurde nichts; versuchen Sie es noch einmal.",
  known: "Dieses Gerät hat schon einen Passkey für Sie. Verwenden Sie ihn, oder nehmen Sie ein anderes Gerät oder einen Sicherheitsschlüssel.",
  unfit: "Dieses Gerät kann keinen Passkey aufbewahren, der Sie anmeldet: Es muss nach Fingerabdruck, Gesicht oder PIN fragen. Nehmen Sie ein anderes.",
  aborted: "Es wurde kein Passkey verwendet. Geändert wurde nichts; versuchen Sie es, wann Sie möchten, noch einmal.",
  failed: "Der Browser konnte keinen Passkey verwenden. Geändert wurde nichts; versuchen Sie es noch einmal.",
} satisfies Record<Trouble, string>;
