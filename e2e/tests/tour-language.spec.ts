// Every page in German: longer words must fit as well.

import type { Page } from "@playwright/test";

import { ask } from "../support/api";
import { account, addItem, makeLink, secret } from "../support/items";
import { expect, MIRA, test } from "../support/test";
import { still, stop } from "../support/tour";
import { title } from "../support/ui";

test.use(still);

const html = (page: Page) => page.locator("html");

test("the app in German", async ({ owner }) => {
  await ask(owner, "PUT", "/profile/preferences", { mail_link_opened: true, language: "de" });
  await addItem(owner, { ...secret, name: "WLAN im Büro" });
  const item = await addItem(owner, { ...account, name: "Beispielkonto" });
  for (const [path, name] of [
    ["/accounts", "Alle Konten"],
    ["/secrets", "Geheimnisse"],
    ["/activity", "Aktivität"],
    ["/members", "Mitglieder"],
    ["/teams", "Teams"],
    ["/settings", "Einstellungen"],
    ["/profile", /^Profil$/],
    [`/items/${item.id}`, item.name],
    [`/items/${item.id}/access`, `Wer Zugriff auf ${item.name} hat`],
  ] as const) {
    await owner.goto(path);
    await expect(title(owner, name)).toBeVisible();
    await expect(html(owner)).toHaveAttribute("lang", "de");
    await expect(owner.locator("main [aria-busy=true], main .skeleton")).toHaveCount(0);
    await stop(owner, `de${path.replace(item.id, "one").replaceAll("/", "-")}`);
  }

  await owner.goto("/accounts");
  await owner.getByRole("button", { name: "Konto hinzufügen" }).first().click();
  await expect(owner.getByRole("dialog", { name: "Konto hinzufügen" })).toBeVisible();
  await stop(owner, "de-add-account");
  await owner.keyboard.press("Escape");
  await owner.getByRole("button", { name: `${item.name} teilen`, exact: true }).click();
  await owner.getByRole("menuitem", { name: "Über öffentlichen Link teilen" }).click();
  const dialog = owner.getByRole("dialog", { name: "Diese Zugangsdaten über einen Link teilen" });
  await expect(dialog).toBeVisible();
  await stop(owner, "de-share-terms");
  await dialog.getByRole("button", { name: "Link erstellen" }).click();
  await expect(owner.getByRole("dialog", { name: /^Bestätigen Sie Ihre Identität/ })).toBeVisible();
  await stop(owner, "de-share-confirm");
});

test("a German browser gets German pages from the first paint on", async ({ owner, openBrowser, site }) => {
  const link = await makeLink(owner, site, MIRA, await addItem(owner, account));
  const guest = await openBrowser({ locale: "de-DE" });
  const waiting = guest.getByRole("heading", { level: 1, name: "Ein geteilter Eintrag wartet auf Sie" });
  // The document alone: no script has run yet.
  await guest.route("**/assets/*.js", (route) => route.abort());
  await guest.goto(link.url);
  await expect(waiting).toBeVisible();
  await guest.unroute("**/assets/*.js");
  await guest.reload();
  await expect(waiting).toBeVisible();
  await expect(html(guest)).toHaveAttribute("lang", "de");
  await stop(guest, "de-guest-waiting");
  await guest.getByRole("button", { name: "Geteilten Eintrag ansehen" }).click();
  await expect(guest.getByRole("heading", { name: /hat ein Konto mit Ihnen geteilt$/ })).toBeVisible();
  await expect(guest.getByRole("img", { name: "QR-Code für eine Authenticator-App" })).toBeVisible();
  await stop(guest, "de-guest-item");

  for (const path of ["/about-links", "/security-considerations", "/confirm", "/sign-in"]) {
    await guest.goto(path);
    await expect(html(guest)).toHaveAttribute("lang", "de");
    await expect(guest.locator("main")).not.toContainText(/\b(the|you|and)\b/i);
    await stop(guest, `de${path.replace("/", "-")}`);
  }
});
