// Items that tests make for themselves, and public links to them.

import { expect, type Page } from "@playwright/test";

import {
  derive,
  newSecret,
  proof,
  seal,
  type Terms,
  toFragment,
} from "../../web/src/shared/link-crypto";
import { ask } from "./api";
import { mailWithLink, mails, tokenIn } from "./mailbox";
import type { Site } from "./site";

export const account = {
  kind: "account",
  name: "Test account",
  username: "someone@client.example",
  website: "https://app.client.example/login",
  app: "Client app",
  password: "Zq7!mVk2#pLw9$",
  mfa: "JBSWY3DPEHPK3PXPKRUGS4ZAMRSWC3TE",
};

export const secret = {
  kind: "secret",
  name: "Test secret",
  body: "first line\n  second line, indented\n\nfourth line <b>not bold</b>",
};

export interface Item {
  id: string;
  name: string;
}

export async function addItem(page: Page, item: object): Promise<Item> {
  return await ask<Item>(page, "POST", "/items", item);
}

export interface MadeLink {
  id: string;
  url: string;
  lid: string;
  auth: string;
}

interface Wanted {
  expires_in?: number;
  one_time?: boolean;
  notify?: boolean;
}

/** Makes a public link as the dialog does; `page` is signed in as an Owner of the item. */
export async function makeLink(
  page: Page,
  site: Site,
  email: string,
  item: Item,
  wanted: Wanted = {},
): Promise<MadeLink> {
  const known = await mails(site);
  const intent = await ask<{ id: string }>(page, "POST", "/share-intents", {
    item: item.id,
    expires_in: wanted.expires_in ?? 3600,
    one_time: wanted.one_time ?? false,
    notify: wanted.notify ?? false,
  });
  const token = tokenIn(await mailWithLink(site, email, known));
  await ask(page, "POST", "/confirm", { token });
  const sealing = await ask<{ header: Terms; origin: string; payload: object }>(
    page,
    "GET",
    `/share-intents/${intent.id}/payload`,
  );
  expect(sealing.origin).toBe(site.origin);

  const random = newSecret();
  const fragment = toFragment(random);
  const keys = await derive(random, "encrypt");
  const sealed = await seal(keys, sealing.header, sealing.origin, sealing.payload);
  const lid = base64url(keys.lid);
  const made = await ask<{ id: string }>(page, "PUT", `/share-intents/${intent.id}/link`, {
    lid,
    v0: base64url(await proof(keys.auth)),
    header: sealing.header,
    commit: base64url(sealed.commit),
    iv: base64url(sealed.iv),
    ct: base64url(sealed.ct),
  });
  return { id: made.id, url: `${site.origin}/s#${fragment}`, lid, auth: base64url(keys.auth) };
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}
