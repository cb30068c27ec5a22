// Several workspaces: their own sign-in pages, and going from one to another.

import type { Locator, Page } from "@playwright/test";

import { ask, call } from "../support/api";
import { expectAccessible } from "../support/axe";
import { account, addItem } from "../support/items";
import { linkIn, mails, mailWithLink } from "../support/mailbox";
import type { Site } from "../support/site";
import { expect, MIRA, test } from "../support/test";
import { title } from "../support/ui";

const ZOE = { email: "zoe@harbour.example", first: "Zoe", last: "Novak" };

/** Presses the button on a workspace's sign-in page and the one in the mail. */
async function signInAt(page: Page, site: Site, email: string): Promise<void> {
  const known = await mails(site);
  await page.getByLabel("E-mail address").fill(email);
  await page.getByRole("button", { name: "Send me the mail" }).click();
  const mail = await mailWithLink(site, email, known);
  const other = await page.context().newPage();
  await other.goto(linkIn(mail));
  await expect(title(page, "All accounts")).toBeVisible();
  await other.close();
}

async function openMenu(page: Page): Promise<Locator> {
  await page.getByRole("button", { name: /Your menu/ }).first().click();
  const menu = page.getByRole("menu");
  await expect(menu.getByText("Your workspaces")).toBeVisible();
  return menu;
}

function workspace(page: Page, name: string): Locator {
  return page.getByRole("complementary").getByText(name, { exact: true });
}

test("an invited member joins another workspace and goes back and forth", async ({ owner, openBrowser, site }) => {
  const address = await site.addWorkspace("Harbour", ZOE);
  const zoe = await openBrowser();
  await zoe.goto(address);
  await expect(zoe.getByText("Harbour", { exact: true })).toBeVisible();
  await expectAccessible(zoe, "the sign-in page of a workspace");
  await signInAt(zoe, site, ZOE.email);
  await expect(workspace(zoe, "Harbour")).toBeVisible();
  // Alone in one workspace there is nothing to choose.
  await zoe.getByRole("button", { name: /Your menu/ }).first().click();
  await expect(zoe.getByRole("menuitem", { name: "Sign out" })).toBeVisible();
  await expect(zoe.getByText("Your workspaces")).toHaveCount(0);
  await ask(zoe, "POST", "/members", { email: MIRA, first_name: "Mira", last_name: "Okafor", role: "user" });

  const item = await addItem(owner, account);
  await owner.goto("/accounts");
  const second = await owner.context().newPage();
  await second.goto("/accounts");
  await expect(workspace(second, "Larkfield Studio")).toBeVisible();
  const menu = await openMenu(owner);
  await expect(menu.getByRole("menuitem", { name: /Larkfield Studio/ })).toHaveAttribute("aria-current", "true");
  await expect(menu.getByRole("menuitem", { name: /Harbour/ })).toContainText("You are invited: join");
  await expectAccessible(owner, "the switcher");
  await menu.getByRole("menuitem", { name: /Harbour/ }).click();
  await expect(workspace(owner, "Harbour")).toBeVisible();
  await expect(title(owner, "All accounts")).toBeVisible();
  await expect(owner.getByText(item.name)).toHaveCount(0);
  expect((await call(owner, "GET", `/items/${item.id}`)).status).toBe(404);
  // The other tab of this browser noticed.
  await expect(workspace(second, "Harbour")).toBeVisible();

  await (await openMenu(owner)).getByRole("menuitem", { name: /Larkfield Studio/ }).click();
  await expect(workspace(owner, "Larkfield Studio")).toBeVisible();
  await expect(owner.getByText(item.name).first()).toBeVisible();
});

test("with several workspaces each is found again by its own page", async ({ owner, openBrowser, site }) => {
  const address = await site.addWorkspace("Harbour", ZOE);
  await owner.goto("/accounts");
  await expect(workspace(owner, "Larkfield Studio")).toBeVisible();
  await owner.goto(address);
  await expect(owner.getByText("You are signed in to Larkfield Studio.")).toBeVisible();
  await owner.getByRole("link", { name: "Stay in Larkfield Studio" }).click();
  await expect(title(owner, "All accounts")).toBeVisible();
  await owner.getByRole("button", { name: /Your menu/ }).first().click();
  await owner.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(title(owner, "Sign in")).toBeVisible();
  await owner.getByRole("link", { name: "Larkfield Studio" }).click();
  await expect(owner.getByText("Larkfield Studio", { exact: true })).toBeVisible();
  await signInAt(owner, site, MIRA);
  await expect(workspace(owner, "Larkfield Studio")).toBeVisible();

  const stranger = await openBrowser();
  await stranger.goto("/");
  await expect(title(stranger, "Sign in")).toBeVisible();
  await expect(stranger.getByLabel("E-mail address")).toBeVisible();
  await expect(stranger.getByText(/Larkfield|Harbour/)).toHaveCount(0);
  await stranger.goto(`${address.slice(0, -4)}0000`);
  await expect(title(stranger, "There is no such workspace")).toBeVisible();
  await expectAccessible(stranger, "no such workspace");
  await stranger.getByRole("link", { name: "Sign in by mail" }).click();
  await expect(stranger.getByLabel("E-mail address")).toBeVisible();
});
