// A one-time link: one browser gets the item, and gets it for certain.

import { ask, call } from "../support/api";
import { arrive, GONE, heading, view, viewButton } from "../support/guest";
import { account, addItem, makeLink } from "../support/items";
import { expect, MIRA, test } from "../support/test";

const ONCE = { one_time: true };

test("the second browser finds a spent link and can raise the alarm", async ({ owner, openBrowser, site }) => {
  const item = await addItem(owner, account);
  const link = await makeLink(owner, site, MIRA, item, ONCE);
  const [first, second] = [await openBrowser(), await openBrowser()];

  await view(first, link);
  await expect(first.getByText("You can view this link only 1 time.")).toBeVisible();

  await second.goto(link.url);
  await expect(heading(second, GONE)).toBeVisible();
  expect(await second.content()).not.toContain(account.name);
  await expect(second.locator("input, textarea, form")).toHaveCount(0);

  await second.getByRole("button", { name: "This wasn’t me" }).click();
  await expect(second.getByRole("heading", { name: "The sender has been told" })).toBeVisible();
  const links = await ask<{ links: { disputed_at: number | null }[] }>(owner, "GET", `/items/${item.id}/links`);
  expect(links.links[0]?.disputed_at).not.toBeNull();
});

test("whoever waited on the page while another browser viewed is told so", async ({ owner, openBrowser, site }) => {
  const link = await makeLink(owner, site, MIRA, await addItem(owner, account), ONCE);
  const [quick, slow] = [await openBrowser(), await openBrowser()];
  await arrive(slow, link);
  await view(quick, link);
  await viewButton(slow).click();
  await expect(heading(slow, GONE)).toBeVisible();
  expect(await slow.content()).not.toContain(account.password);
});

test("an answer that got lost is given again to the same browser, and to no other", async ({ owner, openBrowser, site }) => {
  const link = await makeLink(owner, site, MIRA, await addItem(owner, account), ONCE);
  const [guest, other] = [await openBrowser(), await openBrowser()];
  await arrive(guest, link);
  // The server answers, and the answer never arrives.
  await guest.route("**/api/v1/guest/claim", async (route) => {
    expect((await route.fetch()).status()).toBe(200);
    await route.abort("connectionreset");
  }, { times: 1 });
  await viewButton(guest).click();
  await expect(heading(guest, "The connection broke")).toBeVisible();

  await other.goto(link.url);
  await expect(heading(other, GONE)).toBeVisible();

  await guest.getByRole("button", { name: "Try again" }).click();
  await expect(heading(guest, "Mira Okafor shared an account with you")).toBeVisible();
  await expect(guest.getByText(account.username, { exact: true })).toBeVisible();
});

test("a server that dies after giving the item away still knows to whom", async ({ owner, openBrowser, site }) => {
  const link = await makeLink(owner, site, MIRA, await addItem(owner, account), ONCE);
  const [guest, other] = [await openBrowser(), await openBrowser()];
  await arrive(guest, link);
  await guest.route("**/api/v1/guest/claim", async (route) => {
    await route.fetch();
    await site.crashAndRestart();
    await route.abort("connectionreset");
  }, { times: 1 });
  await viewButton(guest).click();
  await expect(heading(guest, "The connection broke")).toBeVisible();

  await other.goto(link.url);
  await expect(heading(other, GONE)).toBeVisible();

  await guest.getByRole("button", { name: "Try again" }).click();
  await expect(guest.getByText(account.username, { exact: true })).toBeVisible();
});

test("a link for many views opens again in the same and in other browsers", async ({ owner, openBrowser, site }) => {
  const link = await makeLink(owner, site, MIRA, await addItem(owner, account));
  const [first, second] = [await openBrowser(), await openBrowser()];
  await view(first, link);
  await view(second, link);
  await view(first, link);
});

test("a link that was taken back is dead, also for a page that stands open", async ({ owner, openBrowser, site }) => {
  const link = await makeLink(owner, site, MIRA, await addItem(owner, account));
  const guest = await openBrowser();
  await arrive(guest, link);
  expect((await call(owner, "POST", `/links/${link.id}/revoke`)).status).toBe(204);
  await viewButton(guest).click();
  await expect(heading(guest, GONE)).toBeVisible();
});
