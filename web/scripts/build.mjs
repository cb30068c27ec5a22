// Builds every document on its own, so that none shares a chunk with another: the guest page
// stays one style sheet and one script, whatever the other pages import.
import { rm } from "node:fs/promises";
import { build } from "vite";
import { documents, inLanguage, languages, textsOf } from "./language.mjs";

/**
 * @param {string} name
 * @param {import("vite").Plugin[]} plugins
 */
async function make(name, plugins = []) {
  await build({ logLevel: "warn", plugins, build: { rolldownOptions: { input: `${name}.html` } } });
}

await rm("dist", { recursive: true, force: true });
for (const name of ["app", ...documents]) await make(name);
for (const language of languages) {
  for (const name of documents) await make(inLanguage(name, language), [textsOf(language)]);
}
