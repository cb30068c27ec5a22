// Who is signed in here. Anything that meets a 401 ends up in `lost`.

import { Problem, api, onSignedOut, type Session } from "../../shared/api";
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
    this.signedIn(await api.session());
  }

  async load(): Promise<void> {
    onSignedOut(() => this.lost());
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
    known.met(session.workspace);
    this.status = "in";
  }

  lost(): void {
    if (this.#forms > 0 || this.status === "out") return;
    const workspace = this.value?.workspace.id;
    this.value = null;
    this.status = "out";
    if (router.route.page === "sign-in") return;
    this.wanted = router.here;
    router.replace(workspace ? `/sign-in/${workspace}` : "/sign-in");
  }

  /** Another tab of this browser went on in another workspace: what this one shows is no longer its. */
  elsewhere(last: string | undefined): void {
    if (this.status !== "in" || !last || last === this.value?.workspace.id || this.#forms > 0) return;
    location.assign("/accounts");
  }

  async signOut(): Promise<void> {
    const onward = await api.signOut();
    // A full load drops everything this page remembered; at a provider it signs out there as well.
    location.assign(onward?.url ?? "/sign-in");
  }

  /** Keeps the page while a form is open; call the result when it closes. */
  keepPage(): () => void {
    this.#forms += 1;
    return () => {
      this.#forms -= 1;
    };
  }
}

export const session = new SessionState();
