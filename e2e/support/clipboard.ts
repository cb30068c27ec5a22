// What was copied, as the next program would get it: pasted. Our own pages may not read the
// clipboard, so it is pasted into an empty page beside them.

import type { Page } from "@playwright/test";

export async function pasted(page: Page): Promise<string> {
  const beside = await page.context().newPage();
  await beside.setContent("<textarea aria-label='Paste here'></textarea>");
  const field = beside.getByLabel("Paste here");
  await field.focus();
  await beside.keyboard.press("ControlOrMeta+V");
  const text = await field.inputValue();
  await beside.close();
  await page.bringToFront();
  return text;
}
