// One stop of the tour: the page as it stands has no accessibility fault, doesn't scroll
// sideways, and, when asked for, has its picture taken.

import { expect, type Page, test } from "@playwright/test";

import { expectAccessible } from "./axe";

export async function stop(page: Page, name: string): Promise<void> {
  await test.step(name, async () => {
    await expectAccessible(page, name);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow, `sideways scrolling of ${name}`).toBeLessThanOrEqual(0);
    if (process.env.SCREENSHOTS) {
      const path = `screenshots/${test.info().project.name}/${name}.png`;
      await page.screenshot({ path, fullPage: true, animations: "disabled" });
    }
  });
}

/** Pages stand still, so that what is looked at is what stays. */
export const still = { reducedMotion: "reduce" } as const;
