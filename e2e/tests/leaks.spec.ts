// After a view nothing stays behind, and during it nothing gets out.

import type { Page } from "@playwright/test";

import { arrive, heading, view } from "../support/guest";
import { account, addItem, makeLink, secret } from "../support/items";
import { expect, MIRA, test } from "../support/test";

test("viewing leaves nothing in the browser's storage", async ({ owner, openBrowser, site }) => {
  const link = await makeLink(owner, site, MIRA, await addItem(owner, account));
  const guest = await openBrowser();
  await view(guest, link);
  const kept = await guest.evaluate(async () => ({
    local: localStorage.length,
    session: sessionStorage.length,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    cookies: document.cookie,
    workers: "serviceWorker" in navigator ? (await navigator.serviceWorker.getRegistrations()).length : 0,
  }));
  expect(kept).toEqual({ local: 0, session: 0, databases: 0, caches: 0, cookies: "", workers: 0 });

  const cookies = await guest.context().cookies();
  expect(cookies.map(({ name }) => name)).toEqual(["__Host-binder"]);
  expect(cookies[0]).toMatchObject({ httpOnly: true, secure: true, sameSite: "Strict" });
});

test("no request carries the link's secret, nor anything of the item", async ({ owner, openBrowser, site }) => {
  const link = await makeLink(owner, site, MIRA, await addItem(owner, account));
  const fragment = link.url.split("#")[1] ?? "";
  const guest = await openBrowser();
  const sent: string[] = [];
  guest.on("request", (request) => {
    sent.push(`${request.url()} ${JSON.stringify(request.headers())} ${request.postData() ?? ""}`);
  });
  await view(guest, link);
  expect(sent.length).toBeGreaterThan(3);
  for (const request of sent) {
    for (const hidden of [fragment, fragment.slice(1), account.password, account.mfa, account.username]) {
      expect(request).not.toContain(hidden);
    }
    expect(request).not.toMatch(/"referer":"[^"]/);
  }
});

test("going back, and opening the tab again, shows nothing", async ({ owner, openBrowser, site }) => {
  const link = await makeLink(owner, site, MIRA, await addItem(owner, account), { one_time: true });
  const guest = await openBrowser();
  await view(guest, link);
  await guest.goto("/about-links");
  await guest.goBack();
  await expect(heading(guest, "This link doesn’t open anything")).toBeVisible();
  await expectNothingOf(guest);
  await guest.goForward();
  await guest.goBack();
  await expectNothingOf(guest);
});

test("Done takes the item off the page", async ({ owner, openBrowser, site }) => {
  const link = await makeLink(owner, site, MIRA, await addItem(owner, account));
  const guest = await openBrowser();
  await view(guest, link);
  await guest.getByRole("button", { name: "Done" }).click();
  await expectNothingOf(guest);
});

test("the item is taken off the page after five minutes", async ({ owner, openBrowser, site }) => {
  const link = await makeLink(owner, site, MIRA, await addItem(owner, account));
  const guest = await openBrowser();
  await guest.clock.install();
  await view(guest, link);
  await guest.clock.fastForward("04:45");
  await expect(guest.getByRole("button", { name: "Keep showing" })).toBeVisible();
  await expect(guest.getByText(account.username, { exact: true })).toBeVisible();
  await guest.clock.fastForward("00:30");
  await expect(heading(guest, "Hidden for your safety")).toBeVisible();
  await expectNothingOf(guest);
});

test("script in every field stays text, for the recipient and for members", async ({ owner, openBrowser, site }) => {
  const hostile = `"><img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}<svg/onload=alert(3)>`;
  const bad = { ...account, name: hostile, username: hostile, app: hostile, password: hostile, notes: hostile };
  const guest = await openBrowser();
  for (const page of [guest, owner]) {
    page.on("dialog", () => {
      throw new Error("script from a field has run");
    });
  }
  const item = await addItem(owner, bad);
  await view(guest, await makeLink(owner, site, MIRA, item));
  await expect(guest.getByText(hostile).first()).toBeVisible();
  await expect(guest.locator("main img[src='x'], main script, main [onerror], main [onload]")).toHaveCount(0);

  await owner.goto(`/items/${item.id}`);
  await expect(owner.getByText(hostile).first()).toBeVisible();
  await expect(owner.locator("img[src='x'], body script:not([src]), [onerror], [onload]")).toHaveCount(0);

  const text = await addItem(owner, { ...secret, name: hostile, body: hostile });
  const other = await openBrowser();
  await view(other, await makeLink(owner, site, MIRA, text));
  expect(await other.getByRole("region", { name: "Secret" }).innerText()).toBe(hostile);
});

test("the page can't be framed", async ({ owner, openBrowser, site }) => {
  const link = await makeLink(owner, site, MIRA, await addItem(owner, account));
  const guest = await openBrowser();
  const answer = await guest.goto(link.url);
  const headers = answer?.headers() ?? {};
  expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
  expect(headers["x-frame-options"]).toBe("DENY");
  expect(headers["referrer-policy"]).toBe("no-referrer");
  expect(headers["cache-control"]).toContain("no-store");
  await arrive(guest, link);
});

async function expectNothingOf(page: Page): Promise<void> {
  const content = await page.content();
  for (const part of [account.name, account.username, account.password, account.mfa, account.app]) {
    expect(content).not.toContain(part);
  }
}
