// Rights on an item, taken apart: what somebody was given, and what their teams were given.

import type { Access, ItemRole } from "../../shared/api";

/** The higher of the roles that somebody's teams give, if any gives one; a guest is never an Owner. */
export function fromTeams(person: Pick<Access, "member" | "through">): ItemRole | null {
  if (person.through.length === 0) return null;
  const owner = person.member.role !== "guest" && person.through.some(({ role }) => role === "owner");
  return owner ? "owner" : "collaborator";
}

/** Who is listed where there is little room: who was given a role, and the reader. Teams stand for their people. */
export function named(people: readonly Access[], me: string | undefined): Access[] {
  return people.filter(({ direct, member }) => Boolean(direct) || member.id === me);
}
