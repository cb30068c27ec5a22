// The server's refusals in the reader's language. It says them in English, and a code often stands for several
// sentences, hence they are looked up as a whole.

import { inLanguage, locale } from "../language";
import { refusals as de } from "./de/refusals";
import { refusals as en } from "./en/refusals";

const words = inLanguage({ en, de });

export const { offline, unreadable } = words;

interface Pattern {
  is: RegExp;
  text: string;
}

/** Sentences with values in them. */
const patterns: readonly Pattern[] = Object.entries(words.sentences)
  .filter(([english]) => english.includes("{}"))
  .map(([english, text]) => ({
    is: new RegExp(`^${english.split("{}").map(escaped).join("(.+)")}$`, "s"),
    text,
  }));

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** One of the server's sentences in the reader's language; one that isn't known stays as it is. */
export function said(english: string, code = ""): string {
  return whole(english) ?? filled(english) ?? words.codes[code] ?? english;
}

function whole(english: string): string | undefined {
  return Object.hasOwn(words.sentences, english) ? words.sentences[english] : undefined;
}

function filled(english: string): string | undefined {
  for (const { is, text } of patterns) {
    const values = is.exec(english)?.slice(1);
    if (values) return text.split("{}").reduce((done, rest, at) => done + value(values[at - 1] ?? "") + rest);
  }
  return undefined;
}

/** The server groups numbers the English way. */
function value(text: string): string {
  return /^\d{1,3}(,\d{3})+$/.test(text) ? Number(text.replaceAll(",", "")).toLocaleString(locale) : text;
}
