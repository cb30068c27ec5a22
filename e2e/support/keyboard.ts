// Going through a page without a pointer, and seeing all the time where one is.

import { expect, type Locator, type Page } from "@playwright/test";

/** Presses Tab until the target has the focus, which has to be visible. */
export async function tabTo(page: Page, target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  const most = 20;
  for (let press = 0; press < most; press += 1) {
    await page.keyboard.press(key);
    if (await target.evaluate((element) => element === document.activeElement)) {
      await expectFocusShown(target);
      return;
    }
  }
  throw new Error(`${most} presses of ${key} don't lead there`);
}

export async function expectFocusShown(focused: Locator): Promise<void> {
  const shown = await focused.evaluate((element) => {
    // A check box may show it on its label.
    const candidates = [element, element.parentElement, element.nextElementSibling].filter((each) => each !== null);
    return candidates.some((each) => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each);
      return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
    });
  });
  expect(shown, "focus is visible").toBe(true);
}
