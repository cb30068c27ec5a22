// What members choose for themselves: saved, kept to, and shown where it matters.

import { view } from "../support/guest";
import { account, addItem, makeLink } from "../support/items";
import { mails } from "../support/mailbox";
import { expect, MIRA, test } from "../support/test";
import { stop } from "../support/tour";
import { openLinkDialog, title } from "../support/ui";

const SWITCH = "Tell me when a public link of mine is first opened";

test("mails about opened links stop, and the dialog of a new link says so", async ({ owner, openBrowser, site }) => {
  const item = await addItem(owner, account);
  await owner.goto("/profile");
  const mail = owner.getByRole("switch", { name: SWITCH });
  await expect(mail).toBeChecked();
  await mail.click();
  await expect(owner.getByText("You don't get these mails any more.")).toBeVisible();
  await expect(owner.getByText(/^Always sent: /)).toBeVisible();
  await stop(owner, "profile-mails-off");
  await owner.reload();
  await expect(mail).not.toBeChecked();

  await owner.goto("/accounts");
  const dialog = await openLinkDialog(owner, item.name);
  const notify = dialog.getByRole("switch", { name: "E-mail me when it is first opened" });
  await expect(notify).toBeDisabled();
  await expect(notify).not.toBeChecked();
  await expect(dialog.getByText("You switched these mails off in your profile.")).toBeVisible();
  await stop(owner, "share-terms-no-mails");
  await owner.keyboard.press("Escape");

  // A link is opened before it is switched on again, and one of another item after: the mail is about that.
  await view(await openBrowser(), await makeLink(owner, site, MIRA, item, { notify: true }));
  await owner.goto("/profile");
  await mail.click();
  await expect(owner.getByText("You get these mails from now on.")).toBeVisible();
  const other = await addItem(owner, { ...account, name: "Another account" });
  await view(await openBrowser(), await makeLink(owner, site, MIRA, other, { notify: true }));
  const opened = async (id: string) =>
    (await mails(site)).filter(({ subject, text }) => subject === "Your link was opened" && text.includes(id)).length;
  await expect.poll(() => opened(other.id)).toBe(1);
  expect(await opened(item.id)).toBe(0);
});

test("a switch that can't be saved goes back", async ({ owner }) => {
  await owner.goto("/profile");
  const mail = owner.getByRole("switch", { name: SWITCH });
  await expect(mail).toBeChecked();
  await owner.route("**/api/v1/profile/preferences", (route) =>
    route.request().method() === "PUT" ? route.abort() : route.continue(),
  );
  await mail.click();
  await expect(owner.getByText(/Guestpass can't be reached/)).toBeVisible();
  await expect(mail).toBeChecked();
});

test("light and dark are kept in this browser", async ({ owner }) => {
  await owner.goto("/profile");
  await owner.getByRole("radio", { name: "Dark" }).check();
  await expect(owner.locator("html")).toHaveAttribute("data-theme", "dark");
  await owner.reload();
  await expect(title(owner, "Profile")).toBeVisible();
  await expect(owner.getByRole("radio", { name: "Dark" })).toBeChecked();
  await expect(owner.locator("html")).toHaveAttribute("data-theme", "dark");
  await owner.getByRole("radio", { name: "Like the system" }).check();
  await expect(owner.locator("html")).not.toHaveAttribute("data-theme");
});
