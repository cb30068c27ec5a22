// Every text of the guest page.

import type { ItemKind } from "../../public-api";
import type { m as english } from "../en/guest";
import { waitFor } from "./when";

const things: Record<ItemKind, string> = { account: "ein Konto", secret: "ein Geheimnis" };

export const m: typeof english = {
  waiting: {
    title: "Ein geteilter Eintrag wartet auf Sie",
    from: (workspace) => `teilt ihn aus dem Arbeitsbereich ${workspace}`,
    available: (time) => `Noch ${time} verfügbar`,
    until: "bis",
    once: "Einmal ansehen",
    onceHint: "Öffnen Sie ihn, wenn Sie ihn verwenden können",
    often: "Mehr als einmal ansehen",
    oftenHint: "Bis dahin können Sie wiederkommen",
    view: "Geteilten Eintrag ansehen",
    opening: "Wird geöffnet …",
    hint: "Gezählt wird erst, wenn Sie die Schaltfläche drücken.",
    noCookies: "Dieser Browser behält keine Cookies. Laden Sie die Seite danach also nicht neu.",
  },
  item: {
    title: (sender, kind) => `${sender} hat ${things[kind]} mit Ihnen geteilt`,
    until: "Sie können diesen Eintrag ansehen bis:",
    once: "Sie können diesen Link nur 1-mal ansehen.",
    onceHint: "Kopieren Sie, was Sie brauchen, bevor Sie diese Seite schließen.",
    website: "Zur Website",
    newTab: "öffnet einen neuen Tab",
    login: "Zugangsdaten",
    username: "Benutzername",
    password: "Passwort",
    hidden: "verborgen",
    show: "Passwort anzeigen",
    hide: "Passwort verbergen",
    shown: "Das Passwort ist sichtbar. Nach 30 Sekunden wird es wieder verborgen.",
    secret: "Geheimnis",
    nothing: "Dieser Eintrag ist leer. Bitten Sie die Person, die ihn geteilt hat, ihn auszufüllen und noch einmal zu teilen.",
    done: "Fertig",
  },
  copy: {
    copy: "Kopieren",
    name: (what) => `${what} kopieren`,
    copied: "Kopiert",
    blocked: "Dieser Browser hat uns das Kopieren nicht erlaubt. Der Text ist markiert: Kopieren Sie ihn von Hand.",
  },
  within: (label) => label,
  mfa: {
    title: "Mehrstufige Anmeldung (MFA)",
    help: "Fügen Sie ihn einer Authenticator-App hinzu, zum Beispiel Google Authenticator, Microsoft Authenticator, 1Password oder Aegis. Die App zeigt dann die 6 Ziffern, die Sie zum Anmelden brauchen.",
    open: "In Authenticator-App öffnen",
    qr: "QR-Code für eine Authenticator-App",
    noQr: "Der QR-Code konnte nicht geladen werden.",
    manual: "Scannen geht nicht? Verwenden Sie diesen Schlüssel",
    key: "MFA-Schlüssel",
  },
  gone: {
    title: "Dieser Link öffnet nichts",
    why: "Vielleicht ist er abgelaufen, wurde schon angesehen oder zurückgenommen, oder unterwegs sind ein paar Zeichen verloren gegangen.",
    help: "Was Sie tun können",
    whole: "Prüfen Sie, ob Sie den ganzen Link geöffnet haben, bis zum letzten Zeichen.",
    ask: "Bitten Sie die Person, von der Sie ihn haben, um einen neuen.",
    never: "Geben Sie hier nie ein Passwort ein. Diese Seite fragt nicht danach.",
  },
  spent: {
    why: "Er konnte nur einmal angesehen werden, und das ist geschehen.",
    opened: "Er wurde geöffnet am",
    dispute: "Das war ich nicht",
    disputeHint: "Drücken Sie das, wenn weder Sie noch jemand, dem Sie vertrauen, ihn geöffnet hat. Die Person, die ihn geschickt hat, erfährt es sofort.",
    told: "Wir haben Bescheid gegeben",
    toldHint: "Die Person, die den Link geschickt hat, kann ändern, was er enthielt, und Ihnen einen neuen schicken.",
  },
  trouble: {
    again: "Erneut versuchen",
    againIn: (seconds) => `Erneut versuchen in ${waitFor(seconds)}`,
    offline: {
      title: "Sie sind anscheinend offline",
      text: "Guestpass ist nicht erreichbar. Nichts ist verloren: Der Link ist, wie er war.",
    },
    broken: {
      title: "Die Verbindung ist abgebrochen",
      text: "Nichts ist verloren. Versuchen Sie es innerhalb von 10 Minuten in diesem Browser noch einmal, und Sie bekommen den Eintrag, auch wenn er nur einmal angesehen werden kann.",
    },
    busy: (wait) => ({
      title: wait < 90 ? "Einen Moment, bitte" : "Zurzeit zu viele Anfragen",
      text: `Aus Ihrem Netz kamen viele Anfragen. Nichts ist verloren: In ${waitFor(wait)} geht es weiter.`,
    }),
    down: {
      title: "Guestpass ist gerade nicht verfügbar",
      text: "Das liegt an uns, und nichts ist verloren. Bitte versuchen Sie es in einer Weile noch einmal.",
    },
    refused: {
      title: "Dieser Eintrag ließ sich nicht sicher öffnen",
      text: "Was angekommen ist, ist nicht das, was für diesen Link versiegelt wurde. Deshalb wird nichts davon gezeigt. Sagen Sie es der Person, die ihn geschickt hat, und bitten Sie um einen neuen Link.",
    },
    old: {
      title: "Dieser Browser kann den Eintrag nicht öffnen",
      text: "Ihm fehlt die Verschlüsselung, die der Link braucht, oder die Seite wurde nicht über https geladen. Nichts ist verloren: Öffnen Sie den Link in einem aktuellen Browser.",
    },
  },
  hidden: {
    soon: "Wird zu Ihrer Sicherheit in 30 Sekunden verborgen.",
    keep: "Weiter anzeigen",
    title: "Zu Ihrer Sicherheit verborgen",
    why: "Der Eintrag war eine Weile auf diesem Bildschirm, deshalb haben wir ihn weggenommen.",
    done: "Das war’s",
    doneWhy: "Der Eintrag ist nicht mehr auf diesem Bildschirm.",
    gone: "Dieser Link konnte nur einmal angesehen werden. Wenn Sie den Eintrag noch brauchen, bitten Sie um einen neuen Link.",
    again: "Noch einmal ansehen",
    until: "Der Link funktioniert bis",
    clear: "Zwischenablage leeren",
    cleared: "Die Zwischenablage ist leer",
    notCleared: "Dieser Browser hat es uns nicht erlaubt",
    close: "Sie können diese Seite schließen.",
  },
};
