// What holds of the texts in every language. That none is missing the compiler sees; here is the rest.

import { describe, expect, it } from "vitest";

const modules: Record<string, Record<string, unknown>> = {
  ...import.meta.glob<Record<string, unknown>>("./{en,de}/*.ts", { eager: true }),
  ...import.meta.glob<Record<string, unknown>>("../../shared/i18n/{en,de}/*.ts", { eager: true }),
};
const english = Object.keys(modules).filter((path) => path.includes("/en/") && !path.endsWith("/refusals.ts"));
const inGerman = (path: string) => modules[path.replace("/en/", "/de/")];

type Call = (...given: unknown[]) => unknown;

/** What a text may be about: a name, a number, several names, counts of a team, a kind, a role, a unit. */
const GIVEN: readonly unknown[] = ["Mira", 2, ["Ben", "Cleo"], { members: 2, items: 3 }, "account", "owner", "day", true];

/** Every list of things that a function of so many may be given. */
function given(count: number): unknown[][] {
  if (count === 0) return [[]];
  return given(count - 1).flatMap((rest) => GIVEN.map((each) => [...rest, each]));
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function called(text: Call, things: unknown[]): string[] {
  try {
    return textsIn(text(...things));
  } catch {
    return [];
  }
}

const isGood = (texts: string[]) =>
  texts.length > 0 && texts.every((text) => text.trim() !== "" && !/undefined|NaN|\[object/.test(text));

/** Every text of a module by its place, as pairs of both languages. */
function pairs(place: string, one: unknown, other: unknown): [string, unknown, unknown][] {
  if (typeof one !== "object" || one === null) return [[place, one, other]];
  const keys = new Set([...Object.keys(one), ...Object.keys(other ?? {})]);
  return [...keys].flatMap((key) =>
    pairs(`${place}.${key}`, (one as Record<string, unknown>)[key], (other as Record<string, unknown> | undefined)?.[key]),
  );
}

/** Places that differ because the languages do. */
const OWN_GRAMMAR = /\.eventWords\.(thisItem|anItem|verbs|actors)/;

describe.each(english)("%s", (path) => {
  const all = pairs("", { ...modules[path] }, { ...inGerman(path) }).filter(([place]) => !OWN_GRAMMAR.test(place));

  it("has the same texts in both languages", () => {
    for (const [place, one, other] of all) expect(typeof other, place).toBe(typeof one);
  });

  it("is translated", () => {
    for (const [place, one, other] of all) {
      // A word may be the same in both; a sentence is not.
      if (typeof one === "string" && one.includes(" ")) expect(other, place).not.toBe(one);
      if (typeof one === "string") expect(String(other).trim(), place).not.toBe("");
    }
  });

  it("puts what it is given into words", () => {
    for (const [place, one, other] of all) {
      if (typeof one !== "function" || place === ".locales") continue;
      const [say, translated] = [one as Call, other as Call];
      const fits = (things: unknown[]) => isGood(called(say, things)) && isGood(called(translated, things));
      const fitting = given(one.length).find(fits);
      expect(fitting, `${place}: nothing fits both texts`).toBeDefined();
      const [said, told] = [say, translated].map((text) => called(text, fitting ?? []).join(" "));
      // What the English text names, the other one names as well.
      if (said?.includes("Mira")) expect(told, place).toContain("Mira");
    }
  });

  it("has the quotation marks and dashes of its language", () => {
    for (const [place, , other] of all) {
      if (typeof other !== "string") continue;
      expect(other, place).not.toMatch(/“[^„]*”|"|\w…$| - /);
    }
  });
});
