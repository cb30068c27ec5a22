// The match code as people type, paste and dictate it.

/** The token in the part of an address after `#`, or null when it can't be one. */
export function parseToken(fragment: string): string | null {
  return /^[\w-]{43}$/.test(fragment) ? fragment : null;
}

/** The six digits, or null while there are fewer or more; spaces and dashes are fine. */
export function parseCode(typed: string): string | null {
  const digits = typed.normalize("NFKC").replace(/[\s\p{Pd}.]/gu, "");
  return /^\d{6}$/.test(digits) ? digits : null;
}
