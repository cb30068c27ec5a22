// Who has access to one item, for the rail and for the dialog "Share item".

import { Problem, api, type Access, type ItemRole, type MemberBrief } from "../../shared/api";
import { common } from "../messages/common";
import { share } from "../messages/share";
import { items } from "./items.svelte";
import { session } from "./session.svelte";
import { toasts } from "./toasts.svelte";

export class AccessState {
  people = $state.raw<Access[] | null>(null);
  problem = $state.raw<Problem | null>(null);

  constructor(readonly item: string) {}

  async load(): Promise<void> {
    try {
      this.people = (await api.access(this.item)).people;
      this.problem = null;
    } catch (problem) {
      if (problem instanceof Problem) this.problem = problem;
    }
  }

  async grant(member: MemberBrief, role: ItemRole): Promise<void> {
    await kept(() => api.grant(this.item, member.id, role));
    const name = role === "owner" ? common.owner : common.collaborator;
    toasts.good(share.granted(fullName(member), name));
    await this.load();
    items.changed();
  }

  async withdraw(member: MemberBrief): Promise<void> {
    await kept(() => api.withdraw(this.item, member.id));
    toasts.good(share.removed(fullName(member)));
    if (member.id === session.member?.id) items.removed(this.item);
    else {
      await this.load();
      items.changed();
    }
  }
}

export function fullName(member: MemberBrief): string {
  return `${member.first_name} ${member.last_name}`.trim() || member.email;
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
