// Between "Get link" and the link: a mail, and a person who presses its button.

import { call } from "../support/api";
import { heading } from "../support/guest";
import { account, addItem } from "../support/items";
import { linkIn, mails, mailWithLink } from "../support/mailbox";
import { expect, MIRA, test } from "../support/test";
import { askForLink, linkShown, matchCode } from "../support/ui";

const { name } = account;

test("in the browser that asked, opening the mail's page confirms", async ({ owner, site }) => {
  await addItem(owner, account);
  await owner.goto("/accounts");
  const known = await mails(site);
  const waiting = await askForLink(owner, name);
  await expect(waiting).toContainText(MIRA);

  const mail = await mailWithLink(site, MIRA, known);
  expect(mail.text).toContain("Confirm my identity");
  expect(`${mail.subject} ${mail.text} ${mail.html}`).not.toContain(name);
  expect(mail.text).not.toContain(await matchCode(waiting));

  const second = await owner.context().newPage();
  await second.goto(linkIn(mail));
  await expect(heading(second, "Confirmed")).toBeVisible();
  const { url } = await linkShown(owner);
  expect(url).toMatch(new RegExp(`^${site.origin}/s#1[\\w-]{43}$`));
});

test("on another device it takes the match code, and the dialog goes on by itself", async ({ owner, openBrowser, site }) => {
  await addItem(owner, account);
  await owner.goto("/accounts");
  const known = await mails(site);
  const waiting = await askForLink(owner, name);
  const code = await matchCode(waiting);

  const phone = await openBrowser({ viewport: { width: 390, height: 844 }, hasTouch: true });
  await phone.goto(linkIn(await mailWithLink(site, MIRA, known)));
  await expect(heading(phone, "Release this link, Mira?")).toBeVisible();
  await expect(phone.getByText(name)).toBeVisible();

  // Without a code, and with a wrong one, nothing is released.
  const wrong = code === "000000" ? "111111" : "000000";
  await phone.getByLabel("Match code").fill(wrong);
  await phone.getByRole("button", { name: "Confirm my identity" }).click();
  await expect(phone.getByText(/That is not the code/).first()).toBeVisible();
  await expect(waiting).toBeVisible();

  await phone.getByLabel("Match code").fill(code);
  await phone.getByRole("button", { name: "Confirm my identity" }).click();
  await expect(heading(phone, "Confirmed")).toBeVisible();
  await linkShown(owner);
  // The phone only confirmed; it is nobody's session.
  expect((await call(phone, "GET", "/session")).status).toBe(401);
});

test("five wrong codes end the request, and the waiting dialog says so", async ({ owner, openBrowser, site }) => {
  await addItem(owner, account);
  await owner.goto("/accounts");
  const known = await mails(site);
  const waiting = await askForLink(owner, name);
  const code = await matchCode(waiting);
  const wrong = code === "000000" ? "111111" : "000000";

  const phone = await openBrowser();
  await phone.goto(linkIn(await mailWithLink(site, MIRA, known)));
  for (let left = 4; left >= 0; left -= 1) {
    await phone.getByLabel("Match code").fill(wrong);
    await phone.getByRole("button", { name: "Confirm my identity" }).click();
    if (left > 0) await expect(phone.getByText(new RegExp(`${left} (try|tries) left`)).first()).toBeVisible();
  }
  await expect(heading(phone, "Too many wrong codes")).toBeVisible();
  await expect(owner.getByRole("dialog").getByText("Too many wrong match codes")).toBeVisible();
});

test("“This wasn’t me” ends the request and the session that asked", async ({ owner, openBrowser, site }) => {
  await addItem(owner, account);
  await owner.goto("/accounts");
  const known = await mails(site);
  await askForLink(owner, name);

  const phone = await openBrowser();
  await phone.goto(linkIn(await mailWithLink(site, MIRA, known)));
  await phone.getByRole("button", { name: "This wasn’t me" }).click();
  await phone.getByRole("button", { name: "Stop it and end that session" }).click();
  await expect(heading(phone, "The request is stopped")).toBeVisible();

  expect((await call(owner, "GET", "/session")).status).toBe(401);
  expect((await call(owner, "GET", "/items?kind=account")).status).toBe(401);
});

test("a mail confirms once", async ({ owner, openBrowser, site }) => {
  await addItem(owner, account);
  await owner.goto("/accounts");
  const known = await mails(site);
  const waiting = await askForLink(owner, name);
  const code = await matchCode(waiting);
  const link = linkIn(await mailWithLink(site, MIRA, known));

  const second = await owner.context().newPage();
  await second.goto(link);
  await linkShown(owner);

  const phone = await openBrowser();
  await phone.goto(link);
  await expect(heading(phone, "This confirmation was used")).toBeVisible();
  const token = link.split("#", 2)[1];
  expect((await call(phone, "POST", "/confirm", { token, code })).status).toBe(410);
});

test("cancelling the dialog leaves nothing to confirm", async ({ owner, openBrowser, site }) => {
  await addItem(owner, account);
  await owner.goto("/accounts");
  const known = await mails(site);
  const waiting = await askForLink(owner, name);
  const mail = await mailWithLink(site, MIRA, known);
  await waiting.getByRole("button", { name: "Cancel" }).click();
  await expect(waiting).toBeHidden();

  const phone = await openBrowser();
  await phone.goto(linkIn(mail));
  await expect(heading(phone, "This request was cancelled")).toBeVisible();
});
