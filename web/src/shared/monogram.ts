// The tinted square that stands for an item: one or two letters and a hue that never changes, the
// same for members and recipients, whatever language their browsers speak.

const HUES = 12;

/** The first letters of the first two words, or the first two letters of the only one. */
export function initials(name: string): string {
  const words = name.trim().split(/[\s._\-/@]+/u).filter(startsReadably);
  const [first = "", second = ""] = words;
  const letters = second ? glyphs(first, 1) + glyphs(second, 1) : glyphs(first || name.trim(), 2);
  return letters ? capital(letters) : "?";
}

/** Initials of a person: first and last name. */
export function personInitials(first: string, last: string): string {
  return (glyphs(first.trim(), 1) + glyphs(last.trim(), 1)).toLocaleUpperCase() || "?";
}

/** A class from `h0` to `h11`, from the id, so that renaming an item keeps its colour. */
export function hueClass(id: string): string {
  let hash = 2166136261;
  for (const char of id) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16777619) >>> 0;
  // Ids made one after another differ little: mix every bit into the low ones before taking them.
  hash = Math.imul(hash ^ (hash >>> 16), 2246822507);
  hash = Math.imul(hash ^ (hash >>> 13), 3266489909);
  return `h${((hash ^ (hash >>> 16)) >>> 0) % HUES}`;
}

function startsReadably(word: string): boolean {
  return /^[\p{L}\p{N}]/u.test(word);
}

function glyphs(word: string, count: number): string {
  return Array.from(word).slice(0, count).join("");
}

function capital(letters: string): string {
  const [head = "", ...rest] = Array.from(letters);
  return head.toUpperCase() + rest.join("");
}
