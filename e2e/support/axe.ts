// The accessibility rules of axe, on the page as it stands.

import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";

import { expect, type Page } from "@playwright/test";
import type { AxeResults } from "axe-core";

const source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export async function expectAccessible(page: Page, state: string): Promise<void> {
  // Evaluated rather than added as a script: the page's policy would refuse that, rightly.
  await page.evaluate(source);
  const found = await page.evaluate(async (rules) => {
    const { axe } = window as unknown as {
      axe: { run(where: Document, options: object): Promise<AxeResults> };
    };
    const results = await axe.run(document, { runOnly: { type: "tag", values: rules } });
    // An open menu floats above the page, outside its landmarks, as an open dialog does. axe knows
    // that of dialogs only; focus is inside, and the menu says itself what it belongs to.
    const inOpenMenu = (target: unknown) => {
      const found = typeof target === "string" ? document.querySelector(target) : null;
      // A part of the menu, or what makes it float.
      return found?.closest("[role=menu]") != null || found?.querySelector("[role=menu]") != null;
    };
    return results.violations
      .map(({ id, help, nodes }) => ({
        text: `${id}: ${help}`,
        nodes: nodes.filter(({ target }) => id !== "region" || !inOpenMenu(target[0])).map(({ html }) => html),
      }))
      .filter(({ nodes }) => nodes.length > 0)
      .map(({ text, nodes }) => [text, ...nodes].join("\n    "));
  }, RULES);
  expect(found, `accessibility of ${state}`).toEqual([]);
}
