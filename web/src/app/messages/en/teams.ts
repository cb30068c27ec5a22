// Texts of teams, and of where a right on an item comes from.

import type { ItemRole, Team, TeamRole } from "../../../shared/api";
import { plural } from "../../lib/text";

export const teams = {
  title: "Teams",
  lede: "People who are given items together. Whoever joins a team has at once what it has, and whoever leaves loses it.",
  guestLede: "The teams you are in. What was shared with them is among your items.",
  add: "New team",
  addShort: "New",
  search: "Search teams",
  nothing: "No team matches.",
  none: {
    title: "No team yet",
    text: "Share items with a team once, and everybody who joins it later has them, too.",
  },
  noneForGuest: { title: "You are in no team", text: "When somebody adds you to a team, it shows up here." },
  people: (count: number) => (count === 1 ? "1 person" : `${count} people`),
  items: (count: number) => plural(count, "item"),
  roles: { admin: "Team Admin", member: "Team Member" } satisfies Record<TeamRole, string>,
  more: (name: string) => `More for ${name}`,
  rename: "Rename…",
  remove: "Remove team…",
  leave: "Leave team…",

  addTitle: "New team",
  renameTitle: (name: string) => `Rename ${name}`,
  name: "Name",
  nameHint: "For example “Design” or “Bookkeeping”. Everybody in the workspace sees it.",
  nameMissing: "Give it a name.",
  create: "Create team",
  created: (name: string) => `The team ${name} is there. Add people to it.`,
  renamed: (name: string) => `The team is called ${name} now.`,

  removeTitle: (name: string) => `Remove the team ${name}?`,
  removeText: ({ members, items }: Pick<Team, "members" | "items">) =>
    items === 0
      ? "Nothing is shared with it, so nobody loses anything. It can't be brought back."
      : `${people(members ?? 0)} no longer have ${plural(items, "item")} through it, at once. The items stay, and so do roles that were given to somebody directly. It can't be brought back.`,
  removeAction: "Remove team",
  removed: (name: string) => `The team ${name} is removed.`,

  leaveTitle: (name: string) => `Leave the team ${name}?`,
  leaveText: (items: number) =>
    items === 0
      ? "Nothing is shared with it yet. To come back, you have to be added again."
      : `You no longer have ${plural(items, "item")} through it, at once, unless you have them in another way as well. To come back, you have to be added again.`,
  leaveAction: "Leave team",
  left: (name: string) => `You left the team ${name}.`,
};

export const team = {
  notFoundTitle: "There is no such team",
  notFound: "It was removed, or you may not see it.",
  toTeams: "Go to Teams",
  people: "People",
  add: "Add people",
  addShort: "Add",
  addTitle: (name: string) => `Add people to ${name}`,
  search: "Search by name or e-mail",
  role: "Role of the added person",
  roleHint: "Team Admin: adds and removes people, renames and removes the team. Team Member: has what the team has.",
  everybody: "Everybody in the workspace is in it already.",
  nobodyFound: "No other member of the workspace matches.",
  added: (name: string, role: string) => `${name} is now ${role}.`,
  guestAdmin: "Guests can't be Team Admins.",
  roleOf: (name: string) => `Role of ${name} in the team`,
  takeOut: (name: string) => `Remove ${name}`,
  takenOut: (name: string) => `${name} is no longer in the team.`,
  empty: "Nobody is in it.",
  shared: (count: number) =>
    count === 0
      ? "Nothing is shared with this team yet. Share an item with it from the item's Share menu."
      : `${plural(count, "item")} shared with this team.`,
  lastAdmin: "A team keeps at least one Team Admin. Make somebody else a Team Admin first, or remove the team.",
};

/** Who decides about a team's people, for its line in the list. */
export const managed = {
  self: "Managed here",
  provider: (name: string | null | undefined) => `Managed by ${name ?? "your company's login"}`,
  scim: "Managed by your directory",
};

/** Why nobody can change here who is in a team. */
export const managedElsewhere = {
  provider:
    "A group there decides who is in it, each time somebody signs in. Name and people can only be changed there.",
  scim: "Your company's directory decides who is in it and keeps Guestpass up to date (SCIM). Name and people can only be changed there.",
};

export const access = {
  title: "Access",
  heading: (name: string) => `Who has access to ${name}`,
  lede: "Everybody who can use this item, and where each right comes from. The higher one counts.",
  link: "See everybody, and why",
  people: "People",
  teams: "Teams",
  noTeams: "It is shared with no team.",
  directly: (role: ItemRole, when: string) => `Directly: ${ROLES[role]}${when ? `, since ${when}` : ""}`,
  through: "Through the team",
  since: (when: string) => `since ${when}`,
  viaTeams: (names: readonly string[]) =>
    `Through ${names.length === 1 ? "the team" : "the teams"} ${names.join(", ")}`,
  cantRemove: (names: readonly string[]) =>
    `This right comes from ${names.join(", ")}. Remove the person from the team, or the team from this item.`,
  stays: (role: ItemRole, names: readonly string[]) => `Stays ${ROLES[role]} through ${names.join(", ")}.`,
  giveDirectly: "Give a role directly",
  roleOfTeam: (name: string) => `Role of the team ${name}`,
  removeTeam: (name: string) => `Remove the team ${name}`,
  granted: (name: string, role: string) => `The team ${name} is now ${role}.`,
  removed: (name: string) => `The team ${name} no longer has access.`,
  stillThere: (name: string) => `${name} lost the direct role, and still has access through a team.`,
  share: "Share item",
};

const ROLES: Record<ItemRole, string> = { owner: "Owner", collaborator: "Collaborator" };

function people(count: number): string {
  return count === 1 ? "1 person" : `${count} people`;
}
