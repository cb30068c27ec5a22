// One stop of the tour: the page as it stands has no accessibility fault, doesn't scroll
// sideways, and, when asked for, has its picture taken.

import { expect, type Page, test } from "@playwright/test";

import { expectAccessible } from "./axe";

export async function stop(page: Page, name: string): Promise<void> {
  await test.step(name, async () => {
    await expectAccessible(page, name);
    await expectNoSidewaysScrolling(page, name);
    if (process.env.SCREENSHOTS) {
      const path = `screenshots/${test.info().project.name}/${name}.png`;
      await page.screenshot({ path, fullPage: true, animations: "disabled" });
    }
  });
}

/** Not at the width it has, and on phones not at 320 pixels either: the narrowest that counts. */
async function expectNoSidewaysScrolling(page: Page, name: string): Promise<void> {
  const size = page.viewportSize();
  const widths = size && size.width < 640 ? [320, size.width] : [size?.width ?? 0];
  for (const width of widths) {
    if (size && widths.length > 1) await page.setViewportSize({ ...size, width });
    const { overflow, wide } = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      const wide = [...document.querySelectorAll("body *")].filter(
        (element) => element.getBoundingClientRect().right > clientWidth,
      );
      return { overflow: scrollWidth - clientWidth, wide: wide.slice(-3).map(({ outerHTML }) => outerHTML.slice(0, 200)) };
    });
    const where = overflow > 0 ? `: ${wide.join(" ")}` : "";
    expect(overflow, `sideways scrolling of ${name} at ${width}${where}`).toBeLessThanOrEqual(0);
  }
}

/** Pages stand still, so that what is looked at is what stays. */
export const still = { reducedMotion: "reduce" } as const;
