// Prints what each document costs on the wire and fails when the guest page outgrows its budget:
// a stranger on a slow phone pays for every byte of it.
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

const GUEST_BUDGET = 20 * 1024;
/** Half of what a server may send before it has to wait for the reader; the rest is for headers and TLS. */
const FLIGHT = 7_300;

/** @param {string} name */
async function wireSize(name) {
  const path = join("dist", name);
  const packed = await stat(`${path}.br`).catch(() => null);
  return (packed ?? (await stat(path))).size;
}

const assets = (await readdir("dist/assets")).filter((name) => /\.(js|css|svg)$/.test(name));

/**
 * Everything a document can load: its own references, and what those scripts import in turn.
 * @param {string} document
 */
async function filesOf(document) {
  const found = new Set([document]);
  for (const name of found) {
    const text = await readFile(join("dist", name), "utf8");
    for (const asset of assets) {
      if (text.includes(asset)) found.add(`assets/${asset}`);
    }
  }
  return [...found];
}

let guest = 0;
let flight = 0;
for (const document of (await readdir("dist")).filter((name) => name.endsWith(".html"))) {
  const files = await filesOf(document);
  const sizes = await Promise.all(files.map(wireSize));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`${document.padEnd(30)} ${String(total).padStart(7)} bytes (brotli), ${String(files.length)} files`);
  if (document !== "guest.html") continue;
  guest = total;
  flight = sizes[0] ?? 0;
  files.forEach((name, at) => {
    console.log(`  ${name.padEnd(28)} ${String(sizes[at]).padStart(7)}`);
  });
}
if (guest === 0 || guest > GUEST_BUDGET) {
  console.error(`The guest page must stay within ${String(GUEST_BUDGET)} bytes.`);
  process.exit(1);
}
if (flight > FLIGHT) {
  console.error(`The guest page's document must stay within ${String(FLIGHT)} bytes: it comes in one flight.`);
  process.exit(1);
}
