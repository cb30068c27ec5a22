import { describe, expect, it } from "vitest";
import { hueClass, initials, personInitials } from "./monogram";

describe("initials", () => {
  it.each([
    ["Beacon Ads", "BA"],
    ["Ledgerline", "Le"],
    ["mailwright", "Ma"],
    ["Domain registrar for larkfield.example", "Dr"],
    ["— Wi-Fi (guest)", "WF"],
    ["  ", "?"],
    ["東京 支店", "東支"],
    ["🔑", "🔑"],
  ])("of %j are %s", (name, expected) => {
    expect(initials(name)).toBe(expected);
  });

  it("of a person take both names", () => {
    expect(personInitials("Mira", "Okafor")).toBe("MO");
    expect(personInitials("Åsa", "")).toBe("Å");
  });
});

describe("hueClass", () => {
  it("stays the same for an id", () => {
    expect(hueClass("itm_0198c0de")).toBe(hueClass("itm_0198c0de"));
  });

  it("spreads neighbouring ids over every hue", () => {
    const seen = new Set(Array.from({ length: 200 }, (_, at) => hueClass(`itm_0198c0de${at}`)));
    expect(seen.size).toBe(12);
    for (const each of seen) expect(each).toMatch(/^h([0-9]|1[01])$/);
  });
});
