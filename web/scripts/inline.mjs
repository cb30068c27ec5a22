// Puts the style sheet of the pages that strangers open into their document, and announces their
// script at its very top: the first answer then holds all that is needed to paint. The server
// allows exactly this style by its hash, which it takes from the bytes that it serves.
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inLanguage, languages } from "./language.mjs";

const documents = ["guest", "confirm"].flatMap((name) =>
  [name, ...languages.map((language) => inLanguage(name, language))].map((file) => `${file}.html`),
);

const sheetLink = /[ \t]*<link rel="stylesheet" crossorigin href="\/(assets\/[\w-]+\.css)">\n/g;
const scriptTag = /<script type="module" crossorigin src="(\/assets\/[\w-]+\.js)"><\/script>/g;
const charset = /<meta charset="utf-8" \/>\n/;

/**
 * The one match of a pattern; anything else means that the build has changed its ways.
 * @param {string} text
 * @param {RegExp} pattern
 * @param {string} name
 */
function only(text, pattern, name) {
  const [found, ...more] = text.matchAll(pattern);
  if (found?.[1] === undefined || more.length > 0) throw new Error(`${name}: not one match of ${pattern.source}`);
  return found[1];
}

/** @param {string} name */
async function inline(name) {
  const path = join("dist", name);
  const html = await readFile(path, "utf8");
  const sheet = only(html, sheetLink, name);
  const script = only(html, scriptTag, name);
  const css = (await readFile(join("dist", sheet), "utf8")).trim();
  // A browser hashes the text between the tags after normalising it: nothing of this may be in it.
  if (/<\/style|\r|\0|url\(/i.test(css)) throw new Error(`${sheet}: holds what a <style> can't`);
  const preload = `<link rel="modulepreload" crossorigin href="${script}">`;
  const inlined = html
    .replace(sheetLink, () => `    <style>${css}</style>\n`)
    .replace(charset, (meta) => `${meta}    ${preload}\n`);
  if (!inlined.includes(preload)) throw new Error(`${name}: no place for the preload`);
  await writeFile(path, inlined);
  await rm(join("dist", sheet));
  return sheet;
}

const gone = await Promise.all(documents.map(inline));
for (const name of await readdir("dist", { recursive: true })) {
  if (!/\.(html|js)$/.test(name)) continue;
  const text = await readFile(join("dist", name), "utf8");
  const left = gone.find((sheet) => text.includes(sheet));
  if (left !== undefined) throw new Error(`${name} still loads ${left}`);
}
