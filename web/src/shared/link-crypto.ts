// The sealed-link format, version 1, with WebCrypto: the twin of `crates/link-crypto`, held to it by
// the vectors in `crates/link-crypto/vectors/v1.json`. The guest page uses `parseFragment`, `derive`
// and `open`; the app uses `newSecret`, `toFragment`, `derive`, `proof` and `seal`. Every function
// stands alone, so that a page carries only what it calls.

import { type Bytes, fromBase64url, toBase64url } from "./base64url";

/** What a ciphertext is bound to, together with the public origin. Times are seconds since 1970. */
export interface Terms {
  kind: "account" | "secret";
  /** A sum of the `FLAG_…` constants. */
  flags: number;
  created_at: number;
  expires_at: number;
}

export const FLAG_ONE_TIME = 1;
export const FLAG_PASSPHRASE = 2;
export const FLAG_MFA_CODES_ONLY = 4;

/** What a link's secret (with or without a passphrase) gives. */
export interface Keys {
  /** Finds the link on the server; 16 bytes. */
  lid: Bytes;
  /** Proves to the server that its holder has the link; 32 bytes. */
  auth: Bytes;
  /** AES-256-GCM, not extractable, for exactly one message. */
  enc: CryptoKey;
  /** Key commitment; 32 bytes, public. */
  commit: Bytes;
}

/** A sealed payload as it is stored. `ct` is ciphertext and tag. */
export interface Sealed {
  commit: Bytes;
  iv: Bytes;
  ct: Bytes;
}

export type LinkErrorCode =
  /** A wrong length: of an IV, a commitment or a ciphertext. */
  | "format"
  /** Terms that version 1 doesn't know. */
  | "terms"
  /** Sealed under another key. */
  | "commitment"
  /** Changed, or bound to other terms. */
  | "authentication"
  /** A length beyond the plaintext, or padding that isn't zero. */
  | "padding"
  /** Not JSON in UTF-8. */
  | "json"
  /** A payload that doesn't fit. */
  | "too_large";

export class LinkError extends Error {
  constructor(readonly code: LinkErrorCode) {
    super(`sealed link: ${code}`);
    this.name = "LinkError";
  }
}

/** How much JSON fits into a link, in bytes of UTF-8. */
export const MAX_PLAINTEXT = 65536 - 4;

const LABEL = "guestpass/link/v1";
const SIZES = [1024, 4096, 16384, 65536];
const TAG = 16;
const KINDS = new Map<string, number>([
  ["account", 1],
  ["secret", 2],
]);

const utf8 = (text: string): Bytes => new TextEncoder().encode(text);

/** Draws the secret of a new link. */
export function newSecret(): Bytes {
  return crypto.getRandomValues(new Uint8Array(32));
}

/** The part of the address after `#`. */
export function toFragment(secret: Bytes): string {
  return `1${toBase64url(secret)}`;
}

/** The secret in the part of an address after `#`, or null when it isn't in the one canonical form. */
export function parseFragment(fragment: string): Bytes | null {
  return /^1[\w-]{43}$/.test(fragment) ? fromBase64url(fragment.slice(1)) : null;
}

/** Derives what a link's secret gives. The caller wipes `secret` when it is done with it. */
export async function derive(secret: Bytes, usage: "encrypt" | "decrypt"): Promise<Keys> {
  const lid = await hkdf(secret, "lid", 16);
  return { lid, ...(await payloadKeys(secret, "", usage)) };
}

/**
 * Derives the keys of a link that also has a passphrase: `lid` stays the link's own, everything
 * else needs both. `ps` is the 16 bytes of salt that the server keeps.
 */
export async function deriveWithPassphrase(
  secret: Bytes,
  passphrase: string,
  ps: Bytes,
  usage: "encrypt" | "decrypt",
): Promise<Keys> {
  const typed = utf8(passphrase.normalize("NFC"));
  const both = new Uint8Array(64);
  try {
    const password = await crypto.subtle.importKey("raw", typed, "PBKDF2", false, ["deriveBits"]);
    const pbkdf2 = { name: "PBKDF2", hash: "SHA-256", salt: ps, iterations: 600_000 };
    const stretched = new Uint8Array(await crypto.subtle.deriveBits(pbkdf2, password, 256));
    both.set(secret);
    both.set(stretched, 32);
    stretched.fill(0);
    const lid = await hkdf(secret, "lid", 16);
    return { lid, ...(await payloadKeys(both, "+pass", usage)) };
  } finally {
    typed.fill(0);
    both.fill(0);
  }
}

/** What the server stores to check `auth` against: its SHA-256. */
export async function proof(auth: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", auth));
}

/**
 * Seals a payload: its JSON, preceded by its length and padded to one of four sizes. A key seals
 * one payload only; `iv` is given by tests alone.
 */
export async function seal(
  keys: Keys,
  terms: Terms,
  origin: string,
  payload: object,
  iv: Bytes = crypto.getRandomValues(new Uint8Array(12)),
): Promise<Sealed> {
  const additionalData = await aad(keys, terms, origin);
  const json = utf8(JSON.stringify(payload));
  const size = SIZES.find((each) => each >= json.length + 4);
  if (size === undefined) {
    json.fill(0);
    throw new LinkError("too_large");
  }
  const padded = new Uint8Array(size);
  new DataView(padded.buffer).setUint32(0, json.length);
  padded.set(json, 4);
  json.fill(0);
  try {
    const gcm = { name: "AES-GCM", iv, additionalData };
    const ct = new Uint8Array(await crypto.subtle.encrypt(gcm, keys.enc, padded));
    return { commit: keys.commit, iv, ct };
  } finally {
    padded.fill(0);
  }
}

/**
 * Opens a sealed payload, or throws a `LinkError`. `origin` is where the page runs
 * (`location.origin`), never what the server says. The JSON is the caller's to validate.
 */
export async function open(
  keys: Keys,
  terms: Terms,
  origin: string,
  sealed: Sealed,
): Promise<unknown> {
  if (sealed.commit.length !== 32) throw new LinkError("format");
  if (!same(sealed.commit, keys.commit)) throw new LinkError("commitment");
  return decrypt(keys.enc, await aad(keys, terms, origin), sealed.iv, sealed.ct);
}

/** The additional data that binds a ciphertext to its link, terms, origin and key. */
export async function aad(
  { lid, commit }: Pick<Keys, "lid" | "commit">,
  terms: Terms,
  origin: string,
): Promise<Bytes> {
  const { kind, flags, created_at, expires_at } = terms;
  const kindByte = KINDS.get(kind);
  const isTime = (at: number): boolean => Number.isSafeInteger(at) && at >= 0;
  if (kindByte === undefined || flags !== (flags & 7) || !isTime(created_at) || !isTime(expires_at)) {
    throw new LinkError("terms");
  }
  const data = new Uint8Array(116);
  const view = new DataView(data.buffer);
  data.set(utf8(LABEL)); // and one zero byte
  data.set(lid, 18);
  data[34] = kindByte;
  data[35] = flags;
  view.setBigUint64(36, BigInt(created_at));
  view.setBigUint64(44, BigInt(expires_at));
  data.set(await proof(utf8(origin)), 52);
  data.set(commit, 84);
  return data;
}

/** Decrypts and unpads; `open` is the one to call. */
export async function decrypt(
  enc: CryptoKey,
  additionalData: Bytes,
  iv: Bytes,
  ct: Bytes,
): Promise<unknown> {
  if (iv.length !== 12 || !SIZES.includes(ct.length - TAG)) throw new LinkError("format");
  const gcm = { name: "AES-GCM", iv, additionalData };
  const padded = await crypto.subtle.decrypt(gcm, enc, ct).then(
    (plain) => new Uint8Array(plain),
    () => {
      throw new LinkError("authentication");
    },
  );
  try {
    const end = 4 + new DataView(padded.buffer).getUint32(0);
    if (end > padded.length || padded.subarray(end).some(Boolean)) throw new LinkError("padding");
    return parse(padded.subarray(4, end));
  } finally {
    padded.fill(0);
  }
}

function parse(json: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(json));
  } catch {
    // The parser's own message quotes what it read, and that is somebody's password.
    throw new LinkError("json");
  }
}

async function payloadKeys(
  input: Bytes,
  suffix: "" | "+pass",
  usage: "encrypt" | "decrypt",
): Promise<Omit<Keys, "lid">> {
  const aes = { name: "AES-GCM", length: 256 };
  const enc = await crypto.subtle.deriveKey(
    hkdfInfo(`enc${suffix}`),
    await hkdfKey(input),
    aes,
    false,
    [usage],
  );
  const auth = await hkdf(input, `auth${suffix}`, 32);
  const commit = await hkdf(input, `commit${suffix}`, 32);
  return { auth, enc, commit };
}

async function hkdf(input: Bytes, info: string, length: number): Promise<Bytes> {
  const key = await hkdfKey(input);
  return new Uint8Array(await crypto.subtle.deriveBits(hkdfInfo(info), key, length * 8));
}

function hkdfKey(input: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", input, "HKDF", false, ["deriveBits", "deriveKey"]);
}

function hkdfInfo(info: string): HkdfParams {
  return { name: "HKDF", hash: "SHA-256", salt: utf8(LABEL), info: utf8(info) };
}

/** Compares without stopping at the first difference. */
function same(left: Bytes, right: Bytes): boolean {
  let difference = left.length ^ right.length;
  for (let at = 0; at < left.length; at++) difference |= (left[at] ?? 0) ^ (right[at] ?? 0);
  return difference === 0;
}
