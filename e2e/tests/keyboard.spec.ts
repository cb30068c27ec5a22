// Everything works without a pointer, and it always shows where one is.

import type { Locator, Page } from "@playwright/test";

import { signIn } from "../support/api";
import { Authenticator } from "../support/authenticator";
import { pasted } from "../support/clipboard";
import { heading, viewButton, WAITING } from "../support/guest";
import { account, addItem, makeLink } from "../support/items";
import { expectFocusShown, tabTo } from "../support/keyboard";
import { ANNELIESE, addTeam, shareWithTeam } from "../support/teams";
import { expect, MIRA, test } from "../support/test";
import { title } from "../support/ui";

test("asking for a link: menu, dialog, and back to where it began", async ({ owner }) => {
  await addItem(owner, account);
  await owner.goto("/accounts");
  const share = owner.getByRole("button", { name: `Share ${account.name}`, exact: true });
  await share.focus();
  await owner.keyboard.press("Enter");
  await expect(owner.getByRole("menuitem", { name: "Share item" })).toBeFocused();
  await owner.keyboard.press("ArrowDown");
  await expect(owner.getByRole("menuitem", { name: "Share via public link" })).toBeFocused();
  await owner.keyboard.press("Enter");

  const dialog = owner.getByRole("dialog", { name: "Share these credentials via a link" });
  await expect(dialog.getByLabel("This link expires in")).toBeFocused();
  for (let stop = 0; stop < 12; stop += 1) {
    await owner.keyboard.press("Tab");
    await expect(dialog.locator(":focus")).toHaveCount(1);
    await expectFocusShown(dialog.locator(":focus"));
  }
  await owner.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(share).toBeFocused();
});

test("search opens with a slash and finds an item", async ({ owner }) => {
  const item = await addItem(owner, account);
  await owner.goto("/secrets");
  await expect(heading(owner, "Secrets")).toBeVisible();
  await owner.keyboard.press("/");
  await expect(owner.getByRole("dialog").locator(":focus")).toHaveCount(1);
  await owner.keyboard.type(account.name);
  await expect(owner.getByRole("dialog").getByText(account.name).first()).toBeVisible();
  await owner.keyboard.press("Enter");
  await expect(owner).toHaveURL(new RegExp(`/items/${item.id}$`));
});

test("a recipient views and copies without a pointer", async ({ owner, openBrowser, site }) => {
  const link = await makeLink(owner, site, MIRA, await addItem(owner, account));
  const guest = await openBrowser({ permissions: ["clipboard-write"] });
  await guest.goto(link.url);
  await expect(heading(guest, WAITING)).toBeVisible();
  await expect(viewButton(guest)).toBeEnabled();
  await tabTo(guest, viewButton(guest));
  await guest.keyboard.press("Enter");
  await expect(heading(guest, /shared an account with you/)).toBeVisible();
  const copy = guest.getByRole("button", { name: "Copy password" });
  await tabTo(guest, copy);
  await guest.keyboard.press("Enter");
  await expect(copy).toContainText("Copied");
  expect(await pasted(guest)).toBe(account.password);
});

/** Opens a menu with Enter; its first entry has the focus then. */
async function openMenu(page: Page, trigger: Locator): Promise<void> {
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menu")).toBeVisible();
  await expect(page.getByRole("menu").locator(":focus")).toHaveCount(1);
  await expect(trigger).toHaveAttribute("aria-expanded", "true");
}

test("Members: a menu and its dialog give the focus back", async ({ owner }) => {
  await owner.goto("/members");
  await expect(title(owner, "Members")).toBeVisible();
  await tabTo(owner, owner.getByRole("button", { name: "Invite member" }));
  await owner.keyboard.press("Enter");
  const invite = owner.getByRole("dialog", { name: "Invite a member" });
  await expect(invite.getByLabel("E-mail address")).toBeFocused();
  await owner.keyboard.press("Escape");
  await expect(owner.getByRole("button", { name: "Invite member" })).toBeFocused();

  const more = owner.getByRole("button", { name: /More for Anneliese/ });
  await tabTo(owner, more);
  await openMenu(owner, more);
  await owner.keyboard.press("Escape");
  await expect(more).toBeFocused();
  await openMenu(owner, more);
  await owner.keyboard.press("End");
  await expect(owner.getByRole("menuitem", { name: "Remove…" })).toBeFocused();
  await owner.keyboard.press("Enter");
  const dialog = owner.getByRole("dialog", { name: /^Remove Anneliese/ });
  await expect(dialog.locator(":focus")).toHaveCount(1);
  await owner.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(more).toBeFocused();
});

test("Teams: one is made, gets people with roles, and is renamed", async ({ owner }) => {
  await owner.goto("/teams");
  await expect(title(owner, "Teams")).toBeVisible();
  await tabTo(owner, owner.getByRole("button", { name: "New team" }).first());
  await owner.keyboard.press("Enter");
  await expect(owner.getByRole("dialog", { name: "New team" }).getByLabel("Name")).toBeFocused();
  await owner.keyboard.type("Design");
  await owner.keyboard.press("Enter");
  await expect(title(owner, "Design")).toBeVisible();

  const add = owner.getByRole("button", { name: "Add people" });
  await tabTo(owner, add);
  await owner.keyboard.press("Enter");
  const dialog = owner.getByRole("dialog", { name: "Add people to Design" });
  await expect(dialog.getByLabel("Search by name or e-mail")).toBeFocused();
  await owner.keyboard.type("Anneliese");
  await tabTo(owner, dialog.getByRole("button", { name: /^Add Anneliese/ }));
  await owner.keyboard.press("Enter");
  await expect(owner.getByText(/Anneliese .* is now Team Member\./).first()).toBeVisible();
  // The button that was pressed is gone; the focus stays in the dialog.
  await expect(dialog.locator(":focus")).toHaveCount(1);
  await owner.keyboard.press("Escape");
  await expect(add).toBeFocused();

  const role = owner.getByRole("button", { name: /^Role of Anneliese .* in the team/ });
  await tabTo(owner, role);
  await openMenu(owner, role);
  await owner.keyboard.press("Home");
  await owner.keyboard.press("Enter");
  await expect(role).toContainText("Team Admin");
  await expect(role).toBeFocused();

  const more = owner.getByRole("button", { name: "More for Design" });
  await tabTo(owner, more, "Shift+Tab");
  await openMenu(owner, more);
  await owner.keyboard.press("Enter");
  const rename = owner.getByRole("dialog", { name: "Rename Design" });
  await expect(rename.getByLabel("Name")).toBeFocused();
  await owner.keyboard.press("Control+A");
  await owner.keyboard.type("Design and brand");
  await owner.keyboard.press("Enter");
  await expect(title(owner, "Design and brand")).toBeVisible();
  await expect(owner.getByRole("button", { name: "More for Design and brand" })).toBeFocused();
});

test("Access: a role is changed, and a right that can't be removed says why", async ({ owner }) => {
  const item = await addItem(owner, account);
  const team = await addTeam(owner, "Design", { [ANNELIESE]: "member" });
  await shareWithTeam(owner, item.id, team.id, "collaborator");
  await owner.goto(`/items/${item.id}/access`);
  await expect(title(owner, `Who has access to ${item.name}`)).toBeVisible();
  const ofTeam = owner.getByRole("button", { name: /^Role of the team Design/ });
  await tabTo(owner, ofTeam);
  await openMenu(owner, ofTeam);
  await owner.keyboard.press("Home");
  await owner.keyboard.press("Enter");
  await expect(ofTeam).toContainText("Owner");
  await expect(ofTeam).toBeFocused();

  const ofAnneliese = owner.getByRole("button", { name: /^Role of Anneliese/ });
  await tabTo(owner, ofAnneliese);
  await openMenu(owner, ofAnneliese);
  await owner.keyboard.press("End");
  const remove = owner.getByRole("menuitem", { name: /^Remove Anneliese/ });
  await expect(remove).toBeFocused();
  await expect(remove).toContainText("This right comes from Design.");
  await owner.keyboard.press("Enter");
  await expect(remove).toBeVisible();
  await owner.keyboard.press("Escape");
  await expect(ofAnneliese).toBeFocused();
});

test("Profile: name, passkeys, sessions, mails and appearance", async ({ owner, openBrowser, site }) => {
  await Authenticator.in(owner);
  const phone = await openBrowser();
  await signIn(phone, site, MIRA);
  await owner.goto("/profile");
  await expect(owner.getByText("You have no passkey yet.")).toBeVisible();
  await tabTo(owner, owner.getByLabel("First name"));
  await owner.keyboard.press("Control+A");
  await owner.keyboard.type("Miriam");
  await owner.keyboard.press("Enter");
  await expect(owner.getByText("Your name is changed.")).toBeVisible();

  await tabTo(owner, owner.getByLabel("Name of the passkey"));
  await owner.keyboard.type("Work laptop");
  await tabTo(owner, owner.getByRole("button", { name: "Add a passkey" }));
  await owner.keyboard.press("Enter");
  const rename = owner.getByRole("button", { name: "Rename Work laptop" });
  await expect(rename).toBeVisible();
  await tabTo(owner, rename, "Shift+Tab");
  await owner.keyboard.press("Enter");
  await expect(owner.getByRole("dialog").getByLabel("Name of the passkey")).toBeFocused();
  await owner.keyboard.press("Escape");
  await expect(rename).toBeFocused();
  await tabTo(owner, owner.getByRole("button", { name: "Remove Work laptop" }));
  await owner.keyboard.press("Enter");
  const sure = owner.getByRole("alertdialog", { name: "Remove Work laptop?" });
  await expect(sure).toBeVisible();
  await tabTo(owner, sure.getByRole("button", { name: "Remove" }));
  await owner.keyboard.press("Enter");
  await expect(owner.getByText("You have no passkey yet.")).toBeVisible();
  await expect(owner.getByRole("heading", { name: "Passkeys" })).toBeFocused();

  await tabTo(owner, owner.getByRole("button", { name: "End all others" }));
  await owner.keyboard.press("Enter");
  await expect(owner.getByText("1 session ended.")).toBeVisible();

  const mails = owner.getByRole("switch", { name: "Tell me when a public link of mine is first opened" });
  await tabTo(owner, mails);
  await owner.keyboard.press("Space");
  await expect(mails).not.toBeChecked();
  await expect(mails).toBeFocused();
  await tabTo(owner, owner.getByRole("radio", { name: "Like the system" }));
  await owner.keyboard.press("ArrowDown");
  await owner.keyboard.press("ArrowDown");
  await expect(owner.getByRole("radio", { name: "Dark" })).toBeChecked();
  await expect(owner.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("Settings: a provider's dialog, and how links are confirmed", async ({ owner }) => {
  await owner.goto("/settings");
  await expect(owner.getByRole("radiogroup", { name: "Confirming public links" })).toBeVisible();
  const add = owner.getByRole("button", { name: "Add provider" });
  await tabTo(owner, add);
  await owner.keyboard.press("Enter");
  const dialog = owner.getByRole("dialog", { name: "Add a provider" });
  await expect(dialog.locator(":focus")).toHaveCount(1);
  await tabTo(owner, dialog.getByLabel("Issuer"));
  await tabTo(owner, dialog.getByRole("button", { name: "Add group" }));
  await owner.keyboard.press("Enter");
  await expect(dialog.getByLabel("Group", { exact: true })).toBeVisible();
  // Something was begun, so the first Escape asks.
  await owner.keyboard.press("Escape");
  await expect(dialog.getByText("Discard what you typed?")).toBeVisible();
  await owner.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(add).toBeFocused();

  const either = owner.getByRole("radio", { name: /^By mail or by a passkey/ });
  await tabTo(owner, either);
  await owner.keyboard.press("ArrowDown");
  await expect(owner.getByRole("radio", { name: /^By mail only/ })).toBeChecked();
  const confirming = owner.getByRole("region", { name: "Confirming public links" });
  await tabTo(owner, confirming.getByRole("button", { name: "Save" }));
  await owner.keyboard.press("Enter");
  await owner.reload();
  await expect(owner.getByRole("radio", { name: /^By mail only/ })).toBeChecked();
});

test("what takes something away asks first, and an Enter too many keeps it", async ({ owner }) => {
  const team = await addTeam(owner, "Design");
  await owner.goto(`/teams/${team.id}`);
  await expect(title(owner, "Design")).toBeVisible();
  const more = owner.getByRole("button", { name: "More for Design" });
  await tabTo(owner, more);
  await openMenu(owner, more);
  await owner.keyboard.press("End");
  await expect(owner.getByRole("menuitem", { name: "Remove team…" })).toBeFocused();
  await owner.keyboard.press("Enter");
  const sure = owner.getByRole("alertdialog", { name: "Remove the team Design?" });
  await expect(sure.getByRole("button", { name: "Cancel" })).toBeFocused();
  await expectFocusShown(sure.getByRole("button", { name: "Cancel" }));
  await owner.keyboard.press("Enter");
  await expect(sure).toBeHidden();
  await expect(more).toBeFocused();
  await expect(title(owner, "Design")).toBeVisible();

  await openMenu(owner, more);
  await owner.keyboard.press("End");
  await owner.keyboard.press("Enter");
  await expect(sure.getByRole("button", { name: "Cancel" })).toBeFocused();
  await owner.keyboard.press("Tab");
  await expect(sure.getByRole("button", { name: "Remove team" })).toBeFocused();
  await owner.keyboard.press("Enter");
  await expect(owner.getByText("The team Design is removed.")).toBeVisible();
});
