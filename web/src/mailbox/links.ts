// Finds what a mail's buttons open. Mails are shown as text, never as markup, so their addresses
// and labels are picked out and become links of our own.

export interface MailLink {
  label: string;
  href: string;
}

/** The links of a mail that lead back to this server, buttons of the HTML part first. */
export function linksOf(text: string, html: string, origin: string): MailLink[] {
  const found = new Map<string, string>();
  for (const [, href = "", inner = ""] of html.matchAll(/<a\b[^>]*?href="([^"]*)"[^>]*>(.*?)<\/a>/gs)) {
    const label = decode(inner.replace(/<[^>]*>/g, " ")).replace(/\s+/g, " ").trim();
    const url = decode(href);
    if (!found.has(url)) found.set(url, label === "" ? url : label);
  }
  for (const [url] of text.matchAll(/https?:\/\/[^\s<>"]+/g)) {
    if (!found.has(url)) found.set(url, url);
  }
  return [...found]
    .filter(([href]) => URL.canParse(href) && new URL(href).origin === origin)
    .map(([href, label]) => ({ href, label }));
}

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: " " };

function decode(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex: string, decimal: string, name: string) => {
    if (name) return entities[name] ?? whole;
    const point = hex ? parseInt(hex, 16) : parseInt(decimal, 10);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
