// Who has access to one item, and through what: for the rail, the dialog "Share item" and the page "Access".

import { Problem, api, type Access, type ItemRole, type MemberBrief, type TeamAccess, type TeamBrief } from "../../shared/api";
import { common } from "../messages/common";
import { share } from "../messages/share";
import { access as text } from "../messages/teams";
import { items } from "./items.svelte";
import { session } from "./session.svelte";
import { toasts } from "./toasts.svelte";

export class AccessState {
  people = $state.raw<Access[] | null>(null);
  teams = $state.raw<TeamAccess[]>([]);
  problem = $state.raw<Problem | null>(null);

  constructor(readonly item: string) {}

  async load(): Promise<void> {
    try {
      const { people, teams } = await api.access(this.item);
      this.people = people;
      this.teams = teams;
      this.problem = null;
    } catch (problem) {
      if (problem instanceof Problem) this.problem = problem;
    }
  }

  async grant(member: MemberBrief, role: ItemRole): Promise<void> {
    await kept(() => api.grant(this.item, member.id, role));
    toasts.good(share.granted(fullName(member), roleName(role)));
    await this.#changed();
  }

  async withdraw({ member, through }: Pick<Access, "member" | "through">): Promise<void> {
    await kept(() => api.withdraw(this.item, member.id));
    toasts.good(through.length > 0 ? text.stillThere(fullName(member)) : share.removed(fullName(member)));
    if (member.id === session.member?.id && through.length === 0) items.removed(this.item);
    else await this.#changed();
  }

  async grantTeam(team: TeamBrief, role: ItemRole): Promise<void> {
    await api.grantTeam(this.item, team.id, role);
    toasts.good(text.granted(team.name, roleName(role)));
    await this.#changed();
  }

  async withdrawTeam(team: TeamBrief): Promise<void> {
    await api.withdrawTeam(this.item, team.id);
    toasts.good(text.removed(team.name));
    await this.#changed();
  }

  async #changed(): Promise<void> {
    await this.load();
    // It was oneself who had it through that team only.
    if (this.problem?.status === 404) items.removed(this.item);
    else items.changed();
  }
}

export function fullName(member: MemberBrief): string {
  return `${member.first_name} ${member.last_name}`.trim() || member.email;
}

function roleName(role: ItemRole): string {
  return role === "owner" ? common.owner : common.collaborator;
}

/** Says why the last Owner can't go, in the words of this page. */
async function kept(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (problem) {
    if (problem instanceof Problem && problem.code === "last_owner") {
      throw new Problem(problem.code, share.lastOwner, problem.status);
    }
    throw problem;
  }
}
