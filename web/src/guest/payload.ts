// What a link holds once it is opened. It was sealed in the sender's browser, so the server never
// checked it, and a sender may be anybody: nothing is shown before it has exactly this shape.

export interface Payload {
  name: string;
  app: string;
  website: string;
  username: string;
  password: string;
  otpauth: string;
  body: string;
  hue: number;
}

/** The longest text a member can have saved in each field. */
const TEXTS = {
  name: 200,
  app: 200,
  website: 2_000,
  username: 255,
  password: 1_000,
  otpauth: 2_000,
  body: 45_000,
} as const;

/** The payload, or null when a field is unknown, missing, too long or of another type. */
export function validPayload(value: unknown): Payload | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const given = value as Record<string, unknown>;
  if (!Object.keys(given).every((key) => Object.hasOwn(TEXTS, key) || key === "hue")) return null;
  const payload: Record<string, unknown> = {};
  for (const [key, longest] of Object.entries(TEXTS)) {
    const text = given[key] ?? "";
    // The limits count characters; one may take two units of a string.
    if (typeof text !== "string" || text.length > 2 * longest) return null;
    payload[key] = text;
  }
  const hue = given.hue ?? 0;
  if (typeof hue !== "number" || !(hue >= 0 && hue < 360) || payload.name === "") return null;
  return { ...payload, hue } as Payload;
}

/**
 * The address that "Go to website" may open: http or https, and no name or password in it, which
 * would make `https://bank.example@elsewhere.example` look like the bank.
 */
export function websiteUrl(website: string): URL | null {
  if (!/^https?:\/\//i.test(website) || !URL.canParse(website)) return null;
  const url = new URL(website);
  return url.username === "" && url.password === "" ? url : null;
}

/** The MFA key of an `otpauth://totp/…` address, or null when there is none to set up. */
export function mfaKey(otpauth: string): string | null {
  if (!otpauth.startsWith("otpauth://totp/") || !URL.canParse(otpauth)) return null;
  const key = new URL(otpauth).searchParams.get("secret")?.replace(/[\s=-]/g, "").toUpperCase() ?? "";
  return /^[A-Z2-7]{8,}$/.test(key) ? key : null;
}

/** A key as people read it aloud: groups of four. */
export function grouped(key: string): string {
  return key.replace(/.{4}(?=.)/g, "$& ");
}

/** Runs of letters, digits and symbols, so that O and 0, l and 1 can be told apart. */
export function runs(text: string): { kind: "letter" | "digit" | "symbol"; text: string }[] {
  return Array.from(text.matchAll(/(\p{L}+)|(\p{N}+)|[^\p{L}\p{N}]+/gu), ([run, letters, digits]) => ({
    kind: letters === undefined ? (digits === undefined ? "symbol" : "digit") : "letter",
    text: run,
  }));
}
