// The API as a script in the page would use it: with the page's own cookies and origin.

import { expect, type Page } from "@playwright/test";

import { mailWithLink, mails, tokenIn } from "./mailbox";
import type { Site } from "./site";

export interface Answer<T> {
  status: number;
  body: T;
}

export async function call<T = unknown>(
  page: Page,
  method: string,
  path: string,
  body?: object,
): Promise<Answer<T>> {
  return await page.evaluate(
    async ({ method, path, body }) => {
      const answer = await fetch(`/api/v1${path}`, {
        method,
        ...(method === "GET"
          ? {}
          : { headers: { "content-type": "application/json" }, body: JSON.stringify(body ?? {}) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
    },
    { method, path, body },
  );
}

/** Like `call`, for answers that have to be good. */
export async function ask<T = unknown>(
  page: Page,
  method: string,
  path: string,
  body?: object,
): Promise<T> {
  const answer = await call<T>(page, method, path, body);
  expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  return answer.body;
}

/** Signs the page's browser in through the API; tests of the sign-in page don't use it. */
export async function signIn(page: Page, site: Site, email: string): Promise<void> {
  await page.goto("/about-links");
  const known = await mails(site);
  await ask(page, "POST", "/sign-in", { email });
  const token = tokenIn(await mailWithLink(site, email, known));
  const confirmed = await ask<{ signed_in: boolean }>(page, "POST", "/sign-in/confirm", { token });
  expect(confirmed.signed_in).toBe(true);
}
