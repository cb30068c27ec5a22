// Every page and state of the members' app.

import { signIn } from "../support/api";
import { view } from "../support/guest";
import { account, addItem, makeLink, secret } from "../support/items";
import { linkIn, mails, mailWithLink } from "../support/mailbox";
import { expect, MIRA, test } from "../support/test";
import { still, stop } from "../support/tour";
import { linkShown, openLinkDialog, title } from "../support/ui";

test("lists, search and menus", async ({ openBrowser, site }) => {
  const page = await openBrowser(still);
  await signIn(page, site, MIRA);
  await addItem(page, account);
  await addItem(page, secret);
  await page.goto("/accounts");
  await expect(title(page, "All accounts")).toBeVisible();
  await expect(page.getByRole("article").first()).toBeVisible();
  await stop(page, "accounts");

  await page.getByRole("button", { name: `Share ${account.name}`, exact: true }).click();
  await expect(page.getByRole("menuitem", { name: "Share item" })).toBeVisible();
  await expect(page.getByRole("menuitem", { name: "Share via public link" })).toBeVisible();
  await stop(page, "accounts-share-menu");
  await page.keyboard.press("Escape");

  await page.goto("/secrets");
  await expect(title(page, "Secrets")).toBeVisible();
  await expect(page.getByRole("article").first()).toBeVisible();
  await stop(page, "secrets");

  await page.getByRole("button", { name: /Search/ }).first().click();
  await page.keyboard.type(account.name);
  await expect(page.getByRole("dialog").getByText(account.name).first()).toBeVisible();
  await stop(page, "search");
});

test("adding, editing and deleting", async ({ openBrowser, site }) => {
  const page = await openBrowser(still);
  await signIn(page, site, MIRA);
  await page.goto("/accounts");
  await page.getByRole("button", { name: "Add account" }).first().click();
  const add = page.getByRole("dialog", { name: "Add account" });
  await expect(add).toBeVisible();
  await stop(page, "add-account");
  await add.getByRole("button", { name: "Add account" }).click();
  await expect(add.getByText("Give it a name.")).toBeVisible();
  await stop(page, "add-account-refused");
  await add.getByLabel("Name", { exact: true }).fill(account.name);
  await add.getByLabel("Username").fill(account.username);
  await add.getByRole("button", { name: "Add account" }).click();
  await expect(add).toBeHidden();

  await page.goto("/secrets");
  await page.getByRole("button", { name: "Add secret" }).first().click();
  await expect(page.getByRole("dialog", { name: "Add secret" })).toBeVisible();
  await stop(page, "add-secret");

  await page.goto("/accounts");
  await page.getByRole("button", { name: `More for ${account.name}`, exact: true }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  await expect(page.getByRole("dialog", { name: "Edit account" })).toBeVisible();
  await stop(page, "edit-account");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: `More for ${account.name}`, exact: true }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await expect(page.getByRole("heading", { name: `Delete ${account.name}?` })).toBeVisible();
  await stop(page, "delete-account");
});

test("sharing by a public link", async ({ openBrowser, site }) => {
  const page = await openBrowser(still);
  await signIn(page, site, MIRA);
  await addItem(page, account);
  await page.goto("/accounts");
  const dialog = await openLinkDialog(page, account.name);
  await stop(page, "share-terms");
  const known = await mails(site);
  await dialog.getByRole("button", { name: "Get link" }).click();
  await expect(page.getByRole("dialog", { name: "Confirm your identity to get the link" })).toBeVisible();
  const mail = await mailWithLink(site, MIRA, known);
  await stop(page, "share-waiting");
  const other = await page.context().newPage();
  await other.goto(linkIn(mail));
  await expect(title(other, "Confirmed")).toBeVisible();
  await stop(other, "confirm-link-confirmed");
  await other.close();
  await linkShown(page);
  await stop(page, "share-result");
});

test("an account with a viewed link, and a secret", async ({ openBrowser, site }) => {
  const page = await openBrowser(still);
  await signIn(page, site, MIRA);
  const item = await addItem(page, { ...account, notes: "Billing questions go to finance." });
  await view(await openBrowser(), await makeLink(page, site, MIRA, item, { one_time: true }));
  await page.goto(`/items/${item.id}`);
  await expect(page.getByRole("heading", { name: item.name }).first()).toBeVisible();
  await expect(page.getByText("Viewed", { exact: true }).first()).toBeVisible();
  await stop(page, "item-account");
  await page.getByRole("button", { name: "Show password" }).click();
  await expect(page.getByText(account.password)).toBeVisible();
  await stop(page, "item-account-revealed");

  const note = await addItem(page, secret);
  await page.goto(`/items/${note.id}`);
  await expect(page.getByRole("heading", { name: note.name }).first()).toBeVisible();
  await stop(page, "item-secret");
  await page.goto(`/items/${item.id.slice(0, -1)}${item.id.endsWith("0") ? "1" : "0"}`);
  await expect(page.getByRole("heading", { name: "This item isn't here" }).first()).toBeVisible();
  await stop(page, "item-missing");
});

test("people and activity", async ({ openBrowser, site }) => {
  const page = await openBrowser(still);
  await signIn(page, site, MIRA);
  const item = await addItem(page, account);
  await page.goto("/members");
  await expect(title(page, "Members")).toBeVisible();
  await expect(page.getByText(MIRA).first()).toBeVisible();
  await stop(page, "members");
  await page.getByRole("button", { name: /Invite/ }).first().click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await stop(page, "invite");
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: /More for Anneliese/ }).click();
  await expect(page.getByRole("menuitem", { name: "Remove…" })).toBeVisible();
  await stop(page, "member-menu");
  await page.getByRole("menuitem", { name: "Remove…" }).click();
  await expect(page.getByRole("dialog", { name: /^Remove / })).toBeVisible();
  await expect(page.getByLabel("Who takes over")).toBeVisible();
  await stop(page, "member-remove");
  await page.keyboard.press("Escape");

  await page.goto("/profile");
  await expect(title(page, "Profile")).toBeVisible();
  await expect(page.getByText("This browser", { exact: true })).toBeVisible();
  await expect(page.getByText("You have no passkey yet.")).toBeVisible();
  await stop(page, "profile");

  await page.goto("/settings");
  await expect(page.getByRole("radiogroup", { name: "Confirming public links" })).toBeVisible();
  await stop(page, "settings");

  await page.goto("/activity");
  await expect(title(page, "Activity")).toBeVisible();
  await expect(page.getByText(item.name).first()).toBeVisible();
  await stop(page, "activity");

  await page.goto("/accounts");
  await page.getByRole("button", { name: `Share ${item.name}`, exact: true }).click();
  await page.getByRole("menuitem", { name: "Share item" }).click();
  await expect(page.getByRole("dialog", { name: "Share item" })).toBeVisible();
  await stop(page, "share-item");

  await page.goto("/no-such-page");
  await expect(page.getByRole("heading", { name: "There is no such page" }).first()).toBeVisible();
  await stop(page, "unknown-page");
});
