import { describe, expect, it } from "vitest";
import type { Access, ItemRole, WorkspaceRole } from "../../shared/api";
import { fromTeams, named } from "./rights";

function person(id: string, direct: ItemRole | null, through: ItemRole[] = [], role: WorkspaceRole = "user"): Access {
  return {
    member: { id, first_name: "Ada", last_name: "Moss", email: `${id}@larkfield.example`, role, state: "active" },
    role: direct ?? through[0] ?? "collaborator",
    direct,
    granted_at: null,
    through: through.map((each, at) => ({ team: { id: `tea_${at}`, name: `Team ${at}` }, role: each })),
  };
}

describe("fromTeams", () => {
  it.each([
    [person("a", "owner"), null],
    [person("a", null, ["collaborator"]), "collaborator"],
    [person("a", "collaborator", ["collaborator", "owner"]), "owner"],
    // A guest uses what the team has, and never owns it.
    [person("a", null, ["owner"], "guest"), "collaborator"],
  ])("%#", (given, expected) => expect(fromTeams(given)).toBe(expected));
});

describe("named", () => {
  it("leaves out who has it through a team only, but not the reader", () => {
    const people = [person("a", "owner"), person("b", null, ["owner"]), person("me", null, ["collaborator"])];
    expect(named(people, "me").map(({ member }) => member.id)).toEqual(["a", "me"]);
    expect(named(people, undefined).map(({ member }) => member.id)).toEqual(["a"]);
  });
});
