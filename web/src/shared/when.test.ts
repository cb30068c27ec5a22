import { expect, it } from "vitest";
import { remaining, waitFor } from "./i18n/en/when";
import { moment } from "./when";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

it.each([
  [-HOUR, "less than a minute"],
  [59 * SECOND, "less than a minute"],
  [MINUTE, "1 minute"],
  [59.4 * MINUTE, "59 minutes"],
  [59.5 * MINUTE, "1 hour"],
  [HOUR, "1 hour"],
  [61 * MINUTE, "61 minutes"],
  [119.4 * MINUTE, "119 minutes"],
  [2 * HOUR - SECOND, "2 hours"],
  [12 * HOUR - 5 * SECOND, "12 hours"],
  [23.4 * HOUR, "23 hours"],
  [23.5 * HOUR, "1 day"],
  [DAY - 5 * SECOND, "1 day"],
  [25 * HOUR, "25 hours"],
  [36 * HOUR, "36 hours"],
  [2 * DAY - SECOND, "2 days"],
  [5 * DAY, "5 days"],
  [30 * DAY - SECOND, "30 days"],
])("says of %i ms: %s", (ms, words) => {
  expect(remaining(ms)).toBe(words);
});

it.each([
  [0, "1 second"],
  [89, "89 seconds"],
  [91, "about 2 minutes"],
  [734, "about 13 minutes"],
  [3 * 3_600, "about 3 hours"],
])("has people wait %i s: %s", (seconds, words) => {
  expect(waitFor(seconds)).toBe(words);
});

it("names date, minute and zone for the reader", () => {
  const at = Date.UTC(2026, 10, 23, 13, 5);
  expect(moment(at, ["en-GB"], "Europe/Berlin")).toBe("Mon, 23 Nov 2026, 14:05 CET");
  expect(moment(at, ["de-DE"], "Europe/Berlin")).toContain("14:05 MEZ");
  expect(moment(at, ["en-US"], "America/New_York")).toMatch(/Nov 23, 2026, 08:05\sAM EST/);
});
