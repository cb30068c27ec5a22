// Mail scanners and chat previews follow every link, and many run its JavaScript.

import { ask, call } from "../support/api";
import { heading, view, WAITING } from "../support/guest";
import { account, addItem, makeLink } from "../support/items";
import { linkIn, mails, mailWithLink } from "../support/mailbox";
import { expect, MIRA, test } from "../support/test";

test("previews of a one-time link, with and without JavaScript, use up nothing", async ({ owner, openBrowser, site }) => {
  const item = await addItem(owner, account);
  const link = await makeLink(owner, site, MIRA, item, { one_time: true });
  for (const method of ["GET", "HEAD", "GET"]) {
    const answer = await fetch(link.url, { method });
    expect(answer.status).toBe(200);
    expect(await answer.text()).not.toContain(account.name);
  }
  for (let visit = 0; visit < 5; visit += 1) {
    const scanner = await openBrowser();
    await scanner.goto(link.url);
    await expect(heading(scanner, WAITING)).toBeVisible();
  }
  const seen = await ask<{ links: { state: string; views: unknown[] }[] }>(owner, "GET", `/items/${item.id}/links`);
  expect(seen.links[0]).toMatchObject({ state: "live", views: [] });

  await view(await openBrowser(), link);
});

test("the confirmation mail opened five times by machines confirms nothing", async ({ owner, openBrowser, site }) => {
  const item = await addItem(owner, account);
  const known = await mails(site);
  const intent = await ask<{ id: string }>(owner, "POST", "/share-intents", {
    item: item.id,
    expires_in: 3600,
  });
  const url = linkIn(await mailWithLink(site, MIRA, known));
  for (let visit = 0; visit < 5; visit += 1) {
    expect((await fetch(url)).status).toBe(200);
    const scanner = await openBrowser();
    await scanner.goto(url);
    await expect(heading(scanner, /^Release this link/)).toBeVisible();
    // Some press what looks like the way on.
    await scanner.getByRole("button", { name: "Confirm my identity" }).click();
    await expect(scanner.getByLabel("Match code")).toBeVisible();
  }
  const after = await ask<{ state: string }>(owner, "GET", `/share-intents/${intent.id}`);
  expect(after.state).toBe("waiting");
  expect((await call(owner, "GET", `/share-intents/${intent.id}/payload`)).status).toBe(409);
});

test("the sign-in mail opened five times by machines signs nobody in", async ({ openBrowser, site }) => {
  const person = await openBrowser();
  await person.goto("/about-links");
  const known = await mails(site);
  await ask(person, "POST", "/sign-in", { email: MIRA });
  const url = linkIn(await mailWithLink(site, MIRA, known));
  for (let visit = 0; visit < 5; visit += 1) {
    expect((await fetch(url)).status).toBe(200);
    const scanner = await openBrowser();
    await scanner.goto(url);
    await expect(scanner.getByLabel("Match code")).toBeVisible();
    expect((await call(scanner, "GET", "/session")).status).toBe(401);
  }
  expect((await ask<{ state: string }>(person, "GET", "/sign-in")).state).toBe("waiting");
  await person.goto(url);
  await expect(heading(person, "All accounts")).toBeVisible();
  expect((await call(person, "GET", "/session")).status).toBe(200);
});
