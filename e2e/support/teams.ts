// Teams that tests make for themselves.

import type { Page } from "@playwright/test";

import { ask } from "./api";

/** An ordinary member of the sample workspace. */
export const ANNELIESE = "anneliese.brandt-hoffmann@larkfield.example";
/** An admin of it. */
export const JONAS = "jonas.lindqvist@larkfield.example";

export interface MadeTeam {
  id: string;
  name: string;
}

export async function memberId(page: Page, email: string): Promise<string> {
  const { members } = await ask<{ members: { id: string; email: string }[] }>(page, "GET", "/members");
  const found = members.find((each) => each.email === email);
  if (!found) throw new Error(`${email} is no member`);
  return found.id;
}

/** Makes a team; whoever is signed in on the page becomes its Team Admin. */
export async function addTeam(page: Page, name: string, people: Record<string, "admin" | "member"> = {}): Promise<MadeTeam> {
  const team = await ask<MadeTeam>(page, "POST", "/teams", { name });
  for (const [email, role] of Object.entries(people)) {
    await ask(page, "PUT", `/teams/${team.id}/members/${await memberId(page, email)}`, { role });
  }
  return team;
}

export async function shareWithTeam(page: Page, item: string, team: string, role: "owner" | "collaborator"): Promise<void> {
  await ask(page, "PUT", `/items/${item}/access/teams/${team}`, { role });
}
