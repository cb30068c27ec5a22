// What the server refuses about a team's people, in the words of these pages.

import { Problem } from "../../shared/api";
import { team as text } from "../messages/teams";

const words: Record<string, string> = {
  last_team_admin: text.lastAdmin,
  guest_cannot_manage: text.guestAdmin,
};

export async function kept(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (problem) {
    const said = problem instanceof Problem ? words[problem.code] : undefined;
    if (problem instanceof Problem && said) throw new Problem(problem.code, said, problem.status);
    throw problem;
  }
}
