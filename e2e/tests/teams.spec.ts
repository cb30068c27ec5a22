// Teams: made, filled, given an item, left; and the page that says where a right comes from.

import { ask, call, signIn } from "../support/api";
import { account, addItem } from "../support/items";
import { ANNELIESE, addTeam, memberId, shareWithTeam } from "../support/teams";
import { expect, MIRA, test } from "../support/test";
import { stop } from "../support/tour";
import { card, title } from "../support/ui";

test("what a team is given its people have, until they leave", async ({ owner, openBrowser, site }) => {
  const item = await addItem(owner, account);
  const theirs = await openBrowser();
  await signIn(theirs, site, ANNELIESE);
  await theirs.goto("/accounts");
  await expect(title(theirs, "All accounts")).toBeVisible();
  await expect(card(theirs, item.name)).toHaveCount(0);

  await owner.goto("/teams");
  await owner.getByRole("button", { name: "New team" }).first().click();
  await owner.getByRole("dialog", { name: "New team" }).getByLabel("Name").fill("Design");
  await owner.getByRole("button", { name: "Create team" }).click();
  await expect(title(owner, "Design")).toBeVisible();
  await owner.getByRole("button", { name: "Add people" }).click();
  const adding = owner.getByRole("dialog", { name: "Add people to Design" });
  await adding.getByLabel("Search by name or e-mail").fill("brandt");
  await adding.getByRole("button", { name: /^Add Anneliese/ }).click();
  await adding.getByRole("button", { name: "Done" }).click();
  await expect(owner.getByRole("listitem").filter({ hasText: ANNELIESE })).toContainText("Team Member");

  // Shared with the team, found by the same search as people.
  await owner.goto(`/items/${item.id}`);
  await owner.getByRole("button", { name: `Share ${item.name}`, exact: true }).click();
  await owner.getByRole("menuitem", { name: "Share item" }).click();
  const sharing = owner.getByRole("dialog", { name: "Share item" });
  await sharing.getByLabel("Search people and teams").fill("desi");
  await sharing.getByRole("button", { name: "Add Design", exact: true }).click();
  await expect(sharing.getByRole("button", { name: "Role of the team Design: Collaborator" })).toBeVisible();
  await stop(owner, "share-item-team");
  await sharing.getByRole("link", { name: "See everybody, and why" }).click();
  await expect(title(owner, `Who has access to ${item.name}`)).toBeVisible();
  const line = owner.getByRole("listitem").filter({ hasText: ANNELIESE });
  await expect(line).toContainText("Through the team Design: Collaborator");
  await expect(line).toContainText("Remove the person from the team, or the team from this item.");
  await expect(owner.getByRole("listitem").filter({ hasText: MIRA })).toContainText("Directly: Owner");

  // Given directly as well: both are told, and the direct one can be taken away.
  const menu = owner.getByRole("button", { name: /^Role of Anneliese/ });
  await menu.click();
  await owner.getByRole("menuitemradio", { name: "Owner" }).click();
  await expect(line).toContainText("Directly: Owner");
  await menu.click();
  const remove = owner.getByRole("menuitem", { name: /^Remove Anneliese/ });
  await expect(remove).toContainText("Stays Collaborator through Design.");
  await remove.click();
  await expect(line).not.toContainText("Directly");
  await expect(line).toContainText("Through the team Design: Collaborator");

  // They have it now, and leave.
  await theirs.goto("/accounts");
  await expect(card(theirs, item.name)).toBeVisible();
  await theirs.getByRole("link", { name: "Teams" }).click();
  await theirs.getByRole("button", { name: "More for Design" }).click();
  await expect(theirs.getByRole("menuitem", { name: "Remove team…" })).toHaveCount(0);
  await theirs.getByRole("menuitem", { name: "Leave team…" }).click();
  const leaving = theirs.getByRole("alertdialog", { name: "Leave the team Design?" });
  await expect(leaving).toContainText("You no longer have 1 item through it, at once");
  await leaving.getByRole("button", { name: "Leave team" }).click();
  await expect(theirs.getByText("You left the team Design.")).toBeVisible();
  expect((await call(theirs, "GET", `/items/${item.id}`)).status).toBe(404);
  await theirs.getByRole("link", { name: "All accounts" }).click();
  await expect(title(theirs, "All accounts")).toBeVisible();
  await expect(card(theirs, item.name)).toHaveCount(0);
});

test("removing a team says what ends, and ends it", async ({ owner, openBrowser, site }) => {
  const item = await addItem(owner, account);
  const team = await addTeam(owner, "Design", { [ANNELIESE]: "member" });
  await shareWithTeam(owner, item.id, team.id, "collaborator");
  const theirs = await openBrowser();
  await signIn(theirs, site, ANNELIESE);
  expect((await call(theirs, "GET", `/items/${item.id}`)).status).toBe(200);
  await owner.goto(`/teams/${team.id}`);
  await expect(owner.getByText("1 item shared with this team.")).toBeVisible();
  await owner.getByRole("button", { name: "More for Design" }).click();
  await owner.getByRole("menuitem", { name: "Remove team…" }).click();
  const sure = owner.getByRole("alertdialog", { name: "Remove the team Design?" });
  await expect(sure).toContainText("2 people no longer have 1 item through it, at once.");
  await sure.getByRole("button", { name: "Remove team" }).click();
  await expect(title(owner, "Teams")).toBeVisible();
  await expect(owner.getByText("No team yet")).toBeVisible();
  expect((await call(theirs, "GET", `/items/${item.id}`)).status).toBe(404);
});

test("the last Team Admin stays, and a name is taken once", async ({ owner }) => {
  const team = await addTeam(owner, "Design", { [ANNELIESE]: "member" });
  await addTeam(owner, "Bookkeeping");
  await owner.goto(`/teams/${team.id}`);
  await owner.getByRole("button", { name: /^Role of Mira .* in the team/ }).click();
  await owner.getByRole("menuitemradio", { name: "Team Member" }).click();
  await expect(owner.getByText("A team keeps at least one Team Admin.").first()).toBeVisible();
  await expect(owner.getByRole("button", { name: /^Role of Mira/ })).toContainText("Team Admin");
  await owner.getByRole("button", { name: "More for Design" }).click();
  await owner.getByRole("menuitem", { name: "Rename…" }).click();
  const dialog = owner.getByRole("dialog", { name: "Rename Design" });
  await dialog.getByLabel("Name").fill("");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText("Give it a name.")).toBeVisible();
  await dialog.getByLabel("Name").fill("bookkeeping");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText("Another team has this name. Choose a different one.")).toBeVisible();
  await expect(dialog.getByLabel("Name")).toBeFocused();
  await dialog.getByLabel("Name").fill("Brand");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(title(owner, "Brand")).toBeVisible();
});

test("who isn't in a team sees it and is offered nothing; a guest sees their own", async ({ owner, openBrowser, site }) => {
  const guest = { email: "gil@agency.example", first_name: "Gil", last_name: "Moss", role: "guest" };
  await ask(owner, "POST", "/members", guest);
  const team = await addTeam(owner, "Design", { [guest.email]: "member" });
  await addTeam(owner, "Bookkeeping");
  const colleague = await openBrowser();
  await signIn(colleague, site, ANNELIESE);
  await colleague.goto("/teams");
  await expect(colleague.getByRole("link", { name: "Bookkeeping" })).toBeVisible();
  await expect(colleague.getByRole("button", { name: /^More for/ })).toHaveCount(0);
  await colleague.getByRole("link", { name: "Design" }).click();
  await expect(title(colleague, "Design")).toBeVisible();
  await expect(colleague.getByText(guest.email)).toBeVisible();
  await expect(colleague.getByRole("button", { name: "Add people" })).toHaveCount(0);
  const self = await memberId(owner, ANNELIESE);
  const refused = await call<{ code: string }>(colleague, "PUT", `/teams/${team.id}/members/${self}`, { role: "member" });
  expect([refused.status, refused.body.code]).toEqual([403, "not_team_admin"]);

  const page = await openBrowser();
  await signIn(page, site, guest.email);
  await page.goto("/teams");
  await expect(page.getByRole("link", { name: "Design" })).toBeVisible();
  await expect(page.getByText("Bookkeeping")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "New team" })).toHaveCount(0);
});
