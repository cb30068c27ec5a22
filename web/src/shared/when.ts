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

/** How long something still lasts, rounded down so that it never promises too much. */
export function remaining(ms: number): string {
  if (ms < MINUTE) return "less than a minute";
  if (ms < HOUR) return count(ms / MINUTE, "minute");
  if (ms < 2 * DAY) return count(ms / HOUR, "hour");
  return count(ms / DAY, "day");
}

/** How long a link is made for: the choices are whole hours or whole days. */
export function lasting(ms: number): string {
  return ms >= DAY && ms % DAY === 0 ? count(ms / DAY, "day") : remaining(ms);
}

function count(amount: number, unit: string): string {
  const whole = Math.floor(amount);
  return `${whole} ${unit}${whole === 1 ? "" : "s"}`;
}
