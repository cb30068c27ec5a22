// Instants and lengths in words.

import { type Unit, scale } from "../../lib/scale";
import { plural } from "../../lib/text";

export { waitFor } from "../../../shared/i18n/de/when";

const ONE: Record<Unit, string> = { minute: "Minute", hour: "Stunde", day: "Tag" };
const MANY: Record<Unit, string> = { minute: "Minuten", hour: "Stunden", day: "Tage" };
/** After "in" and "vor". */
const MANY_DATIVE: Record<Unit, string> = { ...MANY, day: "Tagen" };

export function length(seconds: number): string {
  const [amount, unit] = scale(seconds * 1000);
  return plural(Math.round(amount), ONE[unit], MANY[unit]);
}

// Without capitals: most of them stand behind a colon.
export const words = {
  justNow: "gerade eben",
  minutesAgo: (minutes: number) => `vor ${plural(minutes, "Minute", "Minuten")}`,
  today: (clock: string) => `heute, ${clock}`,
  yesterday: (clock: string) => `gestern, ${clock}`,
  now: "jetzt",
  withinAMinute: "in weniger als einer Minute",
  in: (amount: number, unit: Unit) => `in ${plural(amount, ONE[unit], MANY_DATIVE[unit])}`,
};
