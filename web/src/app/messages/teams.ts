import type { Team } from "../../shared/api";
import { inLanguage } from "../../shared/language";
import * as de from "./de/teams";
import * as en from "./en/teams";

export const { access, team, teams } = inLanguage({ en, de });
const { managed, managedElsewhere } = inLanguage({ en, de });

/** Who decides about a team's people, for its line in the list. */
export function managedBy(team: Pick<Team, "managed_by" | "provider_name">): string {
  return team.managed_by === "provider" ? managed.provider(team.provider_name) : managed[team.managed_by];
}

/** Why nobody can change here who is in a team; nothing when its admins can. */
export function whyManaged(team: Pick<Team, "managed_by">): string {
  return team.managed_by === "self" ? "" : managedElsewhere[team.managed_by];
}
