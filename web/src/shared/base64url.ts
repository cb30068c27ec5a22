// base64url without padding (RFC 4648, section 5), in its one canonical spelling.

/** Bytes over a plain buffer, which is what WebCrypto takes. */
export type Bytes = Uint8Array<ArrayBuffer>;

// `String.fromCharCode(...bytes)` puts every byte on the stack; a sealed payload is up to 64 KiB.
const CHUNK = 8192;

export function toBase64url(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  }
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The bytes, or null when the text is not exactly what `toBase64url` would have written. */
export function fromBase64url(text: string): Bytes | null {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return null;
  const bytes = Uint8Array.from(
    atob(text.replaceAll("-", "+").replaceAll("_", "/")),
    (char) => char.charCodeAt(0),
  );
  // `atob` ignores stray low bits in the last character, so several texts would mean the same.
  return toBase64url(bytes) === text ? bytes : null;
}
