// Signing in with a company's own login, against a real provider: there and back, who may join as
// what, keys that change, signing out at either end, and the pages that look after it.

import type { Page } from "@playwright/test";

import { ask } from "../support/api";
import { type Idp, logInThere, startIdp } from "../support/provider";
import { expect, MIRA, test as base } from "../support/test";
import { stop } from "../support/tour";
import { title } from "../support/ui";

const PEOPLE = {
  noor: { email: "noor.ito@larkfield.example", given_name: "Noor", family_name: "Ito", groups: ["staff"] },
  ada: { email: "ada.novak@larkfield.example", given_name: "Ada", family_name: "Novak", groups: ["staff", "vault-admins"] },
  mira: { email: MIRA, given_name: "Mira", family_name: "Okafor" },
  eve: { email: "eve@elsewhere.example", given_name: "Eve", family_name: "Stone" },
};

const test = base.extend<{ idp: Idp }>({
  idp: async ({ site, friends }, use) => {
    const idp = await startIdp(site, PEOPLE);
    friends.add(idp.issuer);
    await use(idp);
    await idp.stop();
  },
});

interface Added {
  id: string;
  logout_uri: string;
}

/** Has the signed-in owner add the provider, without its page. */
async function add(owner: Page, idp: Idp): Promise<Added> {
  const added = await ask<Added>(owner, "POST", "/providers", {
    name: "Larkfield ID",
    issuer: idp.issuer,
    client_id: idp.clientId,
    client_secret: idp.clientSecret,
    domains: ["larkfield.example"],
    default_role: "user",
    groups_claim: "groups",
    groups: [{ group: "vault-admins", role: "admin" }],
  });
  idp.restart(added.logout_uri);
  return added;
}

const button = (page: Page) => page.getByRole("button", { name: "Continue with Larkfield ID" });

async function signIn(page: Page, idp: Idp, who: string): Promise<void> {
  await page.goto("/");
  await button(page).click();
  await logInThere(page, idp, who);
}

/** The name at the bottom of the drawer, with the role. */
const me = (page: Page) => page.getByRole("button", { name: /^Your menu:/ });

test("an admin adds a provider, tests it, and people join by it with the role and the teams of their groups", async ({ owner, openBrowser, idp }) => {
  await owner.goto("/settings");
  await expect(title(owner, "Settings")).toBeVisible();
  await owner.getByRole("button", { name: "Add provider" }).click();
  const dialog = owner.getByRole("dialog", { name: "Add a provider" });
  await dialog.getByLabel("Name", { exact: true }).fill("Larkfield ID");
  await dialog.getByLabel("Issuer").fill(`${idp.issuer}/`);
  await dialog.getByLabel("Client ID").fill(idp.clientId);
  await dialog.getByLabel("Client secret").fill(idp.clientSecret);
  await dialog.getByLabel("Mail domains that may join").fill("larkfield.example");
  await dialog.getByRole("button", { name: "Add group" }).click();
  await dialog.getByLabel("Group", { exact: true }).fill("vault-admins");
  await dialog.getByRole("button", { name: "Add team" }).click();
  await dialog.getByLabel("Group of the team").fill("staff");
  await dialog.getByLabel("Team", { exact: true }).fill("Studio");
  await stop(owner, "provider-dialog");
  await dialog.getByRole("button", { name: "Save" }).click();

  const entry = owner.getByRole("article", { name: "Larkfield ID" });
  await entry.getByRole("button", { name: "Test this connection" }).click();
  await expect(entry.getByText(`The provider calls itself ${idp.issuer}.`)).toBeVisible();
  await entry.getByRole("button", { name: "Change" }).click();
  const change = owner.getByRole("dialog", { name: "Change Larkfield ID" });
  await change.getByLabel("Issuer").fill(idp.issuer);
  await change.getByLabel("Client secret").fill(idp.clientSecret);
  await change.getByRole("button", { name: "Save" }).click();
  await entry.getByRole("button", { name: "Test this connection" }).click();
  await expect(entry.getByText("The connection works.")).toBeVisible();
  await stop(owner, "settings-provider");

  const secret = await ask<{ id: string; name: string }>(owner, "POST", "/items", {
    kind: "secret",
    name: "Studio door code",
    body: "4711",
  });
  const noor = await openBrowser();
  await noor.goto("/secrets");
  await expect(button(noor)).toBeVisible();
  await stop(noor, "sign-in-provider");
  await button(noor).click();
  await logInThere(noor, idp, "noor");
  await expect(title(noor, "Secrets"), "where she wanted to go").toBeVisible();
  await expect(me(noor)).toContainText("Noor Ito");
  await expect(me(noor)).toContainText("Member");
  await expect(noor.getByRole("link", { name: "Settings" })).toHaveCount(0);

  // Her group is a team here: what is shared with the team is hers, too.
  await expect(noor.getByText(secret.name)).toHaveCount(0);
  const { teams } = await ask<{ teams: { id: string; name: string }[] }>(owner, "GET", "/teams");
  const studio = teams.find((team) => team.name === "Studio");
  await ask(owner, "PUT", `/items/${secret.id}/access/teams/${studio?.id}`, { role: "collaborator" });
  await noor.reload();
  await expect(noor.getByText(secret.name)).toBeVisible();
  await owner.goto("/activity?action=team");
  await expect(owner.getByText("Guestpass added Noor Ito to the team Studio")).toBeVisible();

  const ada = await openBrowser();
  await signIn(ada, idp, "ada");
  await expect(me(ada)).toContainText("Admin");
  await expect(ada.getByRole("link", { name: "Settings" })).toBeVisible();

  const eve = await openBrowser();
  await signIn(eve, idp, "eve");
  await expect(title(eve, "You aren't signed in")).toBeVisible();
  await expect(eve.getByText("Nobody has invited you here yet.")).toBeVisible();
  expect(new URL(eve.url()).search, "no code stays in the address").toBe("");
  await stop(eve, "sign-in-refused");
  await eve.getByRole("button", { name: "Back to sign in" }).click();
  await expect(title(eve, "Sign in")).toBeVisible();
});

test("a member connects their account first; new keys are no obstacle", async ({ owner, openBrowser, idp }) => {
  await add(owner, idp);
  const other = await openBrowser();
  await signIn(other, idp, "mira");
  await expect(other.getByText("it isn't connected to this login yet")).toBeVisible();

  await owner.goto("/profile");
  await owner.getByRole("button", { name: "Connect Larkfield ID" }).click();
  await logInThere(owner, idp, "mira");
  await expect(title(owner, "Profile")).toBeVisible();
  await expect(owner.getByRole("button", { name: "Disconnect Larkfield ID" })).toBeVisible();

  // Other keys, under another name, and no session there any more.
  idp.restart();
  await signIn(other, idp, "mira");
  await expect(me(other)).toContainText("Mira Okafor");
});

test("signing out at either end signs out at both", async ({ owner, openBrowser, idp }) => {
  await add(owner, idp);
  const page = await openBrowser();
  await signIn(page, idp, "noor");
  await me(page).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Log out" }).click();
  await expect(title(page, "Sign in")).toBeVisible();
  // The provider asks again who it is.
  await signIn(page, idp, "noor");
  await expect(me(page)).toBeVisible();

  const there = await page.context().newPage();
  await there.goto(`${idp.issuer}/session/end`);
  await there.getByRole("button", { name: "Log out" }).click();
  await expect(there.getByRole("heading", { name: "Logged out" })).toBeVisible();
  await page.getByRole("link", { name: "Activity" }).click();
  await expect(title(page, "Sign in")).toBeVisible();
});

test("as the only way in it leaves no mail form, and proves anew who somebody is", async ({ owner, openBrowser, idp }) => {
  await add(owner, idp);
  await owner.goto("/profile");
  await owner.getByRole("button", { name: "Connect Larkfield ID" }).click();
  await logInThere(owner, idp, "mira");
  await expect(owner.getByRole("button", { name: "Disconnect Larkfield ID" })).toBeVisible();
  await owner.goto("/settings");
  await owner.getByRole("button", { name: "Change Larkfield ID" }).click();
  await owner.getByLabel("The only way in").check();
  await owner.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(owner.getByRole("article").getByText("The only way in")).toBeVisible();

  const page = await openBrowser();
  await signIn(page, idp, "mira");
  await me(page).click();
  await page.getByRole("menuitem", { name: "Profile" }).click();
  // The provider doesn't say when it asked: too little for what is important.
  await page.getByRole("button", { name: "Disconnect Larkfield ID" }).click();
  const dialog = page.getByRole("dialog", { name: "Sign in again to go on" });
  await expect(dialog.getByRole("button", { name: "Send me the mail" })).toHaveCount(0);
  const [window] = await Promise.all([
    page.waitForEvent("popup"),
    dialog.getByRole("link", { name: "Continue with Larkfield ID" }).click(),
  ]);
  await logInThere(window, idp, "mira");
  await expect(title(window, "You have signed in again")).toBeVisible();
  await dialog.getByRole("button", { name: "I have signed in: go on" }).click();
  await expect(page.getByRole("button", { name: "Connect Larkfield ID" })).toBeVisible();

  const anon = await openBrowser();
  await anon.goto("/");
  await expect(button(anon)).toBeVisible();
  await expect(anon.getByLabel("E-mail address")).toHaveCount(0);
});
