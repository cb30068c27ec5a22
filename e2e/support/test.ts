// `test` with what every spec needs: a server, browsers that are watched, people.

import { test as base, type BrowserContext, type BrowserContextOptions, expect, type Page } from "@playwright/test";

import { signIn } from "./api";
import { type Site, startSite } from "./site";

export { expect };

/** The Owner of the sample workspace. */
export const MIRA = "mira.okafor@larkfield.example";

/** A browser of its own: cookies, storage and cache shared with no other. */
export type OpenBrowser = (options?: BrowserContextOptions) => Promise<Page>;

interface Fixtures {
  site: Site;
  openBrowser: OpenBrowser;
  /** A page in a browser where Mira is signed in. */
  owner: Page;
  /** Other origins that pages may go to. */
  friends: Set<string>;
  /** What went wrong in any page: refused by a policy, thrown, asked of a stranger. */
  complaints: string[];
}

export const test = base.extend<Fixtures>({
  site: async ({}, use) => {
    const site = await startSite();
    await use(site);
    await site.stop();
  },

  complaints: async ({}, use) => {
    const complaints: string[] = [];
    await use(complaints);
    expect(complaints, "policy reports, exceptions, requests to strangers").toEqual([]);
  },

  friends: async ({}, use) => {
    await use(new Set());
  },

  openBrowser: async ({ browser, site, complaints, friends }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ baseURL: site.origin, ...options });
      contexts.push(context);
      watch(context, site, friends, complaints);
      return await context.newPage();
    });
    for (const context of contexts) await context.close();
  },

  owner: async ({ openBrowser, site }, use) => {
    const page = await openBrowser();
    await signIn(page, site, MIRA);
    await use(page);
  },
});

function watch(
  context: BrowserContext,
  site: Site,
  friends: ReadonlySet<string>,
  complaints: string[],
): void {
  context.on("console", (message) => {
    if (/content.security.policy|trusted.?type|permissions policy/i.test(message.text())) {
      complaints.push(`${message.page()?.url() ?? ""}: ${message.text()}`);
    }
  });
  context.on("weberror", (failure) => {
    complaints.push(`${failure.page()?.url() ?? ""}: ${failure.error().message}`);
  });
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol) && url.origin !== site.origin && !friends.has(url.origin)) {
      complaints.push(`asked a stranger: ${request.url()}`);
    }
    if (request.headers().referer?.includes("#")) {
      complaints.push(`a fragment in Referer: ${request.url()}`);
    }
  });
}
