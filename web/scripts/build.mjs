// Builds every document on its own, so that none shares a chunk with another: the guest page
// stays one style sheet and one script, whatever the other pages import.
import { rm } from "node:fs/promises";
import { build } from "vite";

const documents = ["app", "guest", "confirm", "mailbox", "security-considerations", "about-links"];

await rm("dist", { recursive: true, force: true });
for (const name of documents) {
  await build({ logLevel: "warn", build: { rolldownOptions: { input: `${name}.html` } } });
}
