// Times in words, and how dates are written beside them.

import type * as english from "../en/when";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS = { second: ["Sekunde", "Sekunden"], minute: ["Minute", "Minuten"], hour: ["Stunde", "Stunden"], day: ["Tag", "Tage"] };

/** As German is written where the reader is. */
export const locales: typeof english.locales = () => [...navigator.languages.filter((tag) => /^de\b/i.test(tag)), "de"];

export const remaining: typeof english.remaining = (ms) => {
  if (ms < MINUTE) return "weniger als eine Minute";
  const [minutes, hours, days] = [MINUTE, HOUR, DAY].map((unit) => Math.round(ms / unit)) as [number, number, number];
  if (minutes !== 60 && minutes < 120) return count(minutes, "minute");
  if (hours !== 24 && hours < 48) return count(hours, "hour");
  return count(days, "day");
};

export const waitFor: typeof english.waitFor = (seconds) => {
  if (seconds < 90) return count(Math.max(1, Math.ceil(seconds)), "second");
  const minutes = Math.ceil(seconds / 60);
  return `etwa ${minutes < 120 ? count(minutes, "minute") : count(Math.ceil(minutes / 60), "hour")}`;
};

function count(amount: number, unit: keyof typeof UNITS): string {
  return `${amount} ${UNITS[unit][amount === 1 ? 0 : 1] ?? ""}`;
}
