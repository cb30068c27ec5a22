// What a page offers follows the role; what the API allows doesn't depend on the page.

import { ask, call, signIn } from "../support/api";
import { account, addItem } from "../support/items";
import { expect, MIRA, test } from "../support/test";

test("a Collaborator is not offered a public link, and the API refuses it", async ({ owner, openBrowser, site }) => {
  const item = await addItem(owner, account);
  const { members } = await ask<{ members: { id: string; email: string; role: string }[] }>(owner, "GET", "/members");
  const colleague = members.find(({ email, role }) => email !== MIRA && role === "user");
  if (!colleague) throw new Error("the sample workspace has no ordinary member");
  await ask(owner, "PUT", `/items/${item.id}/access/${colleague.id}`, { role: "collaborator" });

  const page = await openBrowser();
  await signIn(page, site, colleague.email);
  await page.goto("/accounts");
  await page.getByRole("button", { name: `Share ${item.name}`, exact: true }).click();
  await expect(page.getByRole("menuitem", { name: "Share item" })).toBeVisible();
  await expect(page.getByRole("menuitem", { name: "Share via public link" })).toHaveCount(0);
  const refused = await call<{ code: string }>(page, "POST", "/share-intents", { item: item.id, expires_in: 3600 });
  expect(refused.status).toBe(403);
  expect(refused.body.code).toBe("not_owner");
});
