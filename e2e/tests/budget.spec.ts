// The recipient's page is small, and there before the server has answered anything.

import type { Request } from "@playwright/test";

import { arrive, heading, view, viewButton, WAITING } from "../support/guest";
import { account, addItem, makeLink } from "../support/items";
import { expect, MIRA, test } from "../support/test";

const BUDGET_BYTES = 20 * 1024;
const BUDGET_REQUESTS = 4;

test("from nothing to the button: at most 4 requests; with the QR code, at most 20 KB", async ({ owner, openBrowser, site }) => {
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
  expect(assets.length).toBeGreaterThanOrEqual(2);
  for (const request of assets) {
    const headers = (await request.response())?.headers() ?? {};
    expect(headers["cache-control"], request.url()).toContain("immutable");
    expect(headers["content-encoding"], request.url()).toBe("br");
    expect(request.url()).toMatch(/-[\w-]{8,}\.\w+$/);
  }
});
