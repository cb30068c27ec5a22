// Managing the people of a workspace, as an admin does it in the browser.

import { ask, signIn } from "../support/api";
import { account, addItem } from "../support/items";
import { linkIn, mails, mailWithLink } from "../support/mailbox";
import { expect, MIRA, test } from "../support/test";
import { title } from "../support/ui";

interface Person {
  id: string;
  email: string;
  role: string;
  first_name: string;
  last_name: string;
}

async function colleague(page: import("@playwright/test").Page): Promise<Person> {
  const { members } = await ask<{ members: Person[] }>(page, "GET", "/members");
  const found = members.find(({ role }) => role === "user");
  if (!found) throw new Error("the sample workspace has no ordinary member");
  return found;
}

test("removing somebody hands their items over and signs them out", async ({ owner, openBrowser, site }) => {
  const person = await colleague(owner);
  const name = `${person.first_name} ${person.last_name}`;
  const theirs = await openBrowser();
  await signIn(theirs, site, person.email);
  const item = await addItem(theirs, account);

  await owner.goto("/members");
  await owner.getByRole("button", { name: `More for ${name}` }).click();
  await owner.getByRole("menuitem", { name: "Remove…" }).click();
  const dialog = owner.getByRole("dialog", { name: `Remove ${name}?` });
  await dialog.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(dialog.getByText("Choose who takes over.")).toBeVisible();
  const { member } = await ask<{ member: Person }>(owner, "GET", "/session");
  await dialog.getByLabel("Who takes over").selectOption(member.id);
  await dialog.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(owner.getByText(person.email)).toHaveCount(0);

  await theirs.goto("/accounts");
  await expect(title(theirs, "Sign in")).toBeVisible();
  await owner.goto("/activity");
  await expect(owner.getByText(`removed ${name} from the workspace`)).toBeVisible();
  const taken = await ask<{ role: string }>(owner, "GET", `/items/${item.id}`);
  expect(taken.role).toBe("owner");
});

test("what needs a fresh sign-in asks for one, and goes on by itself", async ({ owner, site }) => {
  const person = await colleague(owner);
  const name = `${person.first_name} ${person.last_name}`;
  let asked = 0;
  // As the server answers eleven minutes after the sign-in.
  await owner.route(`**/api/v1/members/${person.id}/hand-over`, (route) => {
    asked += 1;
    return asked > 1
      ? route.continue()
      : route.fulfill({
          status: 403,
          contentType: "application/problem+json",
          body: JSON.stringify({ code: "step_up_needed", title: "x", status: 403, detail: "x" }),
        });
  });
  await owner.goto("/members");
  await owner.getByRole("button", { name: `More for ${name}` }).click();
  await owner.getByRole("menuitem", { name: "Hand over their items…" }).click();
  const dialog = owner.getByRole("dialog", { name: `Hand over the items of ${name}` });
  await dialog.getByLabel("To").selectOption({ index: 1 });
  await dialog.getByRole("button", { name: "Hand over" }).click();
  const again = owner.getByRole("dialog", { name: "Sign in again to go on" });
  const known = await mails(site);
  await again.getByRole("button", { name: "Send me the mail" }).click();
  const mail = await mailWithLink(site, MIRA, known);
  const other = await owner.context().newPage();
  await other.goto(linkIn(mail));
  await expect(again).toBeHidden();
  await expect(dialog).toBeHidden();
  await expect(owner.getByText(/^The items are .*'s now\.$/)).toBeVisible();
  expect(asked).toBe(2);
});

test("a guest uses what they are given and is offered nothing else", async ({ owner, openBrowser, site }) => {
  const item = await addItem(owner, account);
  const guest = { email: "gil@agency.example", first_name: "Gil", last_name: "Moss", role: "guest" };
  const { id } = await ask<{ id: string }>(owner, "POST", "/members", guest);
  await ask(owner, "PUT", `/items/${item.id}/access/${id}`, { role: "collaborator" });
  const page = await openBrowser();
  await signIn(page, site, guest.email);
  await page.goto("/accounts");
  await expect(page.getByRole("article")).toHaveCount(1);
  await expect(page.getByRole("button", { name: /Add account/ })).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Members" })).toHaveCount(0);
  await page.goto(`/items/${item.id}`);
  await expect(page.getByRole("heading", { name: item.name }).first()).toBeVisible();
  await expect(page.getByText(MIRA)).toHaveCount(0);
});

test("sessions are listed and ended, a name is changed", async ({ owner, openBrowser, site }) => {
  const phone = await openBrowser();
  await signIn(phone, site, MIRA);
  await owner.goto("/accounts");
  await owner.getByRole("button", { name: /Your menu/ }).first().click();
  await owner.getByRole("menuitem", { name: "Profile and sessions" }).click();
  await expect(title(owner, "Profile")).toBeVisible();
  await expect(owner.getByText("This browser", { exact: true })).toHaveCount(1);
  await owner.getByRole("button", { name: "End all others" }).click();
  await expect(owner.getByText("1 session ended.")).toBeVisible();
  await phone.goto("/accounts");
  await expect(title(phone, "Sign in")).toBeVisible();

  await owner.getByLabel("First name").fill("Miriam");
  await owner.getByRole("button", { name: "Save" }).click();
  await expect(owner.getByText("Your name is changed.")).toBeVisible();
  const { member } = await ask<{ member: Person }>(owner, "GET", "/session");
  expect(member.first_name).toBe("Miriam");
});
