// Times in words, and how dates are written beside them.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Dates follow the reader's own locale; what stands inside an English sentence is English. */
export const locales = (): string[] => [...navigator.languages];

/**
 * How long something lasts, to the nearest unit of which there are two at least, or just one: a
 * link made for a day seconds ago has "1 day" left, and one of 36 hours isn't called 2 days.
 */
export function remaining(ms: number): string {
  if (ms < MINUTE) return "less than a minute";
  const [minutes, hours, days] = [MINUTE, HOUR, DAY].map((unit) => Math.round(ms / unit)) as [number, number, number];
  if (minutes !== 60 && minutes < 120) return count(minutes, "minute");
  if (hours !== 24 && hours < 48) return count(hours, "hour");
  return count(days, "day");
}

/** How long to wait, for limits: "45 seconds", "about 12 minutes". */
export function waitFor(seconds: number): string {
  if (seconds < 90) return count(Math.max(1, Math.ceil(seconds)), "second");
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `about ${count(minutes, "minute")}` : `about ${count(Math.ceil(minutes / 60), "hour")}`;
}

function count(amount: number, unit: string): string {
  return `${amount} ${unit}${amount === 1 ? "" : "s"}`;
}
