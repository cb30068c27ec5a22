// Times in words. Dates follow the reader's own locale and zone; what stands inside an English
// sentence is English.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** E.g. "Mon, 23 Nov 2026, 14:05 CET". */
export function moment(at: number, locales?: string[], timeZone?: string): string {
  return new Intl.DateTimeFormat(locales ?? [...navigator.languages], {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(at);
}

/** The same as an element that programs can read too. */
export function momentElement(at: number): HTMLTimeElement {
  const time = document.createElement("time");
  time.dateTime = new Date(at).toISOString();
  time.textContent = moment(at);
  return time;
}

/** E.g. "14:15 CET": for what happens within minutes. */
export function clockTime(at: number): string {
  const options = { hour: "2-digit", minute: "2-digit", timeZoneName: "short" } as const;
  return new Intl.DateTimeFormat([...navigator.languages], options).format(at);
}

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
