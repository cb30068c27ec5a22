import { describe, expect, it } from "vitest";
import {
  EXPIRY_CHOICES,
  countdown,
  exactTime,
  length,
  pastTime,
  shortTime,
  timeLeft,
} from "./time";

const berlin = { locale: "en-GB", timeZone: "Europe/Berlin" };
const now = Date.UTC(2026, 10, 22, 13, 5);
const minutes = (count: number) => count * 60_000;

describe("the lengths on offer", () => {
  it("are the five, in order, up to 30 days", () => {
    expect(EXPIRY_CHOICES.map((each) => each.label)).toEqual([
      "1 hour",
      "12 hours",
      "1 day",
      "5 days",
      "30 days",
    ]);
    expect(EXPIRY_CHOICES.map((each) => each.seconds)).toEqual([
      3600, 43_200, 86_400, 432_000, 2_592_000,
    ]);
  });

  it("are spelled the same from their seconds", () => {
    for (const { label, seconds } of EXPIRY_CHOICES) expect(length(seconds)).toBe(label);
  });
});

describe("instants", () => {
  it("carry weekday, date, minute and zone where one relies on them", () => {
    expect(exactTime(now + minutes(24 * 60), berlin)).toBe("Mon, 23 Nov 2026, 14:05 CET");
  });

  it("leave this year out when short", () => {
    expect(shortTime(now, now, berlin)).toBe("22 Nov, 14:05");
    expect(shortTime(Date.UTC(2025, 0, 2, 8, 0), now, berlin)).toBe("2 Jan 2025, 09:00");
  });

  it.each([
    [5_000, "Just now"],
    [minutes(1), "1 minute ago"],
    [minutes(59), "59 minutes ago"],
    [minutes(60), "Today, 13:05"],
    [minutes(24 * 60), "Yesterday, 14:05"],
    [minutes(72 * 60), "19 Nov, 14:05"],
  ])("%d ms ago read %s", (age, expected) => {
    expect(pastTime(now - age, now, berlin)).toBe(expected);
  });
});

describe("what is left", () => {
  it.each([
    [-1, "now"],
    [20_000, "in less than a minute"],
    [minutes(12), "in 12 minutes"],
    [minutes(60) - 4_000, "in 1 hour"],
    [minutes(12 * 60), "in 12 hours"],
    [minutes(24 * 60) - 4_000, "in 1 day"],
    [minutes(30 * 24 * 60), "in 30 days"],
  ])("of %d ms is %s", (left, expected) => {
    expect(timeLeft(now + left, now)).toBe(expected);
  });

  it("counts down to zero and stays there", () => {
    expect(countdown(now + 582_000, now)).toBe("9:42");
    expect(countdown(now + 400, now)).toBe("0:01");
    expect(countdown(now - 1, now)).toBe("0:00");
  });
});
