// The walk of the README, as a person takes it: sign in, share, confirm, open. On a phone and on
// a desktop, in light and in dark.

import { ask } from "../support/api";
import { pasted } from "../support/clipboard";
import { heading, view } from "../support/guest";
import { account, addItem, secret } from "../support/items";
import { readQr } from "../support/qr";
import { expect, MIRA, test } from "../support/test";
import { askForLink, askToSignIn, linkShown, pressInMailbox, title } from "../support/ui";

for (const item of [account, secret]) {
  test(`${item.kind}: from sign-in to the recipient's screen`, async ({ openBrowser }) => {
    const member = await openBrowser({ permissions: ["clipboard-write"] });
    await askToSignIn(member, MIRA);
    const mailbox = await member.context().newPage();
    await mailbox.goto("/mailbox");
    await pressInMailbox(mailbox, "Sign in");
    await expect(title(member, "All accounts")).toBeVisible();

    const { id } = await addItem(member, item);
    await member.goto(item.kind === "account" ? "/accounts" : "/secrets");
    await expect(title(member, item.kind === "account" ? "All accounts" : "Secrets")).toBeVisible();

    await askForLink(member, item.name, async (dialog) => {
      const expiry = dialog.getByLabel("This link expires in");
      expect((await expiry.locator("option").allInnerTexts()).map((text) => text.trim())).toEqual([
        "1 hour",
        "12 hours",
        "1 day",
        "5 days",
        "30 days",
      ]);
      await expiry.selectOption({ label: "12 hours" });
      await dialog.getByLabel("Can be viewed only 1 time").check();
      await expect(dialog.getByRole("link", { name: "Security considerations" })).toHaveAttribute(
        "href",
        "/security-considerations",
      );
    });

    await mailbox.bringToFront();
    const confirming = await pressInMailbox(mailbox, "Confirm my identity");
    await expect(heading(confirming, "Confirmed")).toBeVisible();
    await confirming.close();

    await member.bringToFront();
    const { dialog, url } = await linkShown(member);
    expect(await readQr(dialog.getByRole("img", { name: "QR code of the link" }))).toBe(url);
    const copy = dialog.getByRole("button", { name: "Copy link" });
    await copy.click();
    expect(await pasted(member)).toBe(url);
    await dialog.getByRole("button", { name: "Done" }).click();
    await expect(dialog).toBeHidden();

    const guest = await openBrowser();
    await view(guest, { url, id: "", lid: "", auth: "" });
    await expect(guest.getByText("You can view this link only 1 time.")).toBeVisible();
    if (item.kind === "account") {
      await expect(guest.getByText(account.username, { exact: true })).toBeVisible();
      await expect(guest.getByRole("link", { name: "Go to website" })).toBeVisible();
      await expect(guest.getByText("MFA key", { exact: true })).toBeVisible();
    } else {
      expect(await guest.getByRole("region", { name: "Secret" }).innerText()).toBe(secret.body);
    }

    const { links } = await ask<{ links: { state: string; views: unknown[] }[] }>(member, "GET", `/items/${id}/links`);
    expect(links).toHaveLength(1);
    expect(links[0]).toMatchObject({ state: "viewed", one_time: true });
    expect(links[0]?.views).toHaveLength(1);

    await member.goto("/activity");
    await expect(title(member, "Activity")).toBeVisible();
    await expect(member.getByText(item.name).first()).toBeVisible();
  });
}
