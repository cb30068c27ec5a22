// Matching as people expect of a search field: every word somewhere, whatever case and accents.

function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}

export function matches(query: string, ...texts: string[]): boolean {
  const hay = plain(texts.join(" "));
  return plain(query)
    .split(/\s+/)
    .every((word) => hay.includes(word));
}
