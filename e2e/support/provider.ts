// A real OpenID Connect provider (npm's oidc-provider) on loopback, with a login page of one field.
// Its address is another site than the server's, so that cookies cross as they do in life.

import { generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

import { expect, type Page } from "@playwright/test";
import Provider, { type Configuration } from "oidc-provider";

import type { Site } from "./site";

export interface Person {
  email: string;
  given_name: string;
  family_name: string;
  groups?: string[];
}

export interface Idp {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Takes other keys and forgets its sessions; tells this address of logouts. */
  restart(logoutUri?: string): void;
  stop(): Promise<void>;
}

export async function startIdp(site: Site, people: Record<string, Person>): Promise<Idp> {
  let provider: Provider | undefined;
  const server = createServer((request, response) => void answer(request, response));
  const issuer = await listen(server);
  const client = { id: "guestpass", secret: "a secret of the browser tests" };

  async function answer(request: IncomingMessage, response: ServerResponse) {
    if (!provider) throw new Error("the provider isn't ready");
    if (!request.url?.startsWith("/interaction/")) {
      await provider.callback()(request, response);
      return;
    }
    if (request.method !== "POST") {
      response.setHeader("content-type", "text/html");
      response.end(page("Log in", `<form method="post"><label>Name <input name="who"></label><button>Log in</button></form>`));
      return;
    }
    const who = new URLSearchParams(await read(request)).get("who") ?? "";
    await provider.interactionFinished(request, response, { login: { accountId: who } });
  }

  function restart(logoutUri?: string) {
    provider = new Provider(issuer, configuration(site, client, people, logoutUri));
    provider.on("backchannel.error", (_, error: Error) => console.error(error.message));
  }

  restart();
  return {
    issuer,
    clientId: client.id,
    clientSecret: client.secret,
    restart,
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** Fills in the provider's login page. */
export async function logInThere(page: Page, idp: Idp, who: string): Promise<void> {
  await expect(page.getByRole("heading", { name: "Log in" })).toBeVisible();
  expect(page.url().startsWith(idp.issuer)).toBe(true);
  await page.getByLabel("Name").fill(who);
  await page.getByRole("button", { name: "Log in" }).click();
}

function configuration(
  site: Site,
  client: { id: string; secret: string },
  people: Record<string, Person>,
  logoutUri?: string,
): Configuration {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = { ...privateKey.export({ format: "jwk" }), kid: crypto.randomUUID(), use: "sig" };
  return {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [`${site.origin}/sign-in/return`],
        post_logout_redirect_uris: [`${site.origin}/sign-in`],
        ...(logoutUri
          ? { backchannel_logout_uri: logoutUri, backchannel_logout_session_required: true }
          : {}),
      },
    ],
    jwks: { keys: [key] },
    cookies: { keys: ["a key of the browser tests"] },
    scopes: ["openid", "email", "profile", "groups"],
    claims: {
      openid: ["sub"],
      email: ["email", "email_verified"],
      profile: ["given_name", "family_name"],
      groups: ["groups"],
    },
    pkce: { required: () => true },
    // It tells no address on loopback of logouts by itself, and ours is one.
    fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined } as RequestInit),
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context, form) => {
          const button = `<button form="op.logoutForm" name="logout" value="yes">Log out</button>`;
          context.body = page("Log out", form + button);
        },
        postLogoutSuccessSource: (context) => {
          context.body = page("Logged out", "");
        },
      },
    },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email_verified: true, ...people[id] }),
    }),
    // Nobody is asked whether their own company may know them.
    loadExistingGrant: async (context) => {
      const { oidc } = context;
      const known = oidc.session && oidc.client && oidc.session.grantIdFor(oidc.client.clientId);
      if (known) return oidc.provider.Grant.find(known);
      if (!oidc.session || !oidc.client || !oidc.session.accountId) return undefined;
      const grant = new oidc.provider.Grant({
        accountId: oidc.session.accountId,
        clientId: oidc.client.clientId,
      });
      grant.addOIDCScope("openid email profile groups");
      await grant.save();
      return grant;
    },
  };
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><title>${title}</title><link rel="icon" href="data:,"><h1>${title}</h1>${body}</html>`;
}

function read(request: IncomingMessage): Promise<string> {
  return new Promise((done, failed) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => done(text));
    request.on("error", failed);
  });
}

function listen(server: Server): Promise<string> {
  return new Promise((found, failed) => {
    server.once("error", failed);
    server.listen(0, "localhost", () => {
      const address = server.address();
      if (address && typeof address === "object") found(`http://localhost:${address.port}`);
      else failed(new Error("no port"));
    });
  });
}
