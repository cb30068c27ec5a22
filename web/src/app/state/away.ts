// Leaving for a provider and coming back: what this tab has to remember meanwhile. Nothing of it is
// secret, and it is gone with the tab.

export interface Trip {
  /** The page to go to afterwards. */
  wanted: string;
  /** Whether it connects an account. */
  connects?: boolean;
  /** Whether it happens in a window of its own, for another one that waits. */
  again?: boolean;
}

const KEY = "away";

export const away = {
  go(url: string, trip: Trip): void {
    sessionStorage.setItem(KEY, JSON.stringify(trip));
    location.assign(url);
  },

  /** What was remembered, once. */
  back(): Trip {
    const kept = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    return read(kept) ?? { wanted: "/accounts" };
  },
};

function read(kept: string | null): Trip | null {
  try {
    const trip = JSON.parse(kept ?? "null") as Trip | null;
    // A page of ours: neither another site nor a scheme.
    return trip && /^\/(?!\/)/.test(trip.wanted) ? trip : null;
  } catch {
    return null;
  }
}
