// Some things need a sign-in from the last ten minutes. Whoever asks for one waits here until the person
// has signed in again in this browser, then it is tried once more.

import { Problem } from "../../shared/api";
import { stepUp as text } from "../messages/shell";

interface Asked {
  done: () => void;
  cancel: () => void;
}

class StepUp {
  asked = $state.raw<Asked | null>(null);

  /** Does the work; when it needs a fresh sign-in, asks for one and does it again. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.code !== "step_up_needed") throw problem;
    }
    try {
      await new Promise<void>((done, refuse) => {
        const cancel = () => refuse(new Problem("cancelled", text.cancelled));
        this.asked = { done, cancel };
      });
    } finally {
      this.asked = null;
    }
    return work();
  }
}

export const stepUp = new StepUp();
