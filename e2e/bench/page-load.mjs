// Loads two pages in turn in one Chromium, each time as somebody who was never here before, and
// prints what each load took as one line of JSON. Called by the bench:
//
//   node page-load.mjs <chromium> <loads> <name>=<address> <name>=<address>

import { chromium } from "playwright-core";

const [executablePath, loads, ...pages] = process.argv.slice(2);

/** Runs in the page before anything of its own: notes when its first button can be used, and says so. */
function watchForButton() {
  const look = () => {
    const button = document.querySelector("button");
    const box = button?.getBoundingClientRect();
    if (button && !button.disabled && box.width > 0 && box.height > 0 && getComputedStyle(button).visibility === "visible") {
      window.buttonUsableAt = performance.now();
      console.debug("usable");
    } else {
      requestAnimationFrame(look);
    }
  };
  requestAnimationFrame(look);
}

async function load(browser, address) {
  // A context of its own has neither a cache nor a connection.
  const context = await browser.newContext();
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  await network.send("Network.enable");
  let requests = 0;
  let bytes = 0;
  network.on("Network.requestWillBeSent", () => (requests += 1));
  network.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
  await page.addInitScript(watchForButton);
  // The page says when: a script sent into it to wait would keep it busy, and be measured as well.
  const usable = page.waitForEvent("console", (message) => message.text() === "usable");
  await page.goto(address, { waitUntil: "commit" });
  await usable;
  await page.waitForLoadState("networkidle");
  const timing = await page.evaluate(() => ({
    paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null,
    usable: window.buttonUsableAt,
    button: document.querySelector("button").textContent.trim(),
  }));
  await context.close();
  return { ...timing, requests, bytes };
}

const browser = await chromium.launch({
  executablePath,
  args: [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
  ],
});
try {
  // The first load of a browser warms up more than the page.
  for (const page of pages) await load(browser, page.slice(page.indexOf("=") + 1));
  const taken = Object.fromEntries(pages.map((page) => [page.slice(0, page.indexOf("=")), []]));
  for (let n = 0; n < Number(loads); n += 1) {
    for (const page of pages) {
      const at = page.indexOf("=");
      taken[page.slice(0, at)].push(await load(browser, page.slice(at + 1)));
    }
  }
  console.log(JSON.stringify(taken));
} finally {
  await browser.close();
}
