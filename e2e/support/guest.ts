// What a recipient does and sees.

import { expect, type Page } from "@playwright/test";

import type { MadeLink } from "./items";

export const WAITING = "A shared item is waiting for you";
export const GONE = "This link doesn’t open anything";

export function heading(page: Page, name: string | RegExp) {
  return page.getByRole("heading", { level: 1, name });
}

/** Opens the link's page and stops in front of the button. */
export async function arrive(page: Page, link: MadeLink): Promise<void> {
  // Going to the address a page already has would only be a change of its fragment.
  if (page.url() === link.url) await page.reload();
  else await page.goto(link.url);
  await expect(heading(page, WAITING)).toBeVisible();
  await expect(viewButton(page)).toBeEnabled();
}

export function viewButton(page: Page) {
  return page.getByRole("button", { name: "View shared item" });
}

/** Opens the link and views the item. */
export async function view(page: Page, link: MadeLink): Promise<void> {
  await arrive(page, link);
  const acknowledged = page.waitForResponse("**/api/v1/guest/ack");
  await viewButton(page).click();
  await expect(heading(page, /shared (an account|a secret) with you/)).toBeVisible();
  expect((await acknowledged).status()).toBe(204);
}
