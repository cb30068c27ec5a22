import { describe, expect, it } from "vitest";
import { completeWebsite, countCharacters, fileSize, groupCode, runs, safeWebsite } from "./text";

describe("groupCode", () => {
  it.each([
    ["407182", "407 182"],
    ["0000001", "0000 001"],
    ["12345678", "1234 5678"],
    ["", ""],
  ])("%s reads %s", (code, expected) => expect(groupCode(code)).toBe(expected));
});

describe("countCharacters", () => {
  it("counts an emoji beyond the basic plane once", () => {
    expect(countCharacters("a🔑é")).toBe(3);
    expect("a🔑é".length).toBe(4);
  });
});

describe("runs", () => {
  it("tells letters, digits and symbols apart and loses nothing", () => {
    const secret = "k7R#vTq2!! é٣";
    expect(runs(secret).map((each) => each.kind)).toEqual([
      "letter",
      "digit",
      "letter",
      "symbol",
      "letter",
      "digit",
      "symbol",
      "letter",
      "digit",
    ]);
    expect(runs(secret).map((each) => each.text).join("")).toBe(secret);
  });
});

describe("fileSize", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [740_400, "740 KB"],
    [999_600, "1.0 MB"],
    [10_000_000, "10.0 MB"],
  ])("%d bytes are %s", (bytes, expected) => expect(fileSize(bytes)).toBe(expected));
});

describe("websites", () => {
  it("open only with http and https", () => {
    expect(safeWebsite("https://beacon.example/a?b#c")?.host).toBe("beacon.example");
    for (const bad of ["javascript:alert(1)", "data:text/html,x", "//x", "", "beacon.example"]) {
      expect(safeWebsite(bad)).toBeNull();
    }
  });

  it("are completed when the scheme was left out", () => {
    expect(completeWebsite(" beacon.example/login ")).toBe("https://beacon.example/login");
    expect(completeWebsite("http://beacon.example")).toBe("http://beacon.example");
    expect(completeWebsite("javascript:alert(1)")).toBe("javascript:alert(1)");
    expect(completeWebsite("intranet")).toBe("intranet");
  });
});
