import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Which document a path of the server shows; `vite dev` has to know it too. */
const documents: Record<string, string> = {
  "/s": "/guest.html",
  "/confirm": "/confirm.html",
  "/confirm-sign-in": "/confirm.html",
  "/mailbox": "/mailbox.html",
  "/security-considerations": "/security-considerations.html",
  "/about-links": "/about-links.html",
};

function serveDocuments(): Plugin {
  return {
    name: "guestpass-documents",
    apply: "serve",
    configureServer(server) {
      server.middlewares.use((request, _response, next) => {
        const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
        const isFile = /\.\w+$|^\/@|^\/(src|node_modules|api)\//.test(path);
        if (!isFile) request.url = documents[path] ?? "/app.html";
        next();
      });
    },
  };
}

export default defineConfig({
  appType: "mpa",
  plugins: [svelte(), serveDocuments()],
  publicDir: false,
  build: {
    // The first browsers with light-dark(): older ones are past their support.
    target: ["chrome123", "edge123", "firefox125", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    emptyOutDir: false,
  },
  server: {
    proxy: { "/api": { target: process.env.GUESTPASS_API ?? "http://127.0.0.1:8080" } },
  },
  test: {
    include: ["src/**/*.test.ts"],
    environment: "node",
  },
});
