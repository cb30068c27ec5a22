// Prints what each document costs on the wire and fails when the guest page outgrows its budget:
// a stranger on a slow phone pays for every byte of it.
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { languages } from "./language.mjs";

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

/** @type {string[]} */
const complaints = [];
let guests = 0;
for (const document of (await readdir("dist")).filter((name) => name.endsWith(".html"))) {
  const files = await filesOf(document);
  const sizes = await Promise.all(files.map(wireSize));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`${document.padEnd(34)} ${String(total).padStart(7)} bytes (brotli), ${String(files.length)} files`);
  if (!document.startsWith("guest")) continue;
  guests += 1;
  files.forEach((name, at) => {
    console.log(`  ${name.padEnd(32)} ${String(sizes[at]).padStart(7)}`);
  });
  if (total > GUEST_BUDGET) complaints.push(`${document} must stay within ${String(GUEST_BUDGET)} bytes.`);
  if ((sizes[0] ?? 0) > FLIGHT) complaints.push(`${document} itself must stay within ${String(FLIGHT)} bytes: it comes in one flight.`);
}
if (guests !== 1 + languages.length) complaints.push("The guest page isn't there in every language.");
for (const complaint of complaints) console.error(complaint);
if (complaints.length > 0) process.exit(1);
