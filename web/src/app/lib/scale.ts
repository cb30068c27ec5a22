// Lengths of time in the largest unit that fits.

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export type Unit = "minute" | "hour" | "day";

/** How many of which unit; not rounded. */
export function scale(ms: number): [number, Unit] {
  if (ms < HOUR) return [ms / MINUTE, "minute"];
  if (ms < DAY) return [ms / HOUR, "hour"];
  return [ms / DAY, "day"];
}
