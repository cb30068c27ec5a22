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

/** What two tabs of one browser begin with: both show Larkfield Studio, and Harbour is open to its owner. */
async function twoTabs(owner: Page, zoe: Page, site: Site): Promise<Page> {
  await zoe.goto(await site.addWorkspace("Harbour", ZOE));
  await signInAt(zoe, site, ZOE.email);
  await ask(zoe, "POST", "/members", { email: MIRA, first_name: "Mira", last_name: "Okafor", role: "admin" });
  await owner.goto("/accounts");
  const second = await owner.context().newPage();
  await second.goto("/accounts");
  await expect(workspace(second, "Larkfield Studio")).toBeVisible();
  return second;
}

async function goTo(page: Page, name: RegExp): Promise<void> {
  await (await openMenu(page)).getByRole("menuitem", { name }).click();
  await expect(workspace(page, "Harbour")).toBeVisible();
}

test("what is typed in a tab of one workspace isn't saved in another, and isn't lost", async ({ owner, openBrowser, site }) => {
  const second = await twoTabs(owner, await openBrowser(), site);
  await second.getByRole("button", { name: "Add account" }).first().click();
  const form = second.getByRole("dialog", { name: "Add account" });
  await form.getByLabel("Name", { exact: true }).fill("Harbour crane");
  await goTo(owner, /Harbour/);

  const asked = second.getByRole("dialog", { name: "Another workspace is open now" });
  await expect(asked).toContainText("went on in Harbour. This page still shows Larkfield Studio");
  await expect(asked.getByRole("button", { name: "Back to Larkfield Studio" })).toBeFocused();
  await expectAccessible(second, "another workspace is open");
  await second.keyboard.press("Escape");
  await expect(asked).toBeHidden();

  // It is the server that refuses, and the page asks once more.
  const refused = second.waitForResponse((answer) => answer.request().method() === "POST" && answer.url().endsWith("/api/v1/items"));
  await form.getByRole("button", { name: "Add account" }).click();
  expect((await refused).status()).toBe(409);
  await expect(asked).toBeVisible();
  expect((await ask<{ items: unknown[] }>(owner, "GET", "/items?kind=account")).items).toHaveLength(0);
  await asked.getByRole("button", { name: "Back to Larkfield Studio" }).click();
  await expect(asked).toBeHidden();
  await expect(form.getByLabel("Name", { exact: true })).toHaveValue("Harbour crane");
  await form.getByRole("button", { name: "Add account" }).click();
  await expect(title(second, "Harbour crane")).toBeVisible();
  await expect(workspace(second, "Larkfield Studio")).toBeVisible();
  // The tab that had gone on follows.
  await expect(workspace(owner, "Larkfield Studio")).toBeVisible();
});

test("a tab that is left behind goes on in the other workspace when its form is given up", async ({ owner, openBrowser, site }) => {
  const second = await twoTabs(owner, await openBrowser(), site);
  await second.goto("/settings");
  const name = second.getByRole("region", { name: "Workspace", exact: true }).getByLabel("Name");
  await name.fill("Larkfield & Sons");
  await goTo(owner, /Harbour/);
  const asked = second.getByRole("dialog", { name: "Another workspace is open now" });
  await expect(asked).toBeVisible();
  await second.keyboard.press("Escape");
  await expect(name).toHaveValue("Larkfield & Sons");
  await second.getByRole("region", { name: "Workspace", exact: true }).getByRole("button", { name: "Save" }).click();
  await asked.getByRole("button", { name: "Go on in Harbour" }).click();
  await expect(workspace(second, "Harbour")).toBeVisible();

  await (await openMenu(second)).getByRole("menuitem", { name: /Larkfield Studio/ }).click();
  await expect(workspace(second, "Larkfield Studio")).toBeVisible();
  await second.goto("/members");
  await second.getByRole("button", { name: "Invite member" }).click();
  await second.getByLabel("First name").fill("Noor");
  await expect(workspace(owner, "Larkfield Studio")).toBeVisible();
  await goTo(owner, /Harbour/);
  await expect(asked).toBeVisible();
  await second.keyboard.press("Escape");
  await expect(asked).toBeHidden();
  const invite = second.getByRole("dialog", { name: "Invite a member" });
  await invite.getByRole("button", { name: "Cancel" }).click();
  await invite.getByRole("button", { name: "Discard" }).click();
  await expect(workspace(second, "Harbour")).toBeVisible();
});
