// The workspace's settings, its sign-in page, and the switcher, in every look.

import { PNG } from "pngjs";

import { ask, signIn } from "../support/api";
import { account, addItem, makeLink } from "../support/items";
import { expect, MIRA, test } from "../support/test";
import { still, stop } from "../support/tour";
import { title } from "../support/ui";

const ZOE = { email: "zoe@harbour.example", first: "Zoe", last: "Novak" };

test("settings change how the workspace looks everywhere", async ({ openBrowser, site }) => {
  const page = await openBrowser(still);
  await signIn(page, site, MIRA);
  await page.goto("/settings");
  const part = page.getByRole("region", { name: "Workspace", exact: true });
  await part.getByLabel("Name").fill("Larkfield & Sons");
  await part.getByLabel("Letters").fill("LKF");
  await part.getByRole("button", { name: "Save" }).click();
  await expect(part.getByText("Use one or two characters")).toBeVisible();
  await stop(page, "workspace-refused");
  await part.getByLabel("Letters").fill("LS");
  await part.getByLabel("Violet").check({ force: true });
  await part.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("The workspace is saved.")).toBeVisible();

  const sessions = page.getByRole("region", { name: "Sessions" });
  await sessions.getByLabel("Without using it, for").selectOption("2 hours");
  await sessions.getByLabel("At most, for").selectOption("1 hour");
  await sessions.getByRole("button", { name: "Save" }).click();
  await expect(sessions.getByText("A session can't last longer")).toBeVisible();
  await sessions.getByLabel("At most, for").selectOption("1 day");
  await sessions.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved. Shorter times count from now on.")).toBeVisible();

  const domains = page.getByRole("region", { name: "Who may become a member" });
  await domains.getByLabel("Mail domains").fill("larkfield.example, @Sons.example");
  await domains.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("The mail domains are saved.")).toBeVisible();
  await expect(domains.getByLabel("Mail domains")).toHaveValue("larkfield.example sons.example");
  await stop(page, "workspace-settings");

  const link = await makeLink(page, site, MIRA, await addItem(page, account), {});
  const recipient = await openBrowser(still);
  await recipient.goto(link.url);
  await expect(recipient.getByText("Larkfield & Sons").first()).toBeVisible();
  await expect(recipient.getByText("LS", { exact: true })).toBeVisible();
  await stop(recipient, "guest-waiting-with-letters");

  await part.getByRole("button", { name: "Choose a picture" }).click();
  await part.locator("input[type=file]").setInputFiles({ name: "logo.png", mimeType: "image/png", buffer: png(96) });
  await expect(page.getByText("The workspace has a new logo.")).toBeVisible();
  await expect(page.locator("img.mark").first()).toHaveJSProperty("complete", true);
  await stop(page, "workspace-logo");
  const anon = await openBrowser(still);
  await anon.goto("/sign-in");
  await expect(anon.locator("img.mark")).toHaveJSProperty("naturalWidth", 96);
  await stop(anon, "sign-in-with-logo");
  await part.getByRole("button", { name: "Remove the logo" }).click();
  await expect(page.getByText("The logo is removed.")).toBeVisible();

  await page.goto("/activity");
  await expect(page.getByText(/gave the workspace another name/)).toBeVisible();
  await expect(page.getByText(/changed which mail domains may join/)).toBeVisible();
});

test("the switcher and the sign-in page of a workspace", async ({ openBrowser, site }) => {
  const page = await openBrowser(still);
  await signIn(page, site, MIRA);
  const address = await site.addWorkspace("Harbour & Associates International", ZOE);
  const zoe = await openBrowser(still);
  await zoe.goto(address);
  await expect(zoe.getByText("Harbour & Associates International")).toBeVisible();
  await stop(zoe, "sign-in-of-a-workspace");
  await signIn(zoe, site, ZOE.email);
  await ask(zoe, "POST", "/members", { email: MIRA, first_name: "Mira", last_name: "Okafor", role: "user" });

  await page.goto("/accounts");
  await expect(title(page, "All accounts")).toBeVisible();
  await page.getByRole("button", { name: /Your menu/ }).and(page.locator(":visible")).click();
  await expect(page.getByRole("menuitem", { name: /Harbour/ })).toBeVisible();
  await stop(page, "switcher");
  await page.keyboard.press("Escape");
  await page.goto(address);
  await expect(page.getByText(/You are signed in to/)).toBeVisible();
  await stop(page, "sign-in-to-another");
  await page.context().clearCookies();
  await page.goto("/sign-in");
  await expect(page.getByText("Workspaces you used in this browser")).toBeVisible();
  await stop(page, "sign-in-of-several");
});

/** A square of one colour. */
function png(side: number): Buffer {
  const picture = new PNG({ width: side, height: side });
  picture.data.fill(Buffer.from([40, 96, 160, 255]));
  return PNG.sync.write(picture);
}
