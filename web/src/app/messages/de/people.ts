// Texts of Members and Activity.

import type { MemberState, SignInMethod, WorkspaceRole } from "../../../shared/api";
import { browserName } from "../../../shared/i18n/de/browser";
import { plural } from "../../lib/text";

const entries = (count: number) => plural(count, "Eintrag", "Einträge");

export const members = {
  title: "Mitglieder",
  invite: "Mitglied einladen",
  inviteShort: "Einladen",
  lede: "Alle, die sich in diesem Arbeitsbereich anmelden können. Was sie sehen, wird für jeden Eintrag einzeln bestimmt.",
  guestLede: "Sie sind hier Gast: Sie nutzen, was man Ihnen gegeben hat. Andere Personen werden Gästen nicht gezeigt.",
  roles: { owner: "Eigentümer", admin: "Admin", user: "Mitglied", guest: "Gast" } satisfies Record<WorkspaceRole, string>,
  states: { invited: "Eingeladen", active: "Aktiv", suspended: "Gesperrt", removed: "Entfernt" } satisfies Record<MemberState, string>,
  search: "Mitglieder suchen",
  nobody: "Dazu passt kein Mitglied.",
  inviteTitle: "Mitglied einladen",
  email: "E-Mail-Adresse",
  emailHint: "Dorthin geht die Einladung, und damit meldet sich die Person an.",
  first: "Vorname",
  last: "Nachname",
  role: "Rolle",
  roleHint: "Admins verwalten Personen und sehen alle Links und alle Aktivität. Gäste nutzen, was sie bekommen, und teilen nichts.",
  more: (name: string) => `Mehr zu ${name}`,
  roleChanged: (name: string, role: string) => `${name} ist jetzt: ${role}.`,
  tokensEnded: (name: string) => `Das Token, das ${name} für Ihr Verzeichnis erstellt hat, ist beendet. Erstellen Sie unter „Einstellungen“ ein neues.`,
  inviteAgain: "Einladung erneut schicken",
  sentAgain: (name: string) => `Eine neue Einladung ist unterwegs an ${name}.`,
  suspend: "Sperren …",
  reinstate: "Wieder zulassen",
  reinstated: (name: string) => `${name} kann sich wieder anmelden.`,
  remove: "Entfernen …",
  handOverItems: "Einträge übergeben …",
  handOverWorkspace: "Arbeitsbereich übergeben …",
  choose: "Person auswählen",
  seen: (when: string, how: string) => `Zuletzt hier: ${when}${how ? `, ${how}` : ""}`,
  methods: {
    mail: "per E-Mail",
    passkey: "mit einem Passkey",
    oidc: "über das Login Ihrer Firma",
    link: "mit einem Link der Betreiber",
  } satisfies Record<SignInMethod, string>,
  send: "Einladung schicken",
  sent: (name: string) => `${name} ist eingeladen.`,
  emailMissing: "Geben Sie die Adresse ein, die Sie einladen möchten.",
  firstMissing: "Geben Sie einen Vornamen ein.",
  lastMissing: "Geben Sie einen Nachnamen ein.",
  already: "Diese Adresse gehört schon einem Mitglied.",
  leaveAsk: "Diese Einladung verwerfen?",
};

export const leaving = {
  suspend: {
    title: (name: string) => `${name} sperren?`,
    text: "Die Person wird sofort überall abgemeldet und kann sich nicht mehr anmelden, bis jemand sie wieder zulässt. Öffentliche Links, die sie angefordert hat, werden abgebrochen. Einträge und Rollen behält sie.",
    action: "Sperren",
    done: (name: string) => `${name} ist gesperrt.`,
  },
  remove: {
    title: (name: string) => `${name} entfernen?`,
    text: "Die Person wird sofort überall abgemeldet und verliert alle Rollen bei Einträgen. Öffentliche Links, die sie angefordert hat, werden abgebrochen. Was sie getan hat, bleibt unter „Aktivität“ stehen.",
    action: "Entfernen",
    done: (name: string) => `${name} ist entfernt.`,
  },
  links: (count: number) => (count === 1 ? "Der aktive öffentliche Link dieser Person" : `Die ${count} aktiven öffentlichen Links dieser Person`),
  revoke: "Widerrufen",
  handOver: "Übergeben",
  successor: "Wer übernimmt",
  successorMissing: "Wählen Sie, wer übernimmt.",
  takesOver: (itemCount: number, linkCount: number) => {
    const parts = [
      ...(itemCount > 0 ? [`${entries(itemCount)} ohne weitere Eigentümer`] : []),
      ...(linkCount > 0 ? [plural(linkCount, "aktiven Link", "aktive Links")] : []),
    ];
    return `Diese Person wird verantwortlich für ${parts.join(" und ")}.`;
  },
  tokens: (count: number) =>
    count === 1
      ? "Das von ihr erstellte Token, mit dem Ihr Verzeichnis mit Guestpass spricht, endet: Erstellen Sie dafür unter „Einstellungen“ ein neues."
      : `Die ${count} von ihr erstellten Token, mit denen Ihr Verzeichnis mit Guestpass spricht, enden: Erstellen Sie dafür unter „Einstellungen“ ein neues.`,
  seen: (count: number) => `Von ihr gesehen und seither nicht geändert: ${count}`,
  itemOf: (owners: readonly string[]) => `Ein Eintrag von ${owners.join(", ") || "jemand anderem"}`,
  seenHint: "Sie erinnert sich vielleicht an das, was sie gesehen hat. Lassen Sie diese Passwörter und Schlüssel ändern.",
};

export const handOver = {
  to: "An",
  action: "Übergeben",
  missing: "Wählen Sie eine Person aus.",
  items: {
    title: (name: string) => `Einträge von ${name} übergeben`,
    text: "Eine andere Person wird Eigentümer aller Einträge, die dieser gehören. Mitnutzer bleibt sie.",
    hint: "Ein aktives Mitglied; Gästen können keine Einträge gehören.",
    done: (name: string) => `Die Einträge gehören jetzt ${name}.`,
  },
  workspace: {
    title: "Arbeitsbereich übergeben",
    text: "Ein Arbeitsbereich gehört einer Person, die nicht gesperrt oder entfernt werden kann. Sie selbst werden Admin.",
    hint: "Nur wer ihn übernimmt, kann ihn zurückgeben.",
    done: (name: string) => `Der Arbeitsbereich gehört jetzt ${name}.`,
  },
};

export const profile = {
  title: "Profil",
  name: "Sie",
  nameHint: "Ihren Namen sehen das Team und alle, die Ihre Links bekommen.",
  saved: "Ihr Name ist geändert.",
  emailHint: "Damit melden Sie sich an. Ändert sie sich, bitten Sie einen Admin, die neue Adresse einzuladen.",
  sessions: "Wo Sie angemeldet sind",
  sessionsHint: "Eine Sitzung endet, wenn sie eine Weile nicht benutzt wird, und nach einiger Zeit in jedem Fall; wann, bestimmt Ihr Arbeitsbereich.",
  browser: browserName,
  current: "Dieser Browser",
  since: (when: string, how: string) => `Angemeldet: ${when}, ${how}`,
  used: (when: string) => `Zuletzt benutzt: ${when}`,
  end: "Beenden",
  endWhat: (browser: string) => `Sitzung in ${browserName(browser)} beenden`,
  ended: "Die Sitzung ist beendet.",
  endOthers: "Alle anderen beenden",
  endedOthers: (count: number) =>
    count === 0 ? "Es gab keine andere Sitzung." : `${plural(count, "Sitzung", "Sitzungen")} beendet.`,
};

export const activity = {
  title: "Aktivität",
  group: "Aktion",
  member: "Mitglied",
  everybody: "Alle Personen",
  anyItem: "Alle Einträge",
  thisItem: "Eintrag:",
  clearItem: "Alle Einträge anzeigen",
  clearLink: "Alle Links anzeigen",
  oneLink: "Ein Link",
  scopeMine: "Sie sehen, was Ihre Einträge betrifft und was Sie selbst getan haben.",
  empty: { title: "Noch ist nichts passiert", text: "Was jemand mit Einträgen und Links tut, erscheint hier." },
  noMatch: { title: "Dazu passt nichts", text: "Kein Ereignis passt zu diesen Filtern." },
  clear: "Filter löschen",
  from: (browser: string, address: string, more: string) => [browserName(browser), address, more].filter(Boolean).join(", "),
};
