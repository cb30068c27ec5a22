import { expect, it } from "vitest";
import { parseCode, parseToken } from "./code";

it.each(["123456", "123 456", " 12-34-56 ", "123\u00a0456", "１２３４５６", "123–456"])("reads %j", (typed) => {
  expect(parseCode(typed)).toBe("123456");
});

it.each(["", "12345", "1234567", "12345a", "one two", "٣٣٣٣٣٣"])("waits for more than %j", (typed) => {
  expect(parseCode(typed)).toBeNull();
});

it("takes a token of 43 characters and nothing around it", () => {
  const token = "aZ0_-".repeat(8) + "abc";
  expect(parseToken(token)).toBe(token);
  for (const mangled of ["", token.slice(1), `${token}.`, `%23${token}`, `${token}\n`, token.replace("a", "é")]) {
    expect(parseToken(mangled)).toBeNull();
  }
});
