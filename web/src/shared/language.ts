// The language of the pages: chosen once, when they load, so that every text is there at once and none
// changes under a reader. Choosing another one loads the page anew.

/** Each by the name its own speakers give it. */
export const LANGUAGES = { en: "English", de: "Deutsch" } as const;

export type Language = keyof typeof LANGUAGES;

/** How dates and numbers are written where the browser names no region for the language. */
const REGIONS: Record<Language, string> = { en: "en-GB", de: "de-DE" };

const KEY = "guestpass.language";

export function isLanguage(tag: unknown): tag is Language {
  return typeof tag === "string" && Object.hasOwn(LANGUAGES, tag);
}

/** What was chosen; else the first language of the reader's that there is; else English. */
export function pick(chosen: string | null, readers: readonly string[]): Language {
  return [chosen, ...readers.map(primary)].find(isLanguage) ?? "en";
}

/** The reader's own way to write dates and numbers in the language. */
export function pickLocale(language: Language, readers: readonly string[]): string {
  return readers.find((tag) => primary(tag) === language) ?? REGIONS[language];
}

function primary(tag: string): string {
  return tag.split("-", 1)[0]?.toLowerCase() ?? "";
}

/** What this browser remembers; nothing stands for "like the browser". */
export function remembered(): Language | null {
  try {
    const kept = localStorage.getItem(KEY);
    return isLanguage(kept) ? kept : null;
  } catch {
    return null;
  }
}

/** Remembers a choice. Whether the pages would be in another language if they were loaded anew. */
export function remember(chosen: Language | null): boolean {
  try {
    if (chosen) localStorage.setItem(KEY, chosen);
    else localStorage.removeItem(KEY);
  } catch {
    // Where storage is blocked the browser's own languages decide.
  }
  return pick(remembered(), readers()) !== language;
}

function readers(): readonly string[] {
  // Tests run where there is no browser.
  return (globalThis.navigator as Navigator | undefined)?.languages ?? [];
}

export const language = pick(remembered(), readers());
export const locale = pickLocale(language, readers());

/** The texts of this page's language. What one language has, the others must have in the same shape. */
export function inLanguage<Texts>(texts: { en: Texts } & Record<Exclude<Language, "en">, NoInfer<Texts>>): Texts {
  return texts[language];
}
