// Passkeys, with a browser and an authenticator that mean it: registered, signed in with, used to
// confirm a public link, removed.

import type { Page } from "@playwright/test";

import { ask, call } from "../support/api";
import { Authenticator } from "../support/authenticator";
import { account, addItem } from "../support/items";
import { mails } from "../support/mailbox";
import { expect, MIRA, test } from "../support/test";
import { stop } from "../support/tour";
import { askForLink, linkShown, title } from "../support/ui";

async function openProfile(page: Page): Promise<void> {
  await page.goto("/");
  await page.getByRole("button", { name: /Your menu/ }).first().click();
  await page.getByRole("menuitem", { name: "Profile" }).click();
  await expect(title(page, "Profile")).toBeVisible();
}

async function addPasskey(page: Page, name: string): Promise<void> {
  await page.getByLabel("Name of the passkey").fill(name);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await expect(page.getByText(`${name} can be used to sign in now.`)).toBeVisible();
}

/** Signs out, and stops at the sign-in page. */
async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: /Your menu/ }).first().click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(title(page, "Sign in")).toBeVisible();
}

test("register, name, rename and remove", async ({ owner }) => {
  const authenticator = await Authenticator.in(owner);
  await openProfile(owner);
  await expect(owner.getByText("You have no passkey yet.")).toBeVisible();
  await stop(owner, "profile-no-passkey");
  await addPasskey(owner, "Work laptop");
  await expect(owner.getByRole("listitem").filter({ hasText: "Work laptop" })).toContainText("not used yet");
  await stop(owner, "profile-passkey");
  expect(await authenticator.passkeys()).toMatchObject([{ rpId: "localhost", isResidentCredential: true }]);

  // The same authenticator again: told, and nothing is lost.
  await owner.getByLabel("Name of the passkey").fill("Twice");
  await owner.getByRole("button", { name: "Add a passkey" }).click();
  await expect(owner.getByText(/This device has a passkey for you already/)).toBeVisible();
  await expect(owner.getByLabel("Name of the passkey")).toHaveValue("Twice");

  await owner.getByRole("button", { name: "Rename Work laptop" }).click();
  await owner.getByRole("dialog").getByLabel("Name of the passkey").fill("Old laptop");
  await owner.keyboard.press("Enter");
  await owner.getByRole("button", { name: "Remove Old laptop" }).click();
  await owner.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
  await expect(owner.getByText("You have no passkey yet.")).toBeVisible();
});

test("sign in without typing a name, until it is removed", async ({ owner }) => {
  const authenticator = await Authenticator.in(owner);
  await openProfile(owner);
  await addPasskey(owner, "Work laptop");
  const signIn = owner.getByRole("button", { name: "Sign in with a passkey" });

  // Nobody touches it, so that the field's offer stays one, and only the button asks.
  await authenticator.present(false);
  await signOut(owner);
  await stop(owner, "sign-in");
  await authenticator.present(true);
  await signIn.click();
  await expect(title(owner, "All accounts")).toBeVisible();
  const { member } = await ask<{ member: { email: string } }>(owner, "GET", "/session");
  expect(member.email).toBe(MIRA);

  const { passkeys } = await ask<{ passkeys: { id: string; last_used_at: number | null }[] }>(owner, "GET", "/passkeys");
  expect(passkeys[0]?.last_used_at).not.toBeNull();
  await ask(owner, "DELETE", `/passkeys/${passkeys[0]?.id}`);

  // The authenticator still has it; here it is nothing any more.
  await authenticator.present(false);
  await signOut(owner);
  await authenticator.present(true);
  await signIn.click();
  await expect(owner.getByText(/or it was removed/)).toBeVisible();
  expect((await call(owner, "GET", "/session")).status).toBe(401);
});

test("confirm a public link instead of by mail", async ({ owner, site }) => {
  await Authenticator.in(owner);
  await openProfile(owner);
  await addPasskey(owner, "Work laptop");
  await addItem(owner, account);
  await owner.goto("/accounts");
  const waiting = await askForLink(owner, account.name);
  await stop(owner, "share-waiting-passkey");
  await waiting.getByRole("button", { name: "Use my passkey" }).click();
  const { url } = await linkShown(owner);
  expect(url).toMatch(new RegExp(`^${site.origin}/s#1[\\w-]{43}$`));
});

test("picked from what the browser fills in", async ({ owner }) => {
  await Authenticator.in(owner);
  await openProfile(owner);
  await addPasskey(owner, "Phone");
  // With somebody there, the virtual authenticator picks what the field offers by itself.
  await owner.getByRole("button", { name: /Your menu/ }).first().click();
  const finished = owner.waitForResponse("**/api/v1/sign-in/passkey/finish");
  await owner.getByRole("menuitem", { name: "Sign out" }).click();
  await finished;
  await expect(title(owner, "All accounts")).toBeVisible();
});

test("a wrong finger changes nothing, and says so", async ({ owner }) => {
  const authenticator = await Authenticator.in(owner);
  await openProfile(owner);
  await addPasskey(owner, "Laptop");
  await authenticator.verified(false);
  await addItem(owner, account);
  await owner.goto("/accounts");
  const waiting = await askForLink(owner, account.name);
  const use = waiting.getByRole("button", { name: "Use my passkey" });
  await use.click();
  await expect(waiting.getByText(/No passkey was used/)).toBeVisible();
  await authenticator.verified(true);
  await use.click();
  await linkShown(owner);
});

test("where a passkey is wanted no mail is sent, and whoever has none learns how to add one", async ({ owner, site }) => {
  await Authenticator.in(owner);
  await addItem(owner, account);
  await owner.goto("/");
  await owner.getByRole("link", { name: "Settings" }).click();
  await expect(title(owner, "Settings")).toBeVisible();
  const rule = owner.getByRole("radiogroup", { name: "Confirming public links" });
  await expect(rule.getByLabel("By mail or by a passkey")).toBeChecked();
  await rule.getByLabel("By a passkey only").check();
  const part = owner.getByRole("region", { name: "Confirming public links" });
  await part.getByRole("button", { name: "Save" }).click();
  await expect(owner.getByText(/Saved\. It counts from now on/)).toBeVisible();
  await stop(owner, "settings");

  const before = await mails(site);
  await owner.goto("/accounts");
  const dialog = await askForLink(owner, account.name);
  await expect(dialog.getByText("You need a passkey for this")).toBeVisible();
  await stop(owner, "share-passkey-missing");
  await dialog.getByRole("link", { name: "Add a passkey" }).click();
  await expect(title(owner, "Profile")).toBeVisible();
  await addPasskey(owner, "Laptop");

  await owner.goto("/accounts");
  const waiting = await askForLink(owner, account.name);
  await expect(waiting.getByText(/links confirmed by a passkey/)).toBeVisible();
  await expect(waiting.getByLabel("Match code")).toBeHidden();
  await stop(owner, "share-waiting-passkey-only");
  // By keyboard alone.
  await waiting.getByRole("button", { name: "Use my passkey" }).focus();
  await owner.keyboard.press("Enter");
  await linkShown(owner);
  expect((await mails(site)).length).toBe(before.length);
});

test("where a fresh proof of identity is wanted, a passkey gives it and the work goes on", async ({ owner }) => {
  await Authenticator.in(owner);
  await openProfile(owner);
  await addPasskey(owner, "Laptop");
  // The server wants one ten minutes after signing in; here it does at the first try.
  let wanted = true;
  await owner.route("**/api/v1/passkeys/pky_*", async (route) => {
    if (!wanted) return route.continue();
    const problem = { code: "step_up_needed", detail: "Sign in again.", status: 403 };
    return route.fulfill({ status: 403, contentType: "application/problem+json", json: problem });
  });
  await owner.getByRole("button", { name: "Remove Laptop" }).click();
  await owner.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
  const proof = owner.getByRole("dialog", { name: "Sign in again to go on" });
  await expect(proof.getByRole("button", { name: "Use my passkey" })).toBeVisible();
  await stop(owner, "step-up-passkey");
  wanted = false;
  const before = (await owner.context().cookies()).find(({ name }) => name === "__Host-session");
  await proof.getByRole("button", { name: "Use my passkey" }).click();
  await expect(owner.getByText("You have no passkey yet.")).toBeVisible();
  await expect(owner.getByRole("alertdialog")).toBeHidden();
  const after = (await owner.context().cookies()).find(({ name }) => name === "__Host-session");
  expect(after?.value).not.toBe(before?.value);
});

test("a browser without passkeys is told, and signs in by mail", async ({ owner, openBrowser }) => {
  const old = { content: "delete globalThis.PublicKeyCredential" };
  await owner.addInitScript(old);
  await openProfile(owner);
  await expect(owner.getByText("This browser can't use passkeys.", { exact: false })).toBeVisible();
  await expect(owner.getByRole("button", { name: "Add a passkey" })).toBeHidden();
  const anon = await openBrowser();
  await anon.addInitScript(old);
  await anon.goto("/");
  await expect(anon.getByRole("button", { name: "Send me the mail" })).toBeVisible();
  await expect(anon.getByRole("button", { name: "Sign in with a passkey" })).toBeHidden();
});
