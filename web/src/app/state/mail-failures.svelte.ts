// Mails the server gave up on, for admins. Looked up now and then, and never in the way: when the
// look-up fails there is nothing to say.

import { api, type MailFailure } from "../../shared/api";

const EVERY = 5 * 60_000;

class MailFailures {
  #all = $state.raw<MailFailure[]>([]);
  #dismissed = $state.raw<ReadonlySet<string>>(new Set());
  #loadedAt = 0;

  get list(): MailFailure[] {
    return this.#all.filter((each) => !this.#dismissed.has(each.id));
  }

  async load(): Promise<void> {
    if (Date.now() - this.#loadedAt < EVERY) return;
    this.#loadedAt = Date.now();
    try {
      this.#all = (await api.mailFailures()).failures;
    } catch {
      // The pages themselves say when the server can't be reached.
    }
  }

  dismiss(): void {
    this.#dismissed = new Set(this.#all.map((each) => each.id));
  }
}

export const mailFailures = new MailFailures();
