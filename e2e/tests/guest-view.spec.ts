// What a recipient gets to see, and can do with it.

import { TOTP, URI } from "otpauth";

import { call } from "../support/api";
import { pasted } from "../support/clipboard";
import { arrive, heading, view } from "../support/guest";
import { account, addItem, makeLink, secret } from "../support/items";
import { readQr } from "../support/qr";
import { expect, MIRA, test } from "../support/test";

test("nothing of the item is on the page before the button is pressed", async ({ owner, openBrowser, site }) => {
  const link = await makeLink(owner, site, MIRA, await addItem(owner, account));
  const guest = await openBrowser();
  await arrive(guest, link);
  const page = await guest.content();
  for (const part of [account.name, account.username, account.password, account.mfa, account.website]) {
    expect(page).not.toContain(part);
  }
  await expect(guest.getByText("Mira Okafor")).toBeVisible();
});

test("an account is shown whole, its password masked until asked for", async ({ owner, openBrowser, site }) => {
  const link = await makeLink(owner, site, MIRA, await addItem(owner, account));
  const guest = await openBrowser({ permissions: ["clipboard-write"] });
  await view(guest, link);

  await expect(heading(guest, "Mira Okafor shared an account with you")).toBeVisible();
  await expect(guest.getByText("You can view this item until:")).toBeVisible();
  await expect(guest.getByText("You can view this link only 1 time.")).toHaveCount(0);
  await expect(guest.getByRole("heading", { name: "Login details" })).toBeVisible();
  await expect(guest.getByText(account.username, { exact: true })).toBeVisible();

  const website = guest.getByRole("link", { name: "Go to website" });
  await expect(website).toHaveAttribute("href", account.website);
  await expect(website).toHaveAttribute("rel", /noopener.*noreferrer/);

  expect(await guest.getByRole("main").innerText()).not.toContain(account.password);
  await guest.getByRole("button", { name: "Show password" }).click();
  await expect(guest.getByText(account.password, { exact: true })).toBeVisible();
  await guest.getByRole("button", { name: "Hide password" }).click();
  await expect(guest.getByText(account.password, { exact: true })).toHaveCount(0);

  for (const [name, value] of [
    ["Copy username", account.username],
    ["Copy password", account.password],
  ] as const) {
    const copy = guest.getByRole("button", { name });
    await copy.click();
    await expect(copy).toContainText("Copied");
    expect(await pasted(guest)).toBe(value);
  }
});

test("an account without MFA has no section about it", async ({ owner, openBrowser, site }) => {
  const link = await makeLink(owner, site, MIRA, await addItem(owner, { ...account, mfa: "" }));
  const guest = await openBrowser();
  await view(guest, link);
  await expect(guest.getByRole("heading", { name: "Login details" })).toBeVisible();
  await expect(guest.getByText(/multi-factor|MFA key|authenticator/i)).toHaveCount(0);
  await expect(guest.getByRole("img", { name: /QR/ })).toHaveCount(0);
});

test("the MFA code can be scanned, and an authenticator then shows the app's codes", async ({ owner, openBrowser, site }) => {
  const item = await addItem(owner, account);
  const link = await makeLink(owner, site, MIRA, item);
  const guest = await openBrowser();
  await view(guest, link);

  const scanned = await readQr(guest.getByRole("img", { name: "QR code for an authenticator app" }));
  const totp = URI.parse(scanned);
  if (!(totp instanceof TOTP)) throw new Error(`not a TOTP address: ${scanned}`);
  expect(totp.secret.base32).toBe(account.mfa);

  const key = guest.getByText("MFA key", { exact: true }).locator("xpath=following-sibling::dd[1]");
  expect((await key.innerText()).replace(/\s/g, "")).toBe(account.mfa);

  // Both are asked within one period; a period that ends in between is asked again.
  await expect(async () => {
    const before = totp.generate();
    const live = await call<{ code: string }>(owner, "GET", `/items/${item.id}/code`);
    expect(live.status).toBe(200);
    expect([before, totp.generate()]).toContain(live.body.code);
  }).toPass();
});

test("a secret keeps its line breaks and is text, whatever it looks like", async ({ owner, openBrowser, site }) => {
  const link = await makeLink(owner, site, MIRA, await addItem(owner, secret));
  const guest = await openBrowser({ permissions: ["clipboard-write"] });
  await view(guest, link);
  await expect(heading(guest, "Mira Okafor shared a secret with you")).toBeVisible();
  const body = guest.getByRole("region", { name: "Secret" });
  expect(await body.innerText()).toBe(secret.body);
  await guest.getByRole("button", { name: "Copy secret" }).click();
  expect(await pasted(guest)).toBe(secret.body);
});

test("dates are in the reader's own language and zone", async ({ owner, openBrowser, site }) => {
  const link = await makeLink(owner, site, MIRA, await addItem(owner, account), { expires_in: 86_400 });
  const [near, far] = [
    await openBrowser({ locale: "en-GB", timezoneId: "Europe/Berlin" }),
    await openBrowser({ locale: "en-US", timezoneId: "America/New_York" }),
  ];
  await arrive(near, link);
  await arrive(far, link);
  const shown = [near, far].map((page) => page.locator("main time").first());
  await expect(shown[0]!).toContainText(/CES?T|GMT\+[12]/);
  await expect(shown[1]!).toContainText(/E[SD]T|GMT-[45]/);
});
