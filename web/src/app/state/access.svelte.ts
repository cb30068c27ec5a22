// Who has access to one item, and through what: for the rail, the dialog "Share item" and the page "Access".

import { Problem, api, type Access, type ItemRole, type MemberBrief, type TeamAccess, type TeamBrief } from "../../shared/api";
import { kept } from "../lib/kept";
import { item } from "../messages/items";
import { share } from "../messages/share";
import { access as text } from "../messages/teams";
import { items } from "./items.svelte";
import { toasts } from "./toasts.svelte";

const words = { last_owner: share.lastOwner };

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
    await kept(words, () => api.grant(this.item, member.id, role));
    toasts.good(share.granted(fullName(member), item.roles[role]));
    await this.#changed();
  }

  async withdraw({ member, through }: Pick<Access, "member" | "through">): Promise<void> {
    await kept(words, () => api.withdraw(this.item, member.id));
    toasts.good(through.length > 0 ? text.stillThere(fullName(member)) : share.removed(fullName(member)));
    await this.#changed();
  }

  async grantTeam(team: TeamBrief, role: ItemRole): Promise<void> {
    await api.grantTeam(this.item, team.id, role);
    toasts.good(text.granted(team.name, item.roles[role]));
    await this.#changed();
  }

  async withdrawTeam(team: TeamBrief): Promise<void> {
    await api.withdrawTeam(this.item, team.id);
    toasts.good(text.removed(team.name));
    await this.#changed();
  }

  async #changed(): Promise<void> {
    await this.load();
    // It was oneself who had no other right.
    if (this.problem?.status === 404) items.removed(this.item);
    else items.changed();
  }
}

export function fullName(member: MemberBrief): string {
  return `${member.first_name} ${member.last_name}`.trim() || member.email;
}
