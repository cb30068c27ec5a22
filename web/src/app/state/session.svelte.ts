// Who is signed in here. Anything that meets a 401 ends up in `lost`.

import { Problem, api, meaning, onOtherWorkspace, onSignedOut, type Session } from "../../shared/api";
import { remember } from "../../shared/language";
import { known } from "./known.svelte";
import { router } from "./router.svelte";

class SessionState {
  status = $state<"loading" | "in" | "out" | "unreachable">("loading");
  value = $state.raw<Session | null>(null);

  /** Where to go after signing in. */
  wanted = "/accounts";

  /** Open forms: while there is one, being signed out must not take away what was typed. */
  #forms = 0;

  /** Whether to ask where to go on, because this browser went on in another workspace than this page's. */
  asksWhere = $state(false);
  #strayed = false;

  get member() {
    return this.value?.member ?? null;
  }

  get admin(): boolean {
    return this.member?.role === "owner" || this.member?.role === "admin";
  }

  get guest(): boolean {
    return this.member?.role === "guest";
  }

  /** One's own name or role changed. */
  async refresh(): Promise<void> {
    const now = await api.session();
    if (now.workspace.id === this.value?.workspace.id) this.signedIn(now);
    else this.elsewhere(now.workspace.id);
  }

  async load(): Promise<void> {
    onSignedOut(() => this.lost());
    onOtherWorkspace(() => this.#ask());
    try {
      this.signedIn(await api.session());
    } catch (problem) {
      if (problem instanceof Problem && problem.status === 401) this.lost();
      else this.status = "unreachable";
    }
  }

  /** Somebody may have signed in in another tab meanwhile. */
  async recheck(): Promise<void> {
    if (this.status !== "out" || document.hidden) return;
    try {
      this.signedIn(await api.session());
    } catch {
      // Still nobody; the page says so already.
    }
  }

  signedIn(session: Session): void {
    // Their language may be another than this page's. Once something of theirs is on the screen it stays as it is.
    if (remember(session.language ?? null) && this.status !== "in") {
      const arriving = this.status === "out" || router.route.page === "sign-in-return";
      location.replace(arriving ? this.wanted : router.here);
      return;
    }
    this.value = session;
    this.#back();
    meaning(session.workspace.id);
    known.met(session.workspace);
    this.status = "in";
  }

  lost(): void {
    if (this.#forms > 0 || this.status === "out") return;
    const workspace = this.value?.workspace.id;
    this.value = null;
    this.#back();
    meaning(null);
    this.status = "out";
    if (router.route.page === "sign-in") return;
    this.wanted = router.here;
    router.replace(workspace ? `/sign-in/${workspace}` : "/sign-in");
  }

  /** Another tab of this browser went on in another workspace: what this one shows is no longer its. */
  elsewhere(last: string | undefined): void {
    if (this.status !== "in" || !last) return;
    if (last === this.value?.workspace.id) this.#back();
    else if (this.#forms > 0) this.#ask();
    else this.goOnThere();
  }

  /** Goes on in the workspace that the session is in now. */
  goOnThere(): void {
    // A full load drops everything this page remembered.
    location.assign("/accounts");
  }

  /** Takes the session back to this page's workspace, so that what is open can be saved. */
  async comeBack(): Promise<void> {
    const own = this.value?.workspace.id;
    if (!own) return;
    const now = await api.session();
    this.signedIn(now.workspace.id === own ? now : await api.goElsewhere(own));
  }

  #ask(): void {
    this.#strayed = true;
    this.asksWhere = true;
  }

  #back(): void {
    this.#strayed = false;
    this.asksWhere = false;
  }

  async signOut(): Promise<void> {
    const onward = await api.signOut();
    // A full load drops everything this page remembered; at a provider it signs out there as well.
    location.assign(onward?.url ?? "/sign-in");
  }

  /** Whether a form on the page holds something that would be lost with it. */
  get keepsPage(): boolean {
    return this.#forms > 0;
  }

  /** Keeps the page while a form is open; call the result when it closes. */
  keepPage(): () => void {
    this.#forms += 1;
    return () => {
      this.#forms -= 1;
      if (this.#forms === 0 && this.#strayed) this.goOnThere();
    };
  }
}

export const session = new SessionState();
