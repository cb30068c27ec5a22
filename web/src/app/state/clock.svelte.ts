// The present, for countdowns and ages: ticks only while something on the page looks at it.

import { createSubscriber } from "svelte/reactivity";
import { serverNow } from "../../shared/api";

class Clock {
  #subscribe: () => void;

  constructor(every: number) {
    this.#subscribe = createSubscriber((update) => {
      const timer = setInterval(update, every);
      return () => clearInterval(timer);
    });
  }

  get now(): number {
    this.#subscribe();
    return serverNow();
  }
}

/** For countdowns. */
export const seconds = new Clock(1000);

/** For "12 minutes ago". */
export const minutes = new Clock(30_000);
