import { describe, expect, it } from "vitest";
import { pick, pickLocale } from "./language";

describe("the language of the pages", () => {
  it.each([
    ["de", ["en-GB"], "de"],
    ["en", ["de-DE"], "en"],
    [null, ["de-DE", "en"], "de"],
    [null, ["fr", "DE-at"], "de"],
    [null, ["fr", "it"], "en"],
    [null, [], "en"],
    ["xx", ["de"], "de"],
    ["constructor", ["de"], "de"],
  ])("is, with %s chosen and a reader of %s: %s", (chosen, readers, language) => {
    expect(pick(chosen, readers)).toBe(language);
  });

  it("writes dates as the reader's own region does", () => {
    expect(pickLocale("de", ["fr", "de-CH", "de"])).toBe("de-CH");
    expect(pickLocale("en", ["en-US"])).toBe("en-US");
    expect(pickLocale("en", ["de-DE"])).toBe("en-GB");
    expect(pickLocale("de", [])).toBe("de-DE");
  });
});
