// English and German: chosen on the profile page, kept with the member, spoken by every page and mail.

import type { Page } from "@playwright/test";

import { ask } from "../support/api";
import { expectAccessible } from "../support/axe";
import { mails } from "../support/mailbox";
import { expect, MIRA, test } from "../support/test";
import { title } from "../support/ui";

const html = (page: Page) => page.locator("html");

/** Chooses German, in an English page. */
async function speakGerman(page: Page): Promise<void> {
  await page.goto("/profile");
  await page.getByRole("radio", { name: "Deutsch" }).click();
  await expect(title(page, /^Profil$/)).toBeVisible();
}

test("a member chooses German, takes it along, and goes back to English", async ({ owner, site }) => {
  await expect(html(owner)).toHaveAttribute("lang", "en");
  await owner.goto("/profile");
  await expect(owner.getByRole("radio", { name: "Like the browser" })).toBeChecked();
  await speakGerman(owner);
  await expect(html(owner)).toHaveAttribute("lang", "de");
  await expect(owner.getByRole("radio", { name: "Deutsch" })).toBeChecked();

  // The mail is German, and so is the page behind its button, whatever the browser says.
  await owner.context().clearCookies();
  await owner.goto("/sign-in");
  await expect(title(owner, "Anmelden")).toBeVisible();
  await owner.getByLabel("E-Mail-Adresse").fill(MIRA);
  await owner.getByRole("button", { name: "E-Mail schicken" }).click();
  await expect(title(owner, "Sehen Sie in Ihrem Postfach nach")).toBeVisible();
  const subjects = async () => (await mails(site)).filter(({ to }) => to === MIRA).map(({ subject }) => subject);
  await expect.poll(async () => (await subjects()).some((each) => each.startsWith("Anmeldung bei "))).toBe(true);
  const mail = (await mails(site)).find(({ subject }) => subject.startsWith("Anmeldung bei "));
  const link = /https?:\/\/\S+#[\w-]+/.exec(mail?.text ?? "")?.[0] ?? "";
  // As it comes from the server: the page itself goes on at once.
  const document = await owner.context().request.get(link.replace(/#.*/, ""));
  expect(await document.text()).toContain('<html lang="de">');
  const beside = await owner.context().newPage();
  await beside.goto(link);
  await expect(html(beside)).toHaveAttribute("lang", "de");
  await expect(title(beside, "Alle Konten")).toBeVisible();
  await beside.close();

  await expect(title(owner, "Alle Konten")).toBeVisible();
  await owner.goto("/profile");
  await owner.getByRole("radio", { name: "English" }).click();
  await expect(title(owner, "Profile")).toBeVisible();
  await expect(html(owner)).toHaveAttribute("lang", "en");
});

test("what was chosen elsewhere counts after one load, and signing out keeps it", async ({ owner, openBrowser }) => {
  const other = await openBrowser({ storageState: await owner.context().storageState() });
  await other.goto("/accounts");
  await expect(title(other, "All accounts")).toBeVisible();
  await speakGerman(owner);
  const documents: string[] = [];
  other.on("request", (request) => {
    if (request.isNavigationRequest()) documents.push(new URL(request.url()).pathname);
  });
  await other.goto("/secrets");
  await expect(title(other, "Geheimnisse")).toBeVisible();
  expect(documents, "the page asked for, and once more in German").toEqual(["/secrets", "/secrets"]);
  await other.reload();
  await expect(title(other, "Geheimnisse")).toBeVisible();
  expect(documents).toHaveLength(3);

  await ask(other, "DELETE", "/session");
  await other.goto("/accounts");
  await expect(title(other, "Anmelden")).toBeVisible();
  await expect(html(other)).toHaveAttribute("lang", "de");
  await expectAccessible(other, "signing in, in German");
});

test("the server's refusals are German, too", async ({ owner }) => {
  await speakGerman(owner);
  await owner.goto("/members");
  await owner.getByRole("button", { name: "Mitglied einladen" }).click();
  const dialog = owner.getByRole("dialog");
  await dialog.getByLabel("E-Mail-Adresse").fill(MIRA);
  await dialog.getByLabel("Vorname").fill("Mira");
  await dialog.getByLabel("Nachname").fill("Okafor");
  await dialog.getByRole("button", { name: "Einladung schicken" }).click();
  await expect(dialog.getByText(/schon Mitglied|schon einem Mitglied/).first()).toBeVisible();
});

test("what was typed isn't lost without a question", async ({ owner }) => {
  await owner.goto("/profile");
  const first = owner.getByLabel("First name");
  await first.fill("Miriam");
  await owner.getByRole("radio", { name: "Deutsch" }).click();
  const question = owner.getByRole("alertdialog", { name: "Discard what you typed?" });
  await question.getByRole("button", { name: "Cancel" }).click();
  await expect(first).toHaveValue("Miriam");
  await expect(owner.getByRole("radio", { name: "Like the browser" })).toBeChecked();

  await owner.getByRole("radio", { name: "Deutsch" }).click();
  await question.getByRole("button", { name: "Discard and change" }).click();
  await expect(title(owner, /^Profil$/)).toBeVisible();
  await expect(owner.getByLabel("Vorname")).toHaveValue("Mira");
});
