// Every text of the page behind a mail's button: for a public link, and for signing in.

import type * as english from "../en/confirm";
import { browserName } from "./browser";
import { waitFor } from "./when";

const tries = (left: number): string => (left === 1 ? "1 Versuch" : `${left} Versuche`);

const common: Pick<typeof english.share, keyof english.Common> = {
  code: "Vergleichscode",
  codeHint: (tries, until) => `6 Ziffern, ${tries}, bis ${until}.`,
  tries,
  codeShort: "Der Code hat 6 Ziffern.",
  codeWrong: (left) => `Das ist nicht der Code, der dort steht. Noch ${tries(left)}.`,
  asked: "angefordert",
  browser: browserName,
  refuse: "Das war ich nicht",
  back: "Zurück",
  checking: "Wird geprüft …",
  again: "Erneut versuchen",
  againIn: (seconds) => `Erneut versuchen in ${waitFor(seconds)}`,
  offline: {
    title: "Sie sind anscheinend offline",
    text: "Guestpass ist nicht erreichbar. Nichts wurde bestätigt, und nichts ist verloren.",
  },
  busy: (wait) => ({
    title: wait < 90 ? "Einen Moment, bitte" : "Zurzeit zu viele Anfragen",
    text: `Aus Ihrem Netz kamen viele Anfragen. Noch wurde nichts bestätigt: In ${waitFor(wait)} geht es weiter.`,
  }),
  down: {
    title: "Guestpass ist gerade nicht verfügbar",
    text: "Das liegt an uns. Nichts wurde bestätigt; bitte versuchen Sie es in einer Weile noch einmal.",
  },
};

export const share: english.ConfirmWords = {
  ...common,
  title: (name) => (name === "" ? "Diesen Link freigeben?" : `${name}, diesen Link freigeben?`),
  lead: "In diesem Browser wurde der Link nicht angefordert. Geben Sie deshalb den Vergleichscode ein, den das andere Fenster zeigt.",
  confirm: "Identität bestätigen",
  refuseHint: "„Das war ich nicht“ stoppt die Anfrage und beendet die Sitzung, aus der sie kam.",
  sure: {
    title: "Sie haben diesen Link nicht angefordert?",
    text: "Dann ist jemand als Sie angemeldet. Wir stoppen die Anfrage und beenden jene Sitzung sofort; es wird kein Link erstellt.",
    yes: "Stoppen und jene Sitzung beenden",
  },
  refused: {
    title: "Die Anfrage ist gestoppt",
    text: "Es wurde kein Link erstellt, und die Sitzung, aus der die Anfrage kam, ist beendet. Sagen Sie es einem Admin Ihres Arbeitsbereichs, und prüfen Sie, wer Ihre E-Mails lesen kann.",
  },
  late: {
    sure: {
      title: "Sie haben diesen Link nicht angefordert?",
      text: "Dann ist jemand als Sie angemeldet. Wir beenden jene Sitzung sofort und widerrufen den Link, falls einer erstellt wurde.",
      yes: "Widerrufen und jene Sitzung beenden",
    },
    refused: {
      title: "Gestoppt",
      text: "Die Sitzung, aus der die Anfrage kam, ist beendet, und falls ein Link erstellt wurde, öffnet er nichts mehr. Wer ihn angesehen hat, kennt den Inhalt: Ändern Sie das Passwort, sagen Sie es einem Admin Ihres Arbeitsbereichs, und prüfen Sie, wer Ihre E-Mails lesen kann.",
    },
  },
  nothingLeft: {
    title: "Es gibt nichts mehr zu stoppen",
    text: "Diese Anfrage wurde schon gestoppt, oder sie ist längst zu Ende. Die Seite des Eintrags in Guestpass zeigt, welche seiner Links noch funktionieren.",
  },
  confirmed: {
    title: "Bestätigt",
    text: "Gehen Sie zurück zu dem Fenster, in dem Sie den Link angefordert haben: Es zeigt ihn von selbst. Dieses können Sie schließen.",
  },
  unknown: {
    title: "Diese Adresse bestätigt nichts",
    text: "Vielleicht sind unterwegs ein paar Zeichen verloren gegangen, oder sie gehört zu einer älteren E-Mail. Drücken Sie die Schaltfläche in der neuesten E-Mail, oder fordern Sie den Link in Guestpass noch einmal an.",
  },
  notOwner: {
    title: "Sie können diesen Link nicht mehr freigeben",
    text: "Sie sind nicht mehr Eigentümer des Eintrags, und nur Eigentümer können ihn über einen Link teilen. Fragen Sie dort nach.",
  },
  changed: {
    title: "Der Eintrag hat sich inzwischen geändert",
    text: "Jemand hat ihn nach Ihrer Anfrage bearbeitet oder gelöscht, deshalb gilt sie nicht mehr. Sehen Sie sich den Eintrag in Guestpass an, und fordern Sie den Link noch einmal an.",
  },
  passkeyOnly: {
    title: "Diese E-Mail bestätigt nichts mehr",
    text: "In Ihrem Arbeitsbereich werden öffentliche Links jetzt mit einem Passkey bestätigt. Verwenden Sie ihn in dem Fenster, in dem Sie den Link angefordert haben.",
  },
  over: {
    confirmed: {
      title: "Schon bestätigt",
      text: "Hier ist nichts mehr zu tun. Gehen Sie zurück zu dem Fenster, in dem Sie den Link angefordert haben: Es zeigt ihn.",
    },
    spent: {
      title: "Diese Bestätigung wurde verwendet",
      text: "Der Link wurde erstellt, und eine Bestätigung funktioniert nur einmal. Einen weiteren Link fordern Sie in Guestpass an.",
    },
    refused: {
      title: "Diese Anfrage wurde gestoppt",
      text: "Jemand mit dieser E-Mail hat gesagt: „Das war ich nicht“. Wenn das ein Versehen war, melden Sie sich wieder an, und fordern Sie einen neuen Link an.",
    },
    cancelled: {
      title: "Diese Anfrage wurde abgebrochen",
      text: "Sie wurde in dem Fenster, aus dem sie kam, zurückgenommen, oder eine neuere hat sie ersetzt. Es gibt nichts zu bestätigen.",
    },
    locked: {
      title: "Zu viele falsche Codes",
      text: "Zur Sicherheit ist diese Anfrage beendet, und es wurde kein Link erstellt. Fordern Sie ihn in Guestpass noch einmal an.",
    },
    expired: {
      title: "Diese Bestätigung kam zu spät",
      text: "Eine Bestätigung ist 10 Minuten lang möglich. Es wurde kein Link erstellt; fordern Sie ihn in Guestpass noch einmal an.",
    },
  },
};

export const signIn: english.ConfirmWords = {
  ...common,
  title: (_name, workspace) => `Bei ${workspace} anmelden?`,
  lead: "In diesem Browser wurde die Anmeldung nicht begonnen. Geben Sie deshalb den Vergleichscode ein, den das andere Fenster zeigt.",
  confirm: "Identität bestätigen",
  refuseHint: "„Das war ich nicht“ stoppt die Anfrage, und niemand wird angemeldet.",
  sure: {
    title: "Sie wollten sich nicht anmelden?",
    text: "Dann hat jemand anderes Ihre Adresse eingegeben. Wir stoppen die Anfrage; sie meldet niemanden an.",
    yes: "Diese Anmeldung stoppen",
  },
  refused: {
    title: "Die Anmeldung ist gestoppt",
    text: "Niemand wurde angemeldet. Wenn das noch einmal passiert, sagen Sie es einem Admin Ihres Arbeitsbereichs.",
  },
  late: null,
  nothingLeft: {
    title: "Es gibt nichts mehr zu stoppen",
    text: "Diese Anmeldung ist schon zu Ende. Wenn Sie sich nicht selbst angemeldet haben, sagen Sie es einem Admin Ihres Arbeitsbereichs.",
  },
  confirmed: {
    title: "Bestätigt",
    text: "Gehen Sie zurück zu dem Fenster, in dem Sie begonnen haben: Es meldet Sie von selbst an. Dieses können Sie schließen.",
  },
  unknown: {
    title: "Diese Adresse meldet niemanden an",
    text: "Vielleicht sind unterwegs ein paar Zeichen verloren gegangen, oder sie gehört zu einer älteren E-Mail. Drücken Sie die Schaltfläche in der neuesten E-Mail, oder fordern Sie eine neue an.",
  },
  notOwner: {
    title: "Sie können sich gerade nicht anmelden",
    text: "Ihr Zugang zu diesem Arbeitsbereich hat sich geändert. Fragen Sie einen seiner Admins.",
  },
  changed: {
    title: "Diese Anmeldung gilt nicht mehr",
    text: "Etwas hat sich geändert, nachdem Sie begonnen haben. Fordern Sie eine neue E-Mail an.",
  },
  passkeyOnly: null,
  over: {
    confirmed: {
      title: "Schon bestätigt",
      text: "Hier ist nichts mehr zu tun. Gehen Sie zurück zu dem Fenster, in dem Sie begonnen haben: Es meldet Sie an.",
    },
    spent: {
      title: "Diese Anmelde-E-Mail wurde verwendet",
      text: "Jede E-Mail meldet einmal an. Wenn Sie nicht angemeldet sind, fordern Sie eine neue an.",
    },
    refused: {
      title: "Diese Anmeldung wurde gestoppt",
      text: "Jemand mit dieser E-Mail hat gesagt: „Das war ich nicht“. Wenn das ein Versehen war, fordern Sie eine neue E-Mail an.",
    },
    cancelled: {
      title: "Diese Anmeldung wurde ersetzt",
      text: "Es wurde eine neuere E-Mail angefordert. Drücken Sie die Schaltfläche darin.",
    },
    locked: {
      title: "Zu viele falsche Codes",
      text: "Zur Sicherheit ist diese Anmeldung beendet. Fordern Sie eine neue E-Mail an.",
    },
    expired: {
      title: "Diese E-Mail kam zu spät",
      text: "Eine Anmelde-E-Mail funktioniert 15 Minuten lang. Fordern Sie eine neue an.",
    },
  },
};

export const signedIn: typeof english.signedIn = {
  title: "Sie sind angemeldet",
  text: "Ihr Arbeitsbereich wird geöffnet …",
};

export const toApp: typeof english.toApp = { app: "Guestpass öffnen", signIn: "Zur Anmeldung" };

export const terms: typeof english.terms = (expiresIn, oneTime) =>
  oneTime ? `für ${expiresIn}, 1 Ansicht` : `für ${expiresIn}`;
