// One request for a public link, from its terms to the link: terms -> waiting -> making -> result,
// or an ending that says why there is no link. Nothing here outlives the dialog.

import { Problem, api, type ItemSummary, type ShareIntent } from "../../shared/api";
import { LinkError } from "../../shared/link-crypto";
import { PasskeyTrouble, support, usePasskey } from "../lib/webauthn";
import { common, describe } from "../messages/common";
import { describePasskey, passkeys } from "../messages/passkeys";
import { ending, share, type EndCode, type Ending } from "../messages/share";
import { items } from "../state/items.svelte";
import { sealLink, type MadeLink } from "./seal";
import { watchIntent } from "./watch";

export type Step = "terms" | "waiting" | "making" | "stuck" | "result" | "ended";

/** Whether "Use my passkey" can confirm: the workspace allows it, and member and browser can. */
export function mayUsePasskey(intent: ShareIntent): boolean {
  return intent.confirm_by !== "mail" && intent.has_passkey && support() === "yes";
}

export interface Result {
  address: string;
  expiresAt: number;
}

// A lost answer is tried again with the same sealed link, which the server takes once.
const RETRY_AFTER = [400, 1200, 3000, 5000];
// The server ends requests by its own clock; only then does this one.
const GRACE = 3000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export class ShareFlow {
  step = $state<Step>("terms");
  busy = $state(false);
  problem = $state("");
  signedOut = $state(false);
  intent = $state.raw<ShareIntent | null>(null);
  ended = $state.raw<Ending | null>(null);
  result = $state.raw<Result | null>(null);

  seconds = $state(0);
  oneTime = $state(false);
  notify = $state(true);

  /** The browser's own dialog, while it asks for a passkey. */
  #prompt: AbortController | null = null;
  #made: MadeLink | null = null;
  /** Whether nobody waits any more for what was asked. */
  #left = false;
  #unwatch: () => void = () => undefined;

  constructor(
    readonly item: ItemSummary,
    seconds: number,
  ) {
    this.seconds = seconds;
  }

  async ask(): Promise<void> {
    if (this.busy) return;
    this.#left = false;
    this.busy = true;
    try {
      const intent = await api.askForLink({
        item: this.item.id,
        expires_in: this.seconds,
        one_time: this.oneTime,
        notify: this.notify,
      });
      // Not before: without its banner the dialog shrinks, and a second click lands beside it.
      this.problem = "";
      this.signedOut = false;
      this.#asked(intent);
    } catch (problem) {
      if (problem instanceof Problem && problem.code === "not_owner") this.end("not_owner");
      else if (problem instanceof Problem && problem.code === "passkey_missing") this.end("passkey_missing");
      else {
        this.signedOut = problem instanceof Problem && problem.status === 401;
        this.problem = describe(problem, share.getLink);
      }
    } finally {
      this.busy = false;
    }
  }

  async resend(): Promise<void> {
    const intent = this.intent;
    if (!intent || this.busy) return;
    this.busy = true;
    this.problem = "";
    try {
      this.#see(await api.resendIntent(intent.id));
    } catch (problem) {
      this.problem = describe(problem);
    } finally {
      this.busy = false;
    }
  }

  /** Confirms with a passkey instead of the mail. */
  async usePasskey(): Promise<void> {
    const intent = this.intent;
    if (!intent || this.busy) return;
    this.busy = true;
    this.problem = "";
    const prompt = new AbortController();
    this.#prompt = prompt;
    try {
      const { ceremony, options } = await api.beginIntentPasskey(intent.id);
      const credential = await usePasskey(options, prompt.signal);
      this.#see(await api.finishIntentPasskey(intent.id, { ceremony, credential }));
    } catch (problem) {
      this.#passkeyFailed(problem);
    } finally {
      this.busy = false;
      this.#prompt = null;
    }
  }

  /** Called as time passes: a dialog left open must not pretend that it still waits. */
  passTime(now: number): void {
    if (this.step === "waiting" && this.intent && now > this.intent.expires_at + GRACE) {
      this.end("expired");
    }
  }

  startAgain(): void {
    this.#forget();
    this.step = "terms";
  }

  /** Seals and saves; also tried again from `stuck`. */
  async make(): Promise<void> {
    const id = this.intent?.id;
    if (!id) return;
    this.step = "making";
    try {
      this.#made ??= await sealLink(await insist(() => api.intentPayload(id)));
      const { sealed, address } = this.#made;
      const made = await insist(() => api.putLink(id, sealed));
      if (this.#left) {
        // Nobody saw it, and nobody can be shown it again: it must not stay open.
        await insist(() => api.revoke(made.id));
        return;
      }
      this.result = { address, expiresAt: made.expires_at };
      this.#made = null;
      this.step = "result";
      items.changed();
    } catch (problem) {
      this.#makingFailed(problem);
    }
  }

  /** Drops everything, cancelling what still waits. */
  dispose(): void {
    const open = this.step === "waiting" || this.step === "making" || this.step === "stuck";
    if (open && this.intent) void api.cancelIntent(this.intent.id).catch(() => undefined);
    this.#left = true;
    this.#forget();
  }

  /** The page goes away: an unanswered request would count against the member for ten minutes. */
  abandon(): void {
    this.#left = this.busy;
    if (this.step !== "waiting" || !this.intent) return;
    api.abandonIntent(this.intent.id);
  }

  end(code: EndCode): void {
    this.#unwatch();
    this.#prompt?.abort();
    this.#made = null;
    this.ended = ending(code);
    this.step = "ended";
  }

  #asked(intent: ShareIntent): void {
    if (this.#left) {
      void api.cancelIntent(intent.id).catch(() => undefined);
      this.end("cancelled");
      return;
    }
    this.intent = intent;
    this.step = "waiting";
    this.#watch(intent.id);
  }

  #watch(id: string): void {
    this.#unwatch();
    this.#unwatch = watchIntent(
      id,
      (intent) => this.#see(intent),
      (problem) => this.end(problem.status === 401 ? "signed_out" : "cancelled"),
    );
  }

  #see(seen: ShareIntent): void {
    if (this.step !== "waiting") return;
    // The match code comes once, with the answer to the asking.
    this.intent = { ...seen, match_code: this.intent?.match_code ?? "" };
    if (seen.state === "waiting") return;
    this.#unwatch();
    // Confirmed by mail meanwhile, or over: nobody needs the passkey any more.
    this.#prompt?.abort();
    if (seen.state === "confirmed") void this.make();
    else this.end(seen.state);
  }

  #passkeyFailed(problem: unknown): void {
    if (this.step !== "waiting") return;
    if (problem instanceof PasskeyTrouble && problem.trouble === "aborted") return;
    const code = problem instanceof Problem ? problem.code : "";
    if (code === "item_changed" || code === "not_owner" || code === "mail_only") this.end(code);
    // How it ended comes with the stream of events, which knows more.
    else if (code !== "flow_over") this.problem = describePasskey(problem, passkeys.use);
  }

  #makingFailed(problem: unknown): void {
    if (problem instanceof LinkError && problem.code === "too_large") this.end("too_large");
    else if (!(problem instanceof Problem)) {
      this.ended = { title: common.failedTitle, text: common.unexpected, again: true };
      this.step = "ended";
    } else if (problem.status === 401) this.end("signed_out");
    else if (problem.code === "too_large_to_share") this.end("too_large");
    else if (problem.code === "item_changed" || problem.status === 404) this.end("item_changed");
    else if (problem.status === 403) this.end("not_owner");
    else if (problem.status === 410) this.end("expired");
    else {
      this.problem = problem.unanswered ? "" : describe(problem);
      this.step = "stuck";
    }
  }

  #forget(): void {
    this.#unwatch();
    this.#prompt?.abort();
    this.#made = null;
    this.intent = null;
    this.result = null;
    this.ended = null;
    this.problem = "";
  }
}

/** Tries again while there is no answer, or one that only says "not now". */
async function insist<T>(work: () => Promise<T>): Promise<T> {
  for (const wait of RETRY_AFTER) {
    try {
      return await work();
    } catch (problem) {
      const passing = problem instanceof Problem && (problem.unanswered || problem.status >= 500);
      if (!passing) throw problem;
      await pause(wait);
    }
  }
  return work();
}
