import { describe, expect, it } from "vitest";
import { read, withFirst } from "./known.svelte";

const id = (digit: string) => `wsp_${digit.repeat(32)}`;
const [a, b] = [
  { id: id("a"), name: "Larkfield" },
  { id: id("b"), name: "Elsewhere" },
];

describe("the workspaces of a browser", () => {
  it("are read as they were kept", () => {
    expect(read(JSON.stringify([a, b]))).toEqual([a, b]);
  });

  it.each([null, "", "{}", "[", "[1, null]", '[{"id":"wsp_x","name":"X"}]', `[{"id":"${a.id}"}]`, '[{"id":"//evil.example","name":"X"}]'])(
    "are none when what was kept is %j",
    (kept) => {
      expect(read(kept)).toEqual([]);
    },
  );

  it("are each there once, the last one first, eight at most", () => {
    expect(withFirst([a, b], { ...b, name: "Elsewhere Ltd" })).toEqual([{ ...b, name: "Elsewhere Ltd" }, a]);
    const many = Array.from("123456789", (digit) => ({ id: id(digit), name: digit }));
    expect(withFirst(many, a)).toHaveLength(8);
  });
});
