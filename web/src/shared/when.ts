// Instants, in the reader's own zone.

import { locales } from "./i18n/en/when";

/** E.g. "Mon, 23 Nov 2026, 14:05 CET". */
export function moment(at: number, inLocales?: string[], timeZone?: string): string {
  return new Intl.DateTimeFormat(inLocales ?? locales(), {
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
  return new Intl.DateTimeFormat(locales(), options).format(at);
}
