import { expect, it } from "vitest";
import { linksOf } from "./links";

const origin = "https://vault.example";

it("names a button as the mail does", () => {
  const html = `<p>Hi</p><a style="color:#fff" href="${origin}/confirm#abc"><b>Confirm</b>\n my&nbsp;identity &amp; go</a>`;
  expect(linksOf(`Or open ${origin}/confirm#abc`, html, origin)).toEqual([
    { href: `${origin}/confirm#abc`, label: "Confirm my identity & go" },
  ]);
});

it("finds the address in a mail without buttons", () => {
  expect(linksOf(`Sign in:\n${origin}/confirm-sign-in#x_-1\nBye`, "", origin)).toEqual([
    { href: `${origin}/confirm-sign-in#x_-1`, label: `${origin}/confirm-sign-in#x_-1` },
  ]);
});

it("leads nowhere else", () => {
  const html = `<a href="https://elsewhere.example/">x</a><a href="javascript:alert(1)">y</a><a href="">z</a>`;
  expect(linksOf("https://elsewhere.example/a", html, origin)).toEqual([]);
});

it("decodes characters of addresses and survives impossible ones", () => {
  const html = `<a href="${origin}/?a=1&amp;b=&#x32;&#51;">A&#1114112;</a>`;
  expect(linksOf("", html, origin)).toEqual([{ href: `${origin}/?a=1&b=23`, label: "A&#1114112;" }]);
});
