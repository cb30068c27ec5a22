// Texts that many pages share, and problems in words.

import type { ShareRefusal } from "../../../shared/api";
import { waitFor } from "../../../shared/i18n/de/when";

export const common = {
  product: "Guestpass",
  cancel: "Abbrechen",
  close: "Schließen",
  done: "Fertig",
  save: "Speichern",
  edit: "Bearbeiten",
  delete: "Löschen",
  remove: "Entfernen",
  copy: "Kopieren",
  copiedShort: "Kopiert",
  copyWhat: (what: string) => `${what} kopieren`,
  copied: (what: string) => `Kopiert: ${what}.`,
  copyBlocked: "Der Browser hat das Kopieren nicht erlaubt. Markieren Sie den Text und kopieren Sie ihn selbst.",
  clearClipboard: "Zwischenablage leeren",
  clipboardCleared: "Die Zwischenablage ist leer.",
  dismiss: "Ausblenden",
  optional: "(freiwillig)",
  tryAgain: "Erneut versuchen",
  more: "Mehr anzeigen",
  you: "(Sie)",
  loading: "Wird geladen …",
  offlineTitle: "Keine Verbindung",
  failedTitle: "Das konnte nicht geladen werden",
  forbiddenTitle: "Nicht für Sie",
  unexpected: "Etwas Unerwartetes ist passiert. Versuchen Sie es noch einmal.",
  signedOut: "Sie wurden abgemeldet. Melden Sie sich in einem anderen Tab an, und versuchen Sie es dann noch einmal.",
  signedOutPress: (button: string) =>
    `Sie wurden abgemeldet. Melden Sie sich in einem anderen Tab an, und drücken Sie dann noch einmal auf „${button}“.`,
  signIn: "Anmelden",
  tooMany: "Das war viel in kurzer Zeit.",
  retryIn: (seconds: number) => `Versuchen Sie es in ${waitFor(seconds)} noch einmal.`,
  owner: "Eigentümer",
  collaborator: "Mitnutzer",
};

export const refusals = {
  not_owner: "Nur Eigentümer eines Eintrags können ihn über einen öffentlichen Link teilen.",
  has_attachments: "Geheimnisse mit Anhängen lassen sich noch nicht über einen öffentlichen Link teilen.",
  no_body: "Dieses Geheimnis hat keinen Text, der sich teilen ließe. Geben Sie zuerst einen ein.",
} satisfies Record<ShareRefusal, string>;
