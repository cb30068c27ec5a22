// What needs a fresh proof of identity asks for one, and then goes on where it was.

import { Problem } from "../../shared/api";

class StepUp {
  /** Told whether identity was proven; there while somebody is asked. */
  asking = $state.raw<((proven: boolean) => void) | null>(null);

  /** Does `work`; when the server wants a fresh proof of identity, asks for it and does it again. */
  async around<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (problem) {
      const wanted = problem instanceof Problem && problem.code === "step_up_needed";
      if (!wanted || !(await this.#ask())) throw problem;
      return work();
    }
  }

  async #ask(): Promise<boolean> {
    const proven = await new Promise<boolean>((resolve) => {
      this.asking = resolve;
    });
    this.asking = null;
    return proven;
  }
}

export const stepUp = new StepUp();
