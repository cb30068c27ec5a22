// That every sentence with which the server refuses something is there in German: what it can say is read from its
// source.

import { describe, expect, it } from "vitest";
import { refusals } from "./de/refusals";

/** Where the server says no. Directories (SCIM) are no readers. */
const sources = Object.entries(
  import.meta.glob<string>("../../../../src/web/**/*.rs", { eager: true, query: "?raw", import: "default" }),
).filter(([path]) => !/scim|directory|openapi|listen/.test(path));

/** The texts in a Rust source, outside its tests and comments, with `{}` for the values in them. */
function textsOf(source: string): string[] {
  const code = (source.split("#[cfg(test)]", 1)[0] ?? "").replace(/^\s*(\/\/|#\[).*$/gm, "");
  return [...code.matchAll(/"((?:[^"\\]|\\[\s\S])*)"/g)].map(([, text = ""]) =>
    text.replace(/\\\n\s*/g, "").replaceAll('\\"', '"').replace(/\{\w*\}/g, "{}"),
  );
}

const texts = sources.flatMap(([, source]) => textsOf(source));
const sentences = new Set(texts.filter((text) => /^[A-Z].* .*[.!?]$/s.test(text)));

describe("the server's refusals", () => {
  it("are found in its source", () => {
    expect(sentences.size).toBeGreaterThan(150);
    expect(sentences).toContain("This can't be empty.");
    expect(sentences).toContain("Use at most {} characters.");
  });

  it("all have a German sentence", () => {
    expect([...sentences].filter((sentence) => !Object.hasOwn(refusals.sentences, sentence))).toEqual([]);
  });

  it("have no German sentence that nobody says", () => {
    expect(Object.keys(refusals.sentences).filter((sentence) => !sentences.has(sentence))).toEqual([]);
  });

  it("keep as many values as they have", () => {
    const holes = (text: string) => text.split("{}").length;
    for (const [english, german] of Object.entries(refusals.sentences)) expect(holes(german), english).toBe(holes(english));
  });
});
