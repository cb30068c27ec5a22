import { expect, it } from "vitest";
import { lasting, moment, remaining } from "./when";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

it.each([
  [-HOUR, "less than a minute"],
  [59 * SECOND, "less than a minute"],
  [MINUTE, "1 minute"],
  [HOUR - SECOND, "59 minutes"],
  [HOUR, "1 hour"],
  [2 * HOUR - SECOND, "1 hour"],
  [DAY, "24 hours"],
  [2 * DAY - SECOND, "47 hours"],
  [2 * DAY, "2 days"],
  [30 * DAY - SECOND, "29 days"],
])("says of %i ms: %s", (ms, words) => {
  expect(remaining(ms)).toBe(words);
});

it.each([
  [HOUR, "1 hour"],
  [12 * HOUR, "12 hours"],
  [DAY, "1 day"],
  [5 * DAY, "5 days"],
  [30 * DAY, "30 days"],
  [36 * HOUR, "36 hours"],
])("calls a life of %i ms: %s", (ms, words) => {
  expect(lasting(ms)).toBe(words);
});

it("names date, minute and zone for the reader", () => {
  const at = Date.UTC(2026, 10, 23, 13, 5);
  expect(moment(at, ["en-GB"], "Europe/Berlin")).toBe("Mon, 23 Nov 2026, 14:05 CET");
  expect(moment(at, ["de-DE"], "Europe/Berlin")).toContain("14:05 MEZ");
  expect(moment(at, ["en-US"], "America/New_York")).toMatch(/Nov 23, 2026, 08:05\sAM EST/);
});
