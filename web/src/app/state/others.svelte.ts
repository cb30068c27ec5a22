// The other workspaces of whoever is signed in, and how to go on in one.

import { Problem, api, type OtherWorkspace } from "../../shared/api";
import { router } from "./router.svelte";

class Others {
  list = $state.raw<readonly OtherWorkspace[]>([]);
  askByMail = $state(false);

  async load(): Promise<void> {
    try {
      const found = await api.otherWorkspaces();
      this.list = found.workspaces;
      this.askByMail = found.ask_by_mail;
    } catch {
      // The menu shows what it knew before.
    }
  }

  /** Goes on there, or to its sign-in page where it wants a sign-in of its own. */
  async go({ workspace, sign_in }: OtherWorkspace): Promise<void> {
    const there = `/sign-in/${workspace.id}`;
    if (sign_in) {
      router.go(there);
      return;
    }
    try {
      await api.goElsewhere(workspace.id);
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.code !== "sign_in_there") throw problem;
      router.go(there);
      return;
    }
    // A full load drops everything this page remembered of the workspace it leaves.
    location.assign("/accounts");
  }
}

export const others = new Others();
