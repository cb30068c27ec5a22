// Every page and state that somebody without an account can come to.

import { call, signIn } from "../support/api";
import { arrive, GONE, heading, view, viewButton } from "../support/guest";
import { account, addItem, makeLink, secret } from "../support/items";
import { linkIn, mails, mailWithLink } from "../support/mailbox";
import { expect, MIRA, test } from "../support/test";
import { still, stop } from "../support/tour";
import { askForLink, askToSignIn } from "../support/ui";

const LONG = "Verwaltungszugangsdaten für den Domänenregistrar und alle geparkten Länderdomänen ".repeat(2).trim();

test("pages around", async ({ openBrowser }) => {
  const page = await openBrowser(still);
  for (const [path, name] of [
    ["/security-considerations", "security-considerations"],
    ["/about-links", "about-links"],
  ] as const) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await stop(page, name);
  }
});

test("before and after an account is viewed", async ({ owner, openBrowser, site }) => {
  const item = await addItem(owner, account);
  const link = await makeLink(owner, site, MIRA, item, { one_time: true, expires_in: 86_400 });
  const page = await openBrowser(still);

  let answer = () => {};
  const held = new Promise<void>((go) => {
    answer = go;
  });
  await page.route("**/api/v1/guest/peek", async (route) => {
    await held;
    await route.continue();
  }, { times: 1 });
  await page.goto(link.url);
  await expect(viewButton(page)).toBeDisabled();
  await stop(page, "guest-loading");
  answer();
  await expect(viewButton(page)).toBeEnabled();
  await stop(page, "guest-waiting-one-time");

  await view(page, link);
  await expect(page.getByRole("img", { name: "QR code for an authenticator app" })).toBeVisible();
  // Nobody can scan the screen they hold.
  const opens = page.getByRole("link", { name: "Open in authenticator" });
  await expect(opens).toBeVisible({ visible: test.info().project.name.startsWith("phone") });
  await stop(page, "guest-account");
  await page.getByRole("button", { name: "Show password" }).click();
  await stop(page, "guest-account-revealed");
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText(account.username)).toHaveCount(0);
  await stop(page, "guest-done");

  const late = await openBrowser(still);
  await late.goto(link.url);
  await expect(heading(late, GONE)).toBeVisible();
  await stop(late, "guest-spent");
  await late.getByRole("button", { name: "This wasn’t me" }).click();
  await expect(late.getByRole("heading", { name: "The sender has been told" })).toBeVisible();
  await stop(late, "guest-disputed");
});

test("an account with long names and without MFA", async ({ owner, openBrowser, site }) => {
  const item = await addItem(owner, { ...account, name: LONG, username: LONG.replaceAll(" ", "."), mfa: "" });
  const page = await openBrowser(still);
  await view(page, await makeLink(owner, site, MIRA, item));
  await stop(page, "guest-account-long");
});

test("a secret", async ({ owner, openBrowser, site }) => {
  const body = `${secret.body}\n${"unbroken".repeat(60)}\n${LONG}`;
  const link = await makeLink(owner, site, MIRA, await addItem(owner, { ...secret, body }));
  const page = await openBrowser(still);
  await arrive(page, link);
  await stop(page, "guest-waiting");
  await view(page, link);
  await stop(page, "guest-secret");
});

test("what can be in the way", async ({ owner, openBrowser, site }) => {
  const page = await openBrowser(still);
  await page.goto("/s#1nothing");
  await expect(heading(page, GONE)).toBeVisible();
  await stop(page, "guest-gone");

  const link = await makeLink(owner, site, MIRA, await addItem(owner, account));
  const offline = await openBrowser(still);
  await offline.route("**/api/v1/guest/peek", (route) => route.abort("internetdisconnected"));
  await offline.goto(link.url);
  await expect(heading(offline, "You seem to be offline")).toBeVisible();
  await stop(offline, "guest-offline");

  const broken = await openBrowser(still);
  await arrive(broken, link);
  await broken.route("**/api/v1/guest/claim", (route) => route.fulfill({ status: 503, body: "" }));
  await viewButton(broken).click();
  await expect(heading(broken, "Guestpass is not available right now")).toBeVisible();
  await stop(broken, "guest-unavailable");
});

test("signing in", async ({ openBrowser, site }) => {
  const page = await openBrowser(still);
  await page.goto("/sign-in");
  await expect(heading(page, "Sign in")).toBeVisible();
  await stop(page, "sign-in");
  const known = await mails(site);
  await askToSignIn(page, MIRA);
  await stop(page, "sign-in-waiting");

  const mailbox = await openBrowser(still);
  await mailbox.goto("/mailbox");
  await expect(mailbox.getByRole("link", { name: "Sign in", exact: true })).toBeVisible();
  await stop(mailbox, "mailbox");

  const phone = await openBrowser(still);
  await phone.goto(linkIn(await mailWithLink(site, MIRA, known)));
  await expect(phone.getByLabel("Match code")).toBeVisible();
  await stop(phone, "confirm-sign-in");
  await phone.getByRole("button", { name: "This wasn’t me" }).click();
  await stop(phone, "confirm-sign-in-refuse");
  await phone.getByRole("button", { name: "Stop this sign-in" }).click();
  await expect(heading(phone, "The sign-in is stopped")).toBeVisible();
  await stop(phone, "confirm-sign-in-refused");
});

test("confirming a link on another device", async ({ openBrowser, site }) => {
  const member = await openBrowser(still);
  await signIn(member, site, MIRA);
  await addItem(member, account);
  await member.goto("/accounts");
  const known = await mails(site);
  await askForLink(member, account.name);

  const url = linkIn(await mailWithLink(site, MIRA, known));
  const phone = await openBrowser(still);
  await phone.goto(url);
  await expect(heading(phone, "Release this link, Mira?")).toBeVisible();
  await stop(phone, "confirm-link");
  await phone.getByLabel("Match code").fill("12");
  await phone.getByRole("button", { name: "Confirm my identity" }).click();
  await expect(phone.getByText("The code has 6 digits.").first()).toBeVisible();
  await stop(phone, "confirm-link-short-code");
  expect((await call(phone, "POST", "/confirm/refuse", { token: url.split("#", 2)[1] })).status).toBe(204);
  await phone.reload();
  await expect(heading(phone, "This request was stopped")).toBeVisible();
  await stop(phone, "confirm-link-refused");
});
