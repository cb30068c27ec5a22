// Everything works without a pointer, and it always shows where one is.

import type { Locator, Page } from "@playwright/test";

import { pasted } from "../support/clipboard";
import { heading, viewButton, WAITING } from "../support/guest";
import { account, addItem, makeLink } from "../support/items";
import { expect, MIRA, test } from "../support/test";

test("asking for a link: menu, dialog, and back to where it began", async ({ owner }) => {
  await addItem(owner, account);
  await owner.goto("/accounts");
  const share = owner.getByRole("button", { name: `Share ${account.name}`, exact: true });
  await share.focus();
  await owner.keyboard.press("Enter");
  await expect(owner.getByRole("menuitem", { name: "Share item" })).toBeFocused();
  await owner.keyboard.press("ArrowDown");
  await expect(owner.getByRole("menuitem", { name: "Share via public link" })).toBeFocused();
  await owner.keyboard.press("Enter");

  const dialog = owner.getByRole("dialog", { name: "Share these credentials via a link" });
  await expect(dialog.getByLabel("This link expires in")).toBeFocused();
  for (let stop = 0; stop < 12; stop += 1) {
    await owner.keyboard.press("Tab");
    await expect(dialog.locator(":focus")).toHaveCount(1);
    await expectFocusShown(dialog.locator(":focus"));
  }
  await owner.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(share).toBeFocused();
});

test("search opens with a slash and finds an item", async ({ owner }) => {
  const item = await addItem(owner, account);
  await owner.goto("/secrets");
  await expect(heading(owner, "Secrets")).toBeVisible();
  await owner.keyboard.press("/");
  await expect(owner.getByRole("dialog").locator(":focus")).toHaveCount(1);
  await owner.keyboard.type(account.name);
  await expect(owner.getByRole("dialog").getByText(account.name).first()).toBeVisible();
  await owner.keyboard.press("Enter");
  await expect(owner).toHaveURL(new RegExp(`/items/${item.id}$`));
});

test("a recipient views and copies without a pointer", async ({ owner, openBrowser, site }) => {
  const link = await makeLink(owner, site, MIRA, await addItem(owner, account));
  const guest = await openBrowser({ permissions: ["clipboard-write"] });
  await guest.goto(link.url);
  await expect(heading(guest, WAITING)).toBeVisible();
  await expect(viewButton(guest)).toBeEnabled();
  await tabTo(guest, viewButton(guest));
  await guest.keyboard.press("Enter");
  await expect(heading(guest, /shared an account with you/)).toBeVisible();
  const copy = guest.getByRole("button", { name: "Copy password" });
  await tabTo(guest, copy);
  await guest.keyboard.press("Enter");
  await expect(copy).toContainText("Copied");
  expect(await pasted(guest)).toBe(account.password);
});

async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let press = 0; press < 20; press += 1) {
    await page.keyboard.press("Tab");
    if (await target.evaluate((element) => element === document.activeElement)) {
      await expectFocusShown(target);
      return;
    }
  }
  throw new Error("twenty presses of Tab don't lead there");
}

async function expectFocusShown(focused: Locator): Promise<void> {
  const shown = await focused.evaluate((element) => {
    // A check box may show it on its label.
    const candidates = [element, element.parentElement, element.nextElementSibling].filter((each) => each !== null);
    return candidates.some((each) => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each);
      return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
    });
  });
  expect(shown, "focus is visible").toBe(true);
}
