// The recipient's page is small, and there before the server has answered anything.

import type { Request } from "@playwright/test";

import { arrive, heading, view, viewButton, WAITING } from "../support/guest";
import type { OpenBrowser } from "../support/test";
import { account, addItem, makeLink } from "../support/items";
import { expect, MIRA, test } from "../support/test";

const BUDGET_BYTES = 20 * 1024;
/** The document, its script, and what may be known before the link is opened. */
const BUDGET_REQUESTS = 3;
/**
 * A server may send 10 segments of 1,460 bytes before it has to wait for the reader (RFC 6928).
 * The document with its headers stays far below, so that TLS and proxies have room too.
 */
const FIRST_FLIGHT_BYTES = 10 * 1_460;

test("from nothing to the button: at most 3 requests; with the QR code, at most 20 KB", async ({ owner, openBrowser, site }) => {
  const link = await makeLink(owner, site, MIRA, await addItem(owner, account));
  const guest = await openBrowser();
  const finished: Request[] = [];
  guest.on("requestfinished", (request) => finished.push(request));

  await arrive(guest, link);
  // The tab's icon is fetched after the page, and stays in the cache; its bytes count below.
  const needed = finished.map((request) => request.url()).filter((url) => !/\/icon-[^/]+\.svg$/.test(url));
  expect(needed.length, needed.join("\n")).toBeLessThanOrEqual(BUDGET_REQUESTS);

  await viewButton(guest).click();
  await expect(guest.getByRole("img", { name: "QR code for an authenticator app" })).toBeVisible();
  let bytes = 0;
  const rows: string[] = [];
  for (const request of finished.filter((request) => !request.url().includes("/api/"))) {
    const { responseBodySize } = await request.sizes();
    bytes += responseBodySize;
    rows.push(`${String(responseBodySize).padStart(6)}  ${new URL(request.url()).pathname}`);
  }
  test.info().annotations.push({ type: "on the wire", description: `${bytes} bytes\n${rows.join("\n")}` });
  expect(bytes, rows.join("\n")).toBeGreaterThan(0);
  expect(bytes, rows.join("\n")).toBeLessThanOrEqual(BUDGET_BYTES);
});

test("the document comes in one flight", async ({ openBrowser }) => {
  for (const path of ["/s", "/confirm"]) {
    const page = await openBrowser();
    const answer = await page.goto(path);
    const sizes = await answer?.request().sizes();
    const bytes = (sizes?.responseHeadersSize ?? 0) + (sizes?.responseBodySize ?? 0);
    expect(bytes, path).toBeGreaterThan(2_000);
    expect(bytes, path).toBeLessThanOrEqual(FIRST_FLIGHT_BYTES / 2);
  }
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`the first paint needs nothing but the document, ${colorScheme}`, async ({ openBrowser }) => {
    for (const [path, title] of [["/s#1nothing", WAITING], ["/confirm#nothing", "Confirm your identity"]] as const) {
      const { page, held, letGo } = await onlyTheDocument(openBrowser, path, colorScheme);
      await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
      await expect(heading(page, title)).toBeVisible();
      const { sheets, lightness, width } = await page.evaluate(() => {
        const main = document.querySelector("main") ?? document.body;
        return {
          sheets: Array.from(document.styleSheets, ({ ownerNode }) => ownerNode?.nodeName),
          lightness: Number(/^oklch\(([\d.]+)/.exec(getComputedStyle(document.body).backgroundColor)?.[1]),
          width: main.getBoundingClientRect().width,
        };
      });
      expect(sheets, path).toEqual(["STYLE"]);
      expect(width, "the column of tokens.css").toBe(480);
      if (colorScheme === "light") expect(lightness, path).toBeGreaterThan(0.9);
      else expect(lightness, path).toBeLessThan(0.3);
      const scripts = held.map((url) => new URL(url).pathname).filter((name) => !name.includes("/icon-"));
      expect(scripts.map((name) => name.replace(/-[\w-]+\.js$/, ".js"))).toEqual([
        path.startsWith("/s") ? "/assets/guest.js" : "/assets/confirm.js",
      ]);
      letGo();
      await expect(heading(page, title), "the script has run").toHaveCount(0);
    }
  });
}

test("the page stands before the API answers, and doesn't jump when it does", async ({ owner, openBrowser, site }) => {
  const link = await makeLink(owner, site, MIRA, await addItem(owner, account));
  const guest = await openBrowser();
  let letGo = () => {};
  const held = new Promise<void>((go) => {
    letGo = go;
  });
  await guest.route("**/api/v1/guest/peek", async (route) => {
    await held;
    await route.continue();
  });
  await guest.goto(link.url);
  await expect(heading(guest, WAITING)).toBeVisible();
  await expect(viewButton(guest)).toBeDisabled();
  const before = await viewButton(guest).boundingBox();
  const painted = await guest.evaluate(() =>
    performance.getEntriesByType("paint").some((entry) => entry.name === "first-contentful-paint"),
  );
  expect(painted).toBe(true);

  letGo();
  await expect(viewButton(guest)).toBeEnabled();
  const after = await viewButton(guest).boundingBox();
  expect(Math.abs((after?.y ?? 0) - (before?.y ?? 0))).toBeLessThanOrEqual(24);
});

test("assets are compressed, named by their content, and kept for good", async ({ owner, openBrowser, site }) => {
  const link = await makeLink(owner, site, MIRA, await addItem(owner, account));
  const guest = await openBrowser();
  const assets: Request[] = [];
  guest.on("requestfinished", (request) => {
    if (new URL(request.url()).pathname.startsWith("/assets/")) assets.push(request);
  });
  await view(guest, link);
  // What draws the QR code comes when it is needed.
  await expect.poll(() => assets.length).toBeGreaterThanOrEqual(2);
  for (const request of assets) {
    const headers = (await request.response())?.headers() ?? {};
    expect(headers["cache-control"], request.url()).toContain("immutable");
    expect(headers["content-encoding"], request.url()).toBe("br");
    expect(request.url()).toMatch(/-[\w-]{8,}\.\w+$/);
  }
});

/** Goes to a page whose every request but the first waits until it is let go. */
async function onlyTheDocument(openBrowser: OpenBrowser, path: string, colorScheme: "light" | "dark") {
  const page = await openBrowser({ colorScheme });
  const held: string[] = [];
  let letGo = () => {};
  const free = new Promise<void>((go) => {
    letGo = go;
  });
  await page.route("**", async (route) => {
    if (!route.request().isNavigationRequest()) {
      held.push(route.request().url());
      await free;
    }
    await route.continue();
  });
  await page.goto(path, { waitUntil: "commit" });
  return { page, held, letGo };
}
