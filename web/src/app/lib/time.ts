// Instants and durations in words. Everything takes the instant it is about, and the present where
// it matters, so that the tests need no clock.

import { length, words } from "../messages/time";
import { locale } from "../../shared/language";
import { DAY, HOUR, MINUTE, scale } from "./scale";

export { length };

const SECOND = 1000;

/** How long a link may last, in the order and with the labels people see. */
export const EXPIRY_CHOICES = [3600, 12 * 3600, 24 * 3600, 5 * 24 * 3600, 30 * 24 * 3600].map(
  (seconds) => ({ label: length(seconds), seconds }),
);

export const DEFAULT_EXPIRY = 24 * 3600;

export interface Place {
  locale?: string;
  timeZone?: string;
}

function format(at: number, options: Intl.DateTimeFormatOptions, place: Place): string {
  return new Intl.DateTimeFormat(place.locale ?? locale, { ...options, timeZone: place.timeZone }).format(at);
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
  if (age < MINUTE) return words.justNow;
  if (age < HOUR) return words.minutesAgo(Math.floor(age / MINUTE));
  const clock = format(at, { hour: "2-digit", minute: "2-digit" }, place);
  if (sameDay(at, now, place)) return words.today(clock);
  if (sameDay(at, now - DAY, place)) return words.yesterday(clock);
  return shortTime(at, now, place);
}

/** "in 1 day", "in 5 hours", "in 12 minutes", "in less than a minute", "now". */
export function timeLeft(at: number, now: number): string {
  const left = at - now;
  if (left <= 0) return words.now;
  if (left < MINUTE) return words.withinAMinute;
  // Half a minute of grace, so that a link made seconds ago for a day says so.
  const [amount, unit] = scale(left + MINUTE / 2);
  return words.in(Math.floor(amount), unit);
}

/** "9:42"; never negative. */
export function countdown(until: number, now: number): string {
  const seconds = Math.max(0, Math.ceil((until - now) / SECOND));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function sameDay(left: number, right: number, place: Place): boolean {
  return day(left, place) === day(right, place);
}
