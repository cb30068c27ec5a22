// Instants and durations in words. Everything takes the instant it is about, and the present where
// it matters, so that the tests need no clock.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long a link may last, in the order and with the labels people see. */
export const EXPIRY_CHOICES = [
  { label: "1 hour", seconds: 3600 },
  { label: "12 hours", seconds: 12 * 3600 },
  { label: "1 day", seconds: 24 * 3600 },
  { label: "5 days", seconds: 5 * 24 * 3600 },
  { label: "30 days", seconds: 30 * 24 * 3600 },
] as const;

export const DEFAULT_EXPIRY = 24 * 3600;

export interface Place {
  locale?: string;
  timeZone?: string;
}

function format(at: number, options: Intl.DateTimeFormatOptions, place: Place): string {
  return new Intl.DateTimeFormat(place.locale, { ...options, timeZone: place.timeZone }).format(at);
}

/** "Mon, 23 Nov 2026, 14:05 CET": the instant to rely on, with its zone. */
export function exactTime(at: number, place: Place = {}): string {
  return format(
    at,
    {
      weekday: "short",
      day: "numeric",
      month: "short",
      year: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      timeZoneName: "short",
    },
    place,
  );
}

/** "23 Nov, 14:05", with the year only when it isn't this one. */
export function shortTime(at: number, now: number, place: Place = {}): string {
  const sameYear = format(at, { year: "numeric" }, place) === format(now, { year: "numeric" }, place);
  return format(
    at,
    {
      day: "numeric",
      month: "short",
      ...(sameYear ? {} : { year: "numeric" }),
      hour: "2-digit",
      minute: "2-digit",
    },
    place,
  );
}

/** "4 Mar 2026". */
export function day(at: number, place: Place = {}): string {
  return format(at, { day: "numeric", month: "short", year: "numeric" }, place);
}

/** "Just now", "12 minutes ago", "Today, 14:05", "Yesterday, 09:12", then the short date. */
export function pastTime(at: number, now: number, place: Place = {}): string {
  const age = now - at;
  if (age < MINUTE) return "Just now";
  if (age < HOUR) return `${plural(Math.floor(age / MINUTE), "minute")} ago`;
  const clock = format(at, { hour: "2-digit", minute: "2-digit" }, place);
  if (sameDay(at, now, place)) return `Today, ${clock}`;
  if (sameDay(at, now - DAY, place)) return `Yesterday, ${clock}`;
  return shortTime(at, now, place);
}

/** "in 1 day", "in 5 hours", "in 12 minutes", "in less than a minute", "now". */
export function timeLeft(at: number, now: number): string {
  const left = at - now;
  if (left <= 0) return "now";
  if (left < MINUTE) return "in less than a minute";
  // Half a minute of grace, so that a link made seconds ago for a day says so.
  const [size, unit] = scale(left + MINUTE / 2);
  return `in ${plural(Math.floor((left + MINUTE / 2) / size), unit)}`;
}

/** "1 day", "12 hours": a length as the choices spell it. */
export function length(seconds: number): string {
  const [size, unit] = scale(seconds * SECOND);
  return plural(Math.round((seconds * SECOND) / size), unit);
}

/** "9:42"; never negative. */
export function countdown(until: number, now: number): string {
  const seconds = Math.max(0, Math.ceil((until - now) / SECOND));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** "1 view", "2 views". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

function scale(length: number): [number, string] {
  if (length < HOUR) return [MINUTE, "minute"];
  if (length < DAY) return [HOUR, "hour"];
  return [DAY, "day"];
}

function sameDay(left: number, right: number, place: Place): boolean {
  return day(left, place) === day(right, place);
}
