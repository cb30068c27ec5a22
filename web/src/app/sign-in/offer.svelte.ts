// Signing in with a passkey: offered by the browser among what it fills in, or asked for by a button.

import { Problem, api } from "../../shared/api";
import { PasskeyTrouble, canOffer, support, usePasskey } from "../lib/webauthn";
import { describePasskey } from "../messages/passkeys";
import { session } from "../state/session.svelte";

/** A question lasts five minutes; a page that is left open asks anew before that. */
const ASK_ANEW = 4 * 60_000;

export class PasskeySignIn {
  readonly available = support() === "yes";
  busy = $state(false);
  problem = $state("");
  #offering: AbortController | null = null;

  /** Has the browser offer passkeys in the field, for as long as the page shows it. */
  offer(): () => void {
    void this.#offer();
    return () => this.#stop();
  }

  /** Asks for a passkey at once. */
  async press(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = "";
    // A browser answers one question at a time.
    this.#stop();
    try {
      await this.#ask();
    } catch (problem) {
      this.problem = describePasskey(problem);
      void this.#offer();
    } finally {
      this.busy = false;
    }
  }

  async #offer(): Promise<void> {
    const offering = new AbortController();
    this.#offering = offering;
    if (!(await canOffer())) return;
    while (!offering.signal.aborted) {
      try {
        await visible(offering.signal);
        await this.#ask(AbortSignal.any([offering.signal, AbortSignal.timeout(ASK_ANEW)]));
        return;
      } catch (problem) {
        if (problem instanceof PasskeyTrouble && problem.trouble === "aborted") continue;
        // Refused: that is worth telling. Without an answer the button and the mail are still there.
        if (problem instanceof Problem && problem.status === 403) this.problem = describePasskey(problem);
        else return;
      }
    }
  }

  async #ask(offer?: AbortSignal): Promise<void> {
    const { ceremony, options } = await api.beginPasskeySignIn();
    const credential = await usePasskey(options, offer, offer !== undefined);
    session.signedIn(await api.finishPasskeySignIn({ ceremony, credential }));
  }

  #stop(): void {
    this.#offering?.abort();
    this.#offering = null;
  }
}

/** A page that nobody looks at asks nobody. */
function visible(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (!document.hidden) {
      resolve();
      return;
    }
    const look = () => {
      if (!document.hidden) resolve();
    };
    signal.addEventListener("abort", () => resolve(), { once: true });
    document.addEventListener("visibilitychange", look, { signal });
  });
}
