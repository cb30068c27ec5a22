// Texts of teams, and of where a right on an item comes from.

import type { ItemRole, Team, TeamRole } from "../../../shared/api";
import { plural } from "../../lib/text";

export const teams = {
  title: "Teams",
  lede: "Personen, mit denen Einträge gemeinsam geteilt werden. Wer in ein Team kommt, hat sofort, was es hat, und wer es verlässt, verliert das.",
  guestLede: "Die Teams, in denen Sie sind. Was mit ihnen geteilt wurde, finden Sie bei Ihren Einträgen.",
  add: "Team anlegen",
  addShort: "Anlegen",
  search: "Teams suchen",
  nothing: "Dazu passt kein Team.",
  none: {
    title: "Noch kein Team",
    text: "Teilen Sie Einträge einmal mit einem Team, und alle, die später dazukommen, haben sie auch.",
  },
  noneForGuest: { title: "Sie sind in keinem Team", text: "Nimmt jemand Sie in ein Team auf, erscheint es hier." },
  people: (count: number) => people(count),
  items: (count: number) => items(count),
  roles: { admin: "Team-Admin", member: "Teammitglied" } satisfies Record<TeamRole, string>,
  more: (name: string) => `Mehr zu ${name}`,
  rename: "Umbenennen …",
  remove: "Team auflösen …",
  leave: "Team verlassen …",

  addTitle: "Neues Team",
  renameTitle: (name: string) => `${name} umbenennen`,
  name: "Name",
  nameHint: "Zum Beispiel „Design“ oder „Buchhaltung“. Alle im Arbeitsbereich sehen ihn.",
  nameMissing: "Geben Sie einen Namen ein.",
  create: "Team anlegen",
  created: (name: string) => `Das Team ${name} ist da. Fügen Sie Personen hinzu.`,
  renamed: (name: string) => `Das Team heißt jetzt ${name}.`,

  removeTitle: (name: string) => `Das Team ${name} auflösen?`,
  removeText: ({ members, items: count }: Pick<Team, "members" | "items">) =>
    count === 0
      ? "Mit ihm ist nichts geteilt, also verliert niemand etwas. Es lässt sich nicht wiederherstellen."
      : `${members === 1 ? "1 Person hat" : `${members ?? 0} Personen haben`} dann sofort keinen Zugriff mehr auf ${items(count)} über dieses Team. Die Einträge bleiben, ebenso Rollen, die jemand direkt bekommen hat. Es lässt sich nicht wiederherstellen.`,
  removeAction: "Team auflösen",
  removed: (name: string) => `Das Team ${name} ist aufgelöst.`,

  leaveTitle: (name: string) => `Das Team ${name} verlassen?`,
  leaveText: (count: number) =>
    count === 0
      ? "Mit ihm ist noch nichts geteilt. Um zurückzukommen, müssen Sie wieder hinzugefügt werden."
      : `Sie haben dann sofort keinen Zugriff mehr auf ${items(count)} über dieses Team, außer Sie haben ihn auch auf andere Weise. Um zurückzukommen, müssen Sie wieder hinzugefügt werden.`,
  leaveAction: "Team verlassen",
  left: (name: string) => `Sie haben das Team ${name} verlassen.`,
};

export const team = {
  notFoundTitle: "Dieses Team gibt es nicht",
  notFound: "Es wurde aufgelöst, oder Sie dürfen es nicht sehen.",
  toTeams: "Zu den Teams",
  people: "Personen",
  add: "Personen hinzufügen",
  addShort: "Hinzufügen",
  addTitle: (name: string) => `Personen zu ${name} hinzufügen`,
  search: "Nach Name oder E-Mail-Adresse suchen",
  role: "Rolle der hinzugefügten Person",
  roleHint: "Team-Admin: nimmt Personen auf und entfernt sie, benennt das Team um und löst es auf. Teammitglied: hat, was das Team hat.",
  everybody: "Alle im Arbeitsbereich sind schon dabei.",
  nobodyFound: "Dazu passt kein weiteres Mitglied des Arbeitsbereichs.",
  added: (name: string, role: string) => `${name} ist jetzt ${role}.`,
  guestAdmin: "Gäste können nicht Team-Admin sein.",
  roleOf: (name: string) => `Rolle von ${name} im Team`,
  takeOut: (name: string) => `${name} entfernen`,
  takenOut: (name: string) => `${name} ist nicht mehr im Team.`,
  empty: "Niemand ist darin.",
  shared: (count: number) =>
    count === 0
      ? "Mit diesem Team ist noch nichts geteilt. Teilen Sie einen Eintrag mit ihm über das Menü „Teilen“ des Eintrags."
      : `${count === 1 ? "1 Eintrag ist" : `${count} Einträge sind`} mit diesem Team geteilt.`,
  lastAdmin: "Ein Team behält mindestens einen Team-Admin. Machen Sie zuerst jemand anderen zum Team-Admin, oder lösen Sie das Team auf.",
};

export const managed = {
  self: "Hier verwaltet",
  provider: (name: string | null | undefined) => `Verwaltet von ${name ?? "dem Login Ihrer Firma"}`,
  scim: "Verwaltet von Ihrem Verzeichnis",
};

export const managedElsewhere = {
  provider:
    "Eine Gruppe dort bestimmt bei jeder Anmeldung, wer darin ist. Name und Personen lassen sich nur dort ändern.",
  scim: "Das Verzeichnis Ihrer Firma bestimmt, wer darin ist, und hält Guestpass auf dem Laufenden (SCIM). Name und Personen lassen sich nur dort ändern.",
};

export const access = {
  title: "Zugriff",
  heading: (name: string) => `Wer Zugriff auf ${name} hat`,
  lede: "Alle, die diesen Eintrag nutzen können, und woher jedes Recht kommt. Das höhere gilt.",
  link: "Alle ansehen, und warum",
  people: "Personen",
  teams: "Teams",
  noTeams: "Er ist mit keinem Team geteilt.",
  directly: (role: ItemRole, when: string) => `Direkt: ${ROLES[role]}${when ? `, seit ${when}` : ""}`,
  through: "Über das Team",
  since: (when: string) => `seit ${when}`,
  viaTeams: (names: readonly string[]) => `Über ${names.length === 1 ? "das Team" : "die Teams"} ${names.join(", ")}`,
  cantRemove: (names: readonly string[]) =>
    `Dieses Recht kommt von ${names.join(", ")}. Entfernen Sie die Person aus dem Team, oder das Team von diesem Eintrag.`,
  stays: (role: ItemRole, names: readonly string[]) => `Bleibt ${ROLES[role]} über ${names.join(", ")}.`,
  giveDirectly: "Rolle direkt vergeben",
  roleOfTeam: (name: string) => `Rolle des Teams ${name}`,
  removeTeam: (name: string) => `Das Team ${name} entfernen`,
  granted: (name: string, role: string) => `Das Team ${name} ist jetzt ${role}.`,
  removed: (name: string) => `Das Team ${name} hat keinen Zugriff mehr.`,
  stillThere: (name: string) => `${name} hat die direkte Rolle verloren und noch Zugriff über ein Team.`,
  share: "Eintrag teilen",
};

const ROLES: Record<ItemRole, string> = { owner: "Eigentümer", collaborator: "Mitnutzer" };

function people(count: number): string {
  return plural(count, "Person", "Personen");
}

function items(count: number): string {
  return plural(count, "Eintrag", "Einträge");
}
