// Recipients on trains, behind firewalls, with cautious browsers.

import { arrive, heading, viewButton, WAITING } from "../support/guest";
import { account, addItem, makeLink } from "../support/items";
import { expect, MIRA, test } from "../support/test";

test("offline in front of the button: nothing is lost, and it goes on by itself", async ({ owner, openBrowser, site }) => {
  const link = await makeLink(owner, site, MIRA, await addItem(owner, account), { one_time: true });
  const guest = await openBrowser();
  await arrive(guest, link);
  await guest.context().setOffline(true);
  await viewButton(guest).click();
  const again = guest.getByRole("button", { name: "Try again" });
  await expect(again).toBeVisible();
  await guest.context().setOffline(false);
  await again.click();
  await expect(guest.getByText(account.username, { exact: true })).toBeVisible();
});

test("offline before the first answer: the page says so and can try again", async ({ owner, openBrowser, site }) => {
  const link = await makeLink(owner, site, MIRA, await addItem(owner, account));
  const guest = await openBrowser();
  await guest.route("**/api/v1/guest/peek", (route) => route.abort("internetdisconnected"), { times: 1 });
  await guest.goto(link.url);
  await expect(heading(guest, "You seem to be offline")).toBeVisible();
  await guest.getByRole("button", { name: "Try again" }).click();
  await expect(heading(guest, WAITING)).toBeVisible();
  await expect(viewButton(guest)).toBeEnabled();
});

test("too many requests: the page waits as long as it is told to", async ({ owner, openBrowser, site }) => {
  const link = await makeLink(owner, site, MIRA, await addItem(owner, account));
  const guest = await openBrowser();
  await guest.route("**/api/v1/guest/peek", (route) => route.fulfill({
    status: 429,
    contentType: "application/problem+json",
    headers: { "retry-after": "2" },
    body: JSON.stringify({ type: "about:blank", code: "too_many", title: "Slow down", detail: "", status: 429, fields: [], retry_after: 2 }),
  }), { times: 1 });
  await guest.goto(link.url);
  await expect(heading(guest, "One moment, please")).toBeVisible();
  const again = guest.getByRole("button", { name: "Try again", exact: true });
  await again.click();
  await expect(viewButton(guest)).toBeEnabled();
});

test("a browser that keeps no cookies gets a one-time item, exactly once", async ({ owner, openBrowser, site }) => {
  const link = await makeLink(owner, site, MIRA, await addItem(owner, account), { one_time: true });
  const guest = await openBrowser();
  // As where cookies are blocked: the page is told, nothing is stored, nothing is sent.
  await guest.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, "cookieEnabled", { get: () => false });
  });
  await guest.route("**/api/v1/**", async (route) => {
    const { cookie: _, ...headers } = await route.request().allHeaders();
    const answer = await route.fetch({ headers });
    const kept = { ...answer.headers() };
    delete kept["set-cookie"];
    await route.fulfill({ response: answer, headers: kept });
  });
  await arrive(guest, link);
  await viewButton(guest).click();
  await expect(guest.getByText(account.username, { exact: true })).toBeVisible();
  expect(await guest.context().cookies()).toEqual([]);

  const second = await openBrowser();
  await second.goto(link.url);
  await expect(heading(second, "This link doesn’t open anything")).toBeVisible();
});

test("an altered ciphertext is refused, and nothing of it shown", async ({ owner, openBrowser, site }) => {
  const link = await makeLink(owner, site, MIRA, await addItem(owner, account));
  const guest = await openBrowser();
  await guest.route("**/api/v1/guest/claim", async (route) => {
    const answer = await route.fetch();
    const claimed = (await answer.json()) as { header: { expires_at: number } };
    // A server that moves an expiry.
    claimed.header.expires_at += 60;
    await route.fulfill({ response: answer, json: claimed });
  });
  await arrive(guest, link);
  await viewButton(guest).click();
  await expect(heading(guest, "This item could not be opened safely")).toBeVisible();
  expect(await guest.content()).not.toContain(account.username);
});
