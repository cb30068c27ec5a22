// Signing in by mail: in the same browser, from another device, and by people who shouldn't.

import { call } from "../support/api";
import { heading } from "../support/guest";
import { linkIn, mails, mailWithLink } from "../support/mailbox";
import { expect, MIRA, test } from "../support/test";
import { askToSignIn, matchCode, pressInMailbox, title } from "../support/ui";

test("through the mailbox, in the browser that asked", async ({ openBrowser }) => {
  const page = await openBrowser();
  await askToSignIn(page, MIRA);
  const mailbox = await page.context().newPage();
  await mailbox.goto("/mailbox");
  await pressInMailbox(mailbox, "Sign in");
  // The page that waited goes on by itself.
  await expect(title(page, "All accounts")).toBeVisible();
  await expect(page.getByText("Larkfield Studio").first()).toBeVisible();

  const [session] = (await page.context().cookies()).filter(({ name }) => name === "__Host-session");
  expect(session).toMatchObject({ httpOnly: true, secure: true, sameSite: "Lax", path: "/" });
});

test("the page that waited looks again when the other tab's answer is still on its way", async ({ openBrowser }) => {
  const page = await openBrowser();
  await askToSignIn(page, MIRA);
  // The server signs the browser in; its answer, which carries the cookie, is held back.
  const looked = page.waitForResponse((answer) => answer.url().endsWith("/api/v1/session") && answer.status() === 401);
  await page.context().route("**/api/v1/sign-in/confirm", async (route) => {
    const request = route.request();
    // `route.fetch` would put the cookie into the browser at once.
    const answer = await fetch(request.url(), {
      method: request.method(),
      headers: await request.allHeaders(),
      body: request.postData(),
    });
    await looked;
    await route.fulfill({
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: await answer.text(),
    });
  });
  const mailbox = await page.context().newPage();
  await mailbox.goto("/mailbox");
  await pressInMailbox(mailbox, "Sign in");
  await looked;
  await expect(title(page, "All accounts")).toBeVisible();
});

test("from another device with the match code: the waiting browser is signed in, the other is not", async ({ openBrowser, site }) => {
  const page = await openBrowser();
  const known = await mails(site);
  await askToSignIn(page, MIRA);
  const code = await matchCode(page);
  const mail = await mailWithLink(site, MIRA, known);
  expect(mail.text).not.toContain(code);

  const phone = await openBrowser({ viewport: { width: 390, height: 844 }, hasTouch: true });
  await phone.goto(linkIn(mail));
  await phone.getByLabel("Match code").fill(code);
  await phone.getByRole("button", { name: "Confirm my identity" }).click();
  await expect(heading(phone, "Confirmed")).toBeVisible();
  await expect(title(page, "All accounts")).toBeVisible();
  expect((await call(phone, "GET", "/session")).status).toBe(401);
});

test("“This wasn’t me” on the phone: nobody is signed in", async ({ openBrowser, site }) => {
  const page = await openBrowser();
  const known = await mails(site);
  await askToSignIn(page, MIRA);
  const phone = await openBrowser();
  await phone.goto(linkIn(await mailWithLink(site, MIRA, known)));
  await phone.getByRole("button", { name: "This wasn’t me" }).click();
  await phone.getByRole("button", { name: "Stop this sign-in" }).click();
  await expect(heading(phone, "The sign-in is stopped")).toBeVisible();
  await expect(page.getByText(/Somebody pressed “This wasn't me”/)).toBeVisible();
  expect((await call(page, "GET", "/session")).status).toBe(401);
});

test("an address nobody knows gets the same page and no mail", async ({ openBrowser, site }) => {
  const before = await mails(site);
  const page = await openBrowser();
  await askToSignIn(page, "stranger@elsewhere.example");
  await matchCode(page);
  // A known address afterwards: when its mail is there, the other's would be too.
  const other = await openBrowser();
  await askToSignIn(other, MIRA);
  await mailWithLink(site, MIRA, before);
  expect((await mails(site)).filter(({ to }) => to === "stranger@elsewhere.example")).toEqual([]);
});

test("signing out ends the session on the server", async ({ owner }) => {
  const cookies = await owner.context().cookies();
  await owner.goto("/");
  await owner.getByRole("button", { name: /Your menu/ }).first().click();
  await owner.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(title(owner, "Sign in")).toBeVisible();
  // Somebody who kept the cookie has nothing.
  await owner.context().addCookies(cookies);
  expect((await call(owner, "GET", "/session")).status).toBe(401);
});
