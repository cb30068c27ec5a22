// Instants and lengths in words.

import { type Unit, scale } from "../../lib/scale";
import { plural } from "../../lib/text";

export { waitFor } from "../../../shared/i18n/en/when";

const count = (amount: number, unit: Unit) => plural(amount, unit);

/** "1 day", "12 hours": a length as the choices spell it. */
export function length(seconds: number): string {
  const [amount, unit] = scale(seconds * 1000);
  return count(Math.round(amount), unit);
}

export const words = {
  justNow: "Just now",
  minutesAgo: (minutes: number) => `${count(minutes, "minute")} ago`,
  today: (clock: string) => `Today, ${clock}`,
  yesterday: (clock: string) => `Yesterday, ${clock}`,
  now: "now",
  withinAMinute: "in less than a minute",
  in: (amount: number, unit: Unit) => `in ${count(amount, unit)}`,
};
