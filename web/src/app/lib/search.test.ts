import { expect, it } from "vitest";
import { matches } from "./search";

it("finds every word in any order, whatever case and accents", () => {
  expect(matches("okafor MIRA", "Mira Okafor", "mira@larkfield.example")).toBe(true);
  expect(matches("asa", "Åsa Lind")).toBe(true);
  expect(matches("mira lind", "Mira Okafor")).toBe(false);
  expect(matches("  ", "anything")).toBe(true);
});
