// Links that open nothing all look the same, tell nothing and ask for nothing.

import type { Page } from "@playwright/test";

import { call } from "../support/api";
import { GONE, heading } from "../support/guest";
import { account, addItem, makeLink } from "../support/items";
import { expect, MIRA, test } from "../support/test";

const UNKNOWN = "1AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/** What got lost or added on the way; the whole link would be `UNKNOWN`. */
const mangled = {
  "no fragment": "",
  "only the version": "1",
  "percent-encoded hash": "%231AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
  "one character short": UNKNOWN.slice(0, -1),
  "one character more": `${UNKNOWN}A`,
  "a full stop behind it": `${UNKNOWN}.`,
  "a bracket behind it": `${UNKNOWN})`,
  "an unknown version": `2${UNKNOWN.slice(1)}`,
  "a last character that no encoder writes": `${UNKNOWN.slice(0, -1)}9`,
};

for (const [what, fragment] of Object.entries(mangled)) {
  test(`mangled: ${what}`, async ({ openBrowser }) => {
    const page = await openBrowser();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(`/s#${fragment}`);
    await expectDead(page);
    // The server can't log what it isn't told.
    expect(asked.filter((url) => url.includes("/api/"))).toEqual([]);
  });
}

test("unknown and revoked links are told apart by nobody", async ({ owner, openBrowser, site }) => {
  const link = await makeLink(owner, site, MIRA, await addItem(owner, account));
  expect((await call(owner, "POST", `/links/${link.id}/revoke`)).status).toBe(204);

  const seen: { page: string; answer: string }[] = [];
  for (const url of [`${site.origin}/s#${UNKNOWN}`, link.url]) {
    const page = await openBrowser();
    const peeked = page.waitForResponse("**/api/v1/guest/peek");
    await page.goto(url);
    await expectDead(page);
    const answer = await peeked;
    const headers = await answer.allHeaders();
    // These differ between any two answers.
    for (const name of ["date", "x-request-id", "set-cookie"]) delete headers[name];
    seen.push({
      page: await page.locator("body").innerText(),
      answer: JSON.stringify({ status: answer.status(), headers, body: await answer.text() }),
    });
  }
  expect(seen[1]).toEqual(seen[0]);
});

test("another link pasted into the same tab is looked at anew", async ({ owner, openBrowser, site }) => {
  const link = await makeLink(owner, site, MIRA, await addItem(owner, account));
  const page = await openBrowser();
  await page.goto(`/s#${UNKNOWN}`);
  await expectDead(page);
  await page.goto(link.url);
  await expect(page.getByRole("button", { name: "View shared item" })).toBeEnabled();
});

async function expectDead(page: Page): Promise<void> {
  await expect(heading(page, GONE)).toBeVisible();
  await expect(page.getByText("Ask the sender for a new one.")).toBeVisible();
  await expect(page.locator("input, textarea, select, form, [contenteditable]")).toHaveCount(0);
  await expect(page.getByRole("button")).toHaveCount(0);
}
