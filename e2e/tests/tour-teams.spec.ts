// Every page and state of teams and access.

import { signIn } from "../support/api";
import { account, addItem } from "../support/items";
import { ANNELIESE, addTeam, JONAS, shareWithTeam } from "../support/teams";
import { expect, MIRA, test } from "../support/test";
import { still, stop } from "../support/tour";
import { title } from "../support/ui";

const LONG = "Kundenbetreuung und Vertragsmanagement Mitteleuropa (einschließlich Vertretungen)";

test("teams", async ({ openBrowser, site }) => {
  const page = await openBrowser(still);
  await signIn(page, site, MIRA);
  await page.goto("/teams");
  await expect(page.getByText("No team yet")).toBeVisible();
  await stop(page, "teams-none");

  await page.getByRole("button", { name: "New team" }).first().click();
  const dialog = page.getByRole("dialog", { name: "New team" });
  await dialog.getByRole("button", { name: "Create team" }).click();
  await expect(dialog.getByText("Give it a name.")).toBeVisible();
  await stop(page, "team-new-refused");
  await page.keyboard.press("Escape");

  const team = await addTeam(page, "Design", { [ANNELIESE]: "member", [JONAS]: "admin" });
  await addTeam(page, LONG);
  await addTeam(page, "Bookkeeping");
  await shareWithTeam(page, (await addItem(page, account)).id, team.id, "collaborator");
  await page.goto("/teams");
  await expect(page.getByRole("link", { name: "Design" })).toBeVisible();
  await stop(page, "teams");
  await page.getByRole("button", { name: "More for Design" }).click();
  await expect(page.getByRole("menuitem", { name: "Remove team…" })).toBeVisible();
  await stop(page, "teams-menu");
  await page.getByRole("menuitem", { name: "Remove team…" }).click();
  await expect(page.getByRole("alertdialog")).toBeVisible();
  await stop(page, "team-remove");
  await page.getByRole("button", { name: "Cancel" }).click();

  await page.goto(`/teams/${team.id}`);
  await expect(title(page, "Design")).toBeVisible();
  await expect(page.getByText(ANNELIESE)).toBeVisible();
  await stop(page, "team");
  await page.getByRole("button", { name: /^Role of Anneliese/ }).click();
  await expect(page.getByRole("menuitemradio", { name: "Team Admin" })).toBeVisible();
  await stop(page, "team-role-menu");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Add people" }).click();
  await expect(page.getByRole("dialog", { name: "Add people to Design" })).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: "Everybody in the workspace is in it already." })).toBeVisible();
  await stop(page, "team-add");
  await page.goto("/teams/tea_01900000000070008000000000000000");
  await expect(title(page, "There is no such team")).toBeVisible();
  await stop(page, "team-missing");
});

test("where access comes from", async ({ openBrowser, site }) => {
  const page = await openBrowser(still);
  await signIn(page, site, MIRA);
  const item = await addItem(page, account);
  const team = await addTeam(page, "Design", { [ANNELIESE]: "member" });
  const long = await addTeam(page, LONG, { [ANNELIESE]: "member" });
  await shareWithTeam(page, item.id, team.id, "collaborator");
  await shareWithTeam(page, item.id, long.id, "owner");
  await page.goto(`/items/${item.id}/access`);
  await expect(title(page, `Who has access to ${item.name}`)).toBeVisible();
  await stop(page, "access");
  await page.getByRole("button", { name: /^Role of Anneliese/ }).click();
  await expect(page.getByRole("menuitem", { name: /^Remove Anneliese/ })).toBeVisible();
  await stop(page, "access-role-menu");
  await page.keyboard.press("Escape");

  await page.goto(`/items/${item.id}`);
  await expect(page.getByRole("link", { name: "See everybody, and why" })).toBeVisible();
  await stop(page, "item-with-teams");
  await page.getByRole("button", { name: `Share ${item.name}`, exact: true }).click();
  await page.getByRole("menuitem", { name: "Share item" }).click();
  await expect(page.getByRole("dialog", { name: "Share item" }).getByRole("button", { name: /^Add / }).first()).toBeVisible();
  await stop(page, "share-item-teams");

  const other = await openBrowser(still);
  await signIn(other, site, ANNELIESE);
  await other.goto(`/teams/${team.id}`);
  await expect(title(other, "Design")).toBeVisible();
  await expect(other.getByText(MIRA)).toBeVisible();
  await stop(other, "team-as-member");
});
