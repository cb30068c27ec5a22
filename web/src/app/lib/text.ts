// Small helpers for the texts people see: numbers, codes, characters, sizes, addresses.

import { locale } from "../../shared/language";

/** "1 view", "2 views". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** "45,000". */
export function digits(count: number): string {
  return count.toLocaleString(locale);
}

/** "407182" as "407 182": two groups are read out and compared more easily than six digits. */
export function groupCode(code: string): string {
  const half = Math.ceil(code.length / 2);
  return code.length < 5 ? code : `${code.slice(0, half)} ${code.slice(half)}`;
}

/** Characters as people (and the server) count them, not UTF-16 units. */
export function countCharacters(text: string): number {
  // Faster than making an array of 45,000 characters at every key: a pair of units counts once.
  let count = text.length;
  for (let at = 0; at + 1 < text.length; at++) {
    if (isHigh(text.charCodeAt(at)) && isLow(text.charCodeAt(at + 1))) {
      count -= 1;
      at += 1;
    }
  }
  return count;
}

const isHigh = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;

export interface Run {
  kind: "letter" | "digit" | "symbol";
  text: string;
}

/** Splits a secret into runs of letters, digits and everything else, to be told apart by colour. */
export function runs(secret: string): Run[] {
  const result: Run[] = [];
  for (const char of secret) {
    const kind = /\p{L}|\p{M}/u.test(char) ? "letter" : /\p{Nd}/u.test(char) ? "digit" : "symbol";
    const last = result.at(-1);
    if (last?.kind === kind) last.text += char;
    else result.push({ kind, text: char });
  }
  return result;
}

const megabytes = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** "740 KB", "2.4 MB", in the units of file managers (powers of ten). */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_500) return `${Math.round(bytes / 1000)} KB`;
  return `${megabytes.format(bytes / 1_000_000)} MB`;
}

/** The address of a website that may be opened, or null for anything but http and https. */
export function safeWebsite(address: string): URL | null {
  try {
    const url = new URL(address);
    return url.protocol === "https:" || url.protocol === "http:" ? url : null;
  } catch {
    return null;
  }
}

/** "https://" in front of what was typed as "beacon-ads.example"; anything else stays as it is. */
export function completeWebsite(typed: string): string {
  const text = typed.trim();
  return text && !/^[a-z][a-z0-9+.-]*:/i.test(text) && text.includes(".") ? `https://${text}` : text;
}
