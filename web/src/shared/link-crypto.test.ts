// The vectors are made by an independent implementation (see generate.py beside them); the Rust
// crate reads the same file. Sealing must give the same bytes in all three.

import { describe, expect, test } from "vitest";

import document from "../../../crates/link-crypto/vectors/v1.json";
import { type Bytes, fromBase64url, toBase64url } from "./base64url";
import {
  aad,
  decrypt,
  derive,
  deriveWithPassphrase,
  type Keys,
  LinkError,
  MAX_PLAINTEXT,
  newSecret,
  open,
  parseFragment,
  proof,
  seal,
  type Terms,
  toFragment,
} from "./link-crypto";

type Hex = string;

interface SealedVector {
  name: string;
  s: Hex;
  passphrase?: string;
  ps?: Hex;
  terms: Terms;
  origin: string;
  payload: Record<string, unknown>;
  body_times: number;
  iv: Hex;
  aad: Hex;
  commit: Hex;
  padded: number;
  ct_sha256: Hex;
  ct?: string;
}

interface Vectors {
  derivations: Record<"name" | "s" | "fragment" | "lid" | "auth" | "commit" | "enc" | "v0", string>[];
  passphrases: Record<
    "name" | "s" | "passphrase" | "ps" | "lid" | "auth" | "commit" | "enc" | "v1",
    string
  >[];
  sealed: SealedVector[];
  odd_ciphertexts: { name: string; error: string | null; iv: Hex; commit: Hex; ct: string }[];
  other_terms: { name: string; terms: Terms; origin: string }[];
  aad_offsets_refused: { sealed: string; offsets: number[] };
  fragments_refused: { name: string; fragment: string }[];
}

const vectors = document as unknown as Vectors;

const hex = (bytes: Uint8Array): Hex =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (text: Hex): Bytes =>
  Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

function bytes(base64url: string): Bytes {
  const decoded = fromBase64url(base64url);
  if (decoded === null) throw new Error(`not base64url: ${base64url.slice(0, 20)}`);
  return decoded;
}

async function code(promise: Promise<unknown>): Promise<string | null> {
  return promise.then(
    () => null,
    (error: unknown) => {
      if (error instanceof LinkError) return error.code;
      throw error;
    },
  );
}

function keysOf(vector: SealedVector, usage: "encrypt" | "decrypt"): Promise<Keys> {
  const { s, passphrase, ps } = vector;
  return passphrase === undefined || ps === undefined
    ? derive(unhex(s), usage)
    : deriveWithPassphrase(unhex(s), passphrase, unhex(ps), usage);
}

function payloadOf({ payload, body_times }: SealedVector): Record<string, unknown> {
  return body_times === 1 ? payload : { ...payload, body: String(payload.body).repeat(body_times) };
}

function vector(name: string): SealedVector {
  const found = vectors.sealed.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no vector ${name}`);
  return found;
}

/** The key can't be exported, so it is known by what it encrypts. */
async function encrypts(key: CryptoKey): Promise<Hex> {
  const gcm = { name: "AES-GCM", iv: new Uint8Array(12) };
  return hex(new Uint8Array(await crypto.subtle.encrypt(gcm, key, new Uint8Array(16))));
}

async function rawKey(enc: Hex): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", unhex(enc), "AES-GCM", false, ["encrypt"]);
}

describe("derivation", () => {
  test.each(vectors.derivations)("$name", async ({ s, fragment, v0, enc, ...expected }) => {
    const secret = parseFragment(fragment);
    expect(secret && hex(secret)).toBe(s);
    expect(toFragment(unhex(s))).toBe(fragment);
    const keys = await derive(unhex(s), "encrypt");
    expect(hex(keys.lid)).toBe(expected.lid);
    expect(hex(keys.auth)).toBe(expected.auth);
    expect(hex(keys.commit)).toBe(expected.commit);
    expect(hex(await proof(keys.auth))).toBe(v0);
    expect(keys.enc.extractable).toBe(false);
    expect(await encrypts(keys.enc)).toBe(await encrypts(await rawKey(enc)));
  });

  test.each(vectors.passphrases)("with a passphrase: $name", async (each) => {
    const { s, passphrase, ps, v1, enc, ...expected } = each;
    const keys = await deriveWithPassphrase(unhex(s), passphrase, unhex(ps), "encrypt");
    expect(hex(keys.lid)).toBe(expected.lid);
    expect(hex(keys.auth)).toBe(expected.auth);
    expect(hex(keys.commit)).toBe(expected.commit);
    expect(hex(await proof(keys.auth))).toBe(v1);
    expect(keys.enc.extractable).toBe(false);
    expect(await encrypts(keys.enc)).toBe(await encrypts(await rawKey(enc)));
  });

  test("a key serves one purpose", async () => {
    const { enc } = await derive(newSecret(), "decrypt");
    expect(enc.usages).toEqual(["decrypt"]);
  });
});

describe("fragments", () => {
  test.each(vectors.fragments_refused)("refuses $name", ({ fragment }) => {
    expect(parseFragment(fragment)).toBeNull();
  });

  test("a new secret is 32 bytes, survives its fragment, and is another each time", () => {
    const secrets = Array.from({ length: 20 }, newSecret);
    for (const secret of secrets) {
      expect(secret).toHaveLength(32);
      expect(parseFragment(toFragment(secret))).toEqual(secret);
    }
    expect(new Set(secrets.map(hex)).size).toBe(20);
  });
});

describe("sealing", () => {
  test.each(vectors.sealed)("$name: the same bytes, and back", async (each) => {
    const { terms, origin, iv } = each;
    const payload = payloadOf(each);
    const keys = await keysOf(each, "encrypt");
    expect(hex(await aad(keys, terms, origin))).toBe(each.aad);
    const sealed = await seal(keys, terms, origin, payload, unhex(iv));
    expect(sealed.ct).toHaveLength(each.padded + 16);
    expect(hex(sealed.commit)).toBe(each.commit);
    expect(hex(await proof(sealed.ct))).toBe(each.ct_sha256);
    if (each.ct !== undefined) expect(toBase64url(sealed.ct)).toBe(each.ct);
    const opened = await open(await keysOf(each, "decrypt"), terms, origin, sealed);
    expect(opened).toEqual(payload);
  });

  test("draws another IV each time", async () => {
    const each = vector("account");
    const keys = await keysOf(each, "encrypt");
    const one = await seal(keys, each.terms, each.origin, each.payload);
    const two = await seal(keys, each.terms, each.origin, each.payload);
    expect(one.iv).toHaveLength(12);
    expect(hex(one.iv)).not.toBe(hex(two.iv));
  });

  test("says when a payload is too large", async () => {
    const { terms, origin } = vector("secret");
    const keys = await derive(newSecret(), "encrypt");
    const around = JSON.stringify({ body: "" }).length;
    const fits = { body: "x".repeat(MAX_PLAINTEXT - around) };
    expect(await code(seal(keys, terms, origin, fits))).toBeNull();
    expect(await code(seal(keys, terms, origin, { body: `${fits.body}x` }))).toBe("too_large");
    expect(await code(seal(keys, terms, origin, { body: "🔑".repeat(45_000) }))).toBe("too_large");
  });

  test.each([
    { flags: 8 },
    { flags: 256 },
    { flags: -1 },
    { flags: 0.5 },
    { created_at: -1 },
    { expires_at: 1.5 },
    { expires_at: 2 ** 53 },
    { kind: "note" as "secret" },
    { kind: "constructor" as "secret" },
  ])("refuses the terms %o", async (change) => {
    const { terms, origin, payload } = vector("account");
    const keys = await derive(newSecret(), "encrypt");
    expect(await code(seal(keys, { ...terms, ...change }, origin, payload))).toBe("terms");
  });
});

describe("opening", () => {
  test.each(vectors.odd_ciphertexts)("$name: $error", async ({ error, iv, commit, ct }) => {
    const each = vector("account");
    const keys = await keysOf(each, "decrypt");
    const sealed = { iv: unhex(iv), commit: unhex(commit), ct: bytes(ct) };
    expect(await code(open(keys, each.terms, each.origin, sealed))).toBe(error);
  });

  test.each(vectors.other_terms)("refuses other terms: $name", async ({ terms, origin }) => {
    const each = vector("account");
    const keys = await keysOf(each, "decrypt");
    const sealed = { iv: unhex(each.iv), commit: unhex(each.commit), ct: bytes(each.ct ?? "") };
    expect(await code(open(keys, each.terms, each.origin, sealed))).toBeNull();
    expect(await code(open(keys, terms, origin, sealed))).toBe("authentication");
  });

  test("refuses every changed byte of the additional data", async () => {
    const { sealed, offsets } = vectors.aad_offsets_refused;
    const each = vector(sealed);
    const { enc } = await keysOf(each, "decrypt");
    const ct = bytes(each.ct ?? "");
    expect(await code(decrypt(enc, unhex(each.aad), unhex(each.iv), ct))).toBeNull();
    expect(offsets).toHaveLength(each.aad.length / 2);
    for (const offset of offsets) {
      const changed = unhex(each.aad).map((byte, at) => (at === offset ? byte ^ 1 : byte));
      expect(await code(decrypt(enc, changed, unhex(each.iv), ct))).toBe("authentication");
    }
  });

  test("never quotes what it decrypted", async () => {
    const odd = vectors.odd_ciphertexts.find(({ name }) => name === "not JSON");
    const each = vector("account");
    const keys = await keysOf(each, "decrypt");
    const sealed = { iv: unhex(odd?.iv ?? ""), commit: keys.commit, ct: bytes(odd?.ct ?? "") };
    await expect(open(keys, each.terms, each.origin, sealed)).rejects.toThrow(/^sealed link: json$/);
  });
});

describe("base64url", () => {
  test.each(["", "AA", "AAA", "AAAA", "-_-_", "_w"])("%o survives", (text) => {
    expect(toBase64url(bytes(text))).toBe(text);
  });

  test.each(["A", "AB", "AAB", "AA==", "AA=", "+/+/", "A A", " AA", "AA\n", "AAAAA"])(
    "refuses %o",
    (text) => {
      expect(fromBase64url(text)).toBeNull();
    },
  );
});
