// Texts of sharing: with members, and by a public link.

import type { ItemKind } from "../../../shared/api";
import type { EndCode } from "../share";
import { passkeys } from "./passkeys";

export const share = {
  button: (name: string) => `${name} teilen`,
  short: "Teilen",
  item: "Eintrag teilen",
  itemHint: "Mit Mitgliedern und Teams des Arbeitsbereichs",
  link: "Über öffentlichen Link teilen",
  linkHint: "Für Personen ohne Login",

  title: (kind: ItemKind): string =>
    kind === "account" ? "Diese Zugangsdaten über einen Link teilen" : "Dieses Geheimnis über einen Link teilen",
  expiresIn: "Dieser Link läuft ab in",
  stopsOn: "Funktioniert bis",
  orAfterView: ", oder bis er einmal angesehen wurde.",
  once: "Kann nur 1-mal angesehen werden",
  onceHint: "Sobald ihn jemand angesehen hat, funktioniert der Link nicht mehr.",
  notify: "Per E-Mail melden, wenn er zum ersten Mal geöffnet wird",
  notifyOff: "Diese E-Mails haben Sie in Ihrem Profil ausgeschaltet.",
  warning: (kind: ItemKind): string =>
    kind === "account"
      ? "Wer den Link hat, sieht diese Zugangsdaten ohne Anmeldung. Schicken Sie ihn nur Personen, denen Sie vertrauen, und ändern Sie danach das Passwort."
      : "Wer den Link hat, liest dieses Geheimnis ohne Anmeldung. Schicken Sie ihn nur Personen, denen Sie vertrauen.",
  considerations: "Hinweise zur Sicherheit",
  getLink: "Link erstellen",

  confirmTitle: "Bestätigen Sie Ihre Identität, um den Link zu erhalten",
  sentTo: "Wir haben eine E-Mail geschickt an",
  press: "Drücken Sie auf",
  confirmButton: "Identität bestätigen",
  pressWhere: (name: string) =>
    `in der E-Mail, auf diesem oder einem anderen Gerät, und der Link zu ${name} erscheint hier von selbst.`,
  matchCode: "Vergleichscode",
  matchHint: "Auf einem anderen Gerät fragt die Seite nach diesem Code. Geben Sie ihn niemandem, auch uns nicht.",
  waiting: "Wartet auf Ihre Bestätigung …",
  confirmed: "Bestätigt. Der Link wird erstellt …",
  left: (time: string) => `noch ${time}`,
  noLinkYet: "Solange Sie nicht bestätigt haben, gibt es keinen Link. Nichts angekommen?",
  resendIn: (time: string) => `Erneut schicken in ${time}`,
  resend: "Erneut schicken",
  resent: "Die E-Mail ist noch einmal unterwegs.",

  resultTitle: "Ihr Link ist fertig",
  linkLabel: "Öffentlicher Link",
  copyLink: "Link",
  stops: "Funktioniert bis",
  views: "Ansichten",
  oneView: "1-mal",
  anyViews: "Beliebig oft",
  qrLabel: "QR-Code des Links",
  saveQr: "QR-Code speichern",
  channel: "Schicken Sie ihn über einen Ende-zu-Ende-verschlüsselten Messenger oder sagen Sie ihn am Telefon, nicht per einfacher E-Mail oder SMS.",
  shownOnce: "Er wird nur jetzt gezeigt. Niemand kann ihn noch einmal anzeigen, aber Sie können ihn widerrufen und einen neuen erstellen.",
  leaveAsk: "Der Link wird nur einmal gezeigt. Schließen, ohne ihn zu kopieren?",
  leave: "Trotzdem schließen",
  stay: "Link anzeigen",

  again: "Neu beginnen",
  stuckTitle: "Der Link ist noch nicht gespeichert",
  stuck: "Guestpass ist nicht erreichbar. Ihre Bestätigung gilt weiter: Versuchen Sie es noch einmal, wenn Sie wieder verbunden sind.",

  peopleTitle: "Eintrag teilen",
  people: "Wer Zugriff hat",
  add: "Personen hinzufügen",
  addShort: "Hinzufügen",
  addRole: "Rolle der hinzugefügten Person",
  addHint: "Personen und Teams suchen",
  team: "Team",
  addAs: (name: string) => `${name} hinzufügen`,
  roleOf: (name: string) => `Rolle von ${name}`,
  removeAccess: (name: string) => `${name} entfernen`,
  removeMe: "Zugriff aufgeben",
  nobodyFound: "Dazu passt kein weiteres Mitglied oder Team des Arbeitsbereichs.",
  everybody: "Alle Mitglieder und Teams des Arbeitsbereichs haben schon Zugriff.",
  granted: (name: string, role: string) => `${name} ist jetzt ${role}.`,
  removed: (name: string) => `${name} hat keinen Zugriff mehr.`,
  onlyOwners: "Nur Eigentümer können ändern, wer Zugriff hat.",
  lastOwner: 
    "Jeder Eintrag behält mindestens einen aktiven Eigentümer. Machen Sie zuerst jemand anderen zum Eigentümer; wer nur eingeladen oder gesperrt ist, zählt nicht.",
  ownerHint: "Eigentümer: ansehen, bearbeiten, teilen, löschen. Mitnutzer: ansehen und benutzen.",
};

export const endings = {
  expired: {
    title: "Die Bestätigung kam zu spät",
    text: "Sie ist 10 Minuten lang möglich. Es wurde kein Link erstellt.",
  },
  refused: {
    title: "Jemand hat gesagt: „Das war ich nicht“",
    text: "Die Anfrage wurde aus der E-Mail heraus gestoppt, und es wurde kein Link erstellt. Wenn Sie das nicht waren, sagen Sie es einem Admin Ihres Arbeitsbereichs.",
  },
  cancelled: { title: "Diese Anfrage wurde abgebrochen", text: "Es wurde kein Link erstellt." },
  locked: {
    title: "Zu viele falsche Vergleichscodes",
    text: "Nach fünf Versuchen wurde die Anfrage gestoppt, und es wurde kein Link erstellt. Wenn Sie die Codes nicht eingegeben haben, sagen Sie es einem Admin Ihres Arbeitsbereichs.",
  },
  spent: {
    title: "Diese Bestätigung wurde schon verwendet",
    text: "Eine Bestätigung ergibt einen Link. Haben Sie ihn nicht bekommen, widerrufen Sie ihn auf der Seite des Eintrags und beginnen Sie neu.",
  },
  signed_out: {
    title: "Ihre Sitzung ist zu Ende",
    text: "Melden Sie sich wieder an, um einen Link zu erstellen. Es wurde kein Link erstellt.",
  },
  item_changed: {
    title: "Der Eintrag hat sich inzwischen geändert",
    text: "Sie haben eine ältere Fassung bestätigt, deshalb wurde kein Link erstellt. Beginnen Sie neu, um zu teilen, was der Eintrag jetzt enthält.",
  },
  not_owner: {
    title: "Sie sind nicht mehr Eigentümer dieses Eintrags",
    text: "Nur Eigentümer können ihn über einen öffentlichen Link teilen. Es wurde kein Link erstellt.",
  },
  passkey_missing: passkeys.missing,
  mail_only: passkeys.mailOff,
  too_large: {
    title: "Zu lang für einen öffentlichen Link",
    text: "Ein öffentlicher Link fasst etwa 64 KB Text. Kürzen Sie das Geheimnis, oder teilen Sie es mit einem Mitglied. Es wurde kein Link erstellt.",
  },
} satisfies Record<EndCode, { title: string; text: string }>;

export const mailStates = {
  delayed: "Der Mailserver hat die E-Mail noch nicht angenommen. Guestpass versucht es weiter.",
  failed: "Die E-Mail konnte nicht verschickt werden. Schicken Sie sie noch einmal, oder sagen Sie es einem Admin Ihres Arbeitsbereichs.",
};
