// What members do in the app, by the words they see.

import { expect, type Locator, type Page } from "@playwright/test";

export function card(page: Page, name: string): Locator {
  return page.getByRole("article").filter({ has: page.getByRole("heading", { name, exact: true }) });
}

/** Opens the share menu of a card and picks "Share via public link". */
export async function openLinkDialog(page: Page, name: string): Promise<Locator> {
  await page.getByRole("button", { name: `Share ${name}`, exact: true }).click();
  await page.getByRole("menuitem", { name: "Share via public link" }).click();
  const dialog = page.getByRole("dialog", { name: /^Share (these credentials|this secret) via a link$/ });
  await expect(dialog).toBeVisible();
  return dialog;
}

/** From the list to "Confirm your identity to get the link". */
export async function askForLink(page: Page, name: string, choose?: (dialog: Locator) => Promise<void>): Promise<Locator> {
  const dialog = await openLinkDialog(page, name);
  await choose?.(dialog);
  await dialog.getByRole("button", { name: "Get link" }).click();
  const waiting = page.getByRole("dialog", { name: "Confirm your identity to get the link" });
  await expect(waiting).toBeVisible();
  return waiting;
}

/** The six digits that a waiting page or dialog shows. */
export async function matchCode(waiting: Page | Locator): Promise<string> {
  const shown = waiting.getByLabel("Match code");
  await expect(shown).toHaveText(/^\s*\d{3}\s*\d{3}\s*$/);
  return (await shown.innerText()).replace(/\s/g, "");
}

/** The link in the result dialog; it has to appear by itself. */
export async function linkShown(page: Page): Promise<{ dialog: Locator; url: string }> {
  const dialog = page.getByRole("dialog").filter({ has: page.getByRole("button", { name: "Done" }) });
  await expect(dialog).toBeVisible();
  const field = dialog.getByLabel("Public link");
  await expect(field).toBeVisible();
  const url = await field.evaluate((element) =>
    element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement
      ? element.value
      : (element.textContent ?? ""),
  );
  return { dialog, url: url.trim() };
}

/** Asks for the sign-in mail and stops in front of "Check your mail". */
export async function askToSignIn(page: Page, email: string): Promise<void> {
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
  await page.getByLabel("E-mail address").fill(email);
  await page.getByRole("button", { name: "Send me the mail" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Check your mail" })).toBeVisible();
}

/** Presses the button of the newest mail in the demo's mailbox; gives the page it opens. */
export async function pressInMailbox(mailbox: Page, button: "Sign in" | "Confirm my identity"): Promise<Page> {
  const [opened] = await Promise.all([
    mailbox.waitForEvent("popup"),
    mailbox.getByRole("link", { name: button, exact: true }).click(),
  ]);
  return opened;
}

export function title(page: Page, name: string | RegExp): Locator {
  return page.getByRole("heading", { level: 1, name });
}
