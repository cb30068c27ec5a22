// Looking after user provisioning: the address and a token to copy, and a directory that uses them.

import { ask } from "../support/api";
import { expectAccessible } from "../support/axe";
import { account, addItem } from "../support/items";
import { shareWithTeam } from "../support/teams";
import { expect, test } from "../support/test";
import { stop } from "../support/tour";
import { title } from "../support/ui";

test("an admin makes a token, a directory adds people with it, and what it leaves is let go", async ({ owner, site, request }) => {
  await owner.goto("/settings");
  await expect(title(owner, "Settings")).toBeVisible();
  const section = owner.getByRole("region", { name: "User provisioning (SCIM)" });
  await expect(section.getByText("No token yet")).toBeVisible();
  await expect(section.getByText(`${site.origin}/scim/v2`)).toBeVisible();
  await stop(owner, "settings-scim");

  await section.getByRole("button", { name: "Make a token" }).click();
  const fresh = section.getByRole("group", { name: "New token" });
  await expect(fresh).toBeFocused();
  const token = (await fresh.locator("code").textContent()) ?? "";
  expect(token).toMatch(/^gp_scim_[\w-]{43}$/);
  await stop(owner, "settings-scim-token");

  const headers = { authorization: `Bearer ${token}`, "content-type": "application/scim+json" };
  const users = `${site.origin}/scim/v2/Users`;
  const noor = { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], userName: "noor@larkfield.example", name: { givenName: "Noor", familyName: "Ito" } };
  const made = await request.post(users, { headers, data: noor });
  expect(made.status()).toBe(201);
  const { id } = (await made.json()) as { id: string };
  const group = { schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"], displayName: "Night shift", members: [{ value: id }] };
  expect((await request.post(`${site.origin}/scim/v2/Groups`, { headers, data: group })).status()).toBe(201);

  await fresh.getByRole("button", { name: "Done" }).click();
  await expect(fresh).toHaveCount(0);
  await owner.reload();
  await expect(section.getByText("The directory answers for 1 member.")).toBeVisible();
  await expect(section.getByText(token)).toHaveCount(0);
  await owner.goto("/members");
  await expect(owner.getByText("Noor Ito").first()).toBeVisible();
  await owner.goto("/activity");
  await expect(owner.getByText("Provisioning added Noor Ito").first()).toBeVisible();

  await owner.goto("/settings");
  await section.getByRole("button", { name: /^End the token made/ }).click();
  const dialog = owner.getByRole("alertdialog", { name: "End this token?" });
  await dialog.getByRole("button", { name: "End" }).click();
  await expect(section.getByText("No token yet")).toBeVisible();
  expect((await request.get(users, { headers })).status()).toBe(401);

  // Its team is nobody's to change, until it looks after itself.
  await section.getByRole("button", { name: "Let these teams look after themselves" }).click();
  await stop(owner, "settings-scim-release");
  const release = owner.getByRole("alertdialog", { name: "Let these teams look after themselves?" });
  await release.getByRole("button", { name: "Let these teams look after themselves" }).click();
  await expect(owner.getByText("The team looks after itself now.")).toBeVisible();
  await expect(section.getByRole("button", { name: "Let these teams look after themselves" })).toHaveCount(0);
  await owner.goto("/teams");
  await expect(owner.getByRole("button", { name: "More for Night shift" })).toBeVisible();
});

test("a team that a directory keeps says so, and can only be given items", async ({ owner, site, request }) => {
  await owner.goto("/teams");
  await expect(title(owner, "Teams")).toBeVisible();
  const { token } = await ask<{ token: string }>(owner, "POST", "/provisioning/tokens");
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/scim+json" };
  const group = {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
    displayName: "Operations",
    members: [{ value: await adopted() }],
  };
  const made = await request.post(`${site.origin}/scim/v2/Groups`, { headers, data: group });
  expect(made.status()).toBe(201);
  const { id } = (await made.json()) as { id: string };

  await owner.reload();
  const line = owner.getByRole("listitem").filter({ hasText: "Operations" });
  await expect(line).toContainText("Managed by your directory");
  await expect(line.getByRole("button")).toHaveCount(0);
  await line.getByRole("link", { name: "Operations" }).click();
  await expect(title(owner, "Operations")).toBeVisible();
  await expect(owner.getByText("Managed by your directory. Your company's directory decides who is in it")).toBeVisible();
  const person = owner.getByRole("listitem").filter({ hasText: "Noor Ito" });
  await expect(person).toContainText("Team Member");
  // Not even the workspace's owner changes here what the directory would change back.
  const page = owner.getByRole("main");
  await expect(page.getByRole("button")).toHaveCount(0);
  await expect(owner.getByRole("button", { name: "Add people" })).toHaveCount(0);
  await expect(owner.getByRole("button", { name: "More for Operations" })).toHaveCount(0);
  await expectAccessible(owner, "a team that a directory keeps");

  const item = await addItem(owner, account);
  await shareWithTeam(owner, item.id, id, "collaborator");
  await owner.reload();
  await expect(owner.getByText("1 item shared with this team.")).toBeVisible();

  /** Somebody whom the directory answers for. */
  async function adopted(): Promise<string> {
    const noor = {
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
      userName: "noor@larkfield.example",
      name: { givenName: "Noor", familyName: "Ito" },
    };
    const added = await request.post(`${site.origin}/scim/v2/Users`, { headers, data: noor });
    expect(added.status()).toBe(201);
    return ((await added.json()) as { id: string }).id;
  }
});
