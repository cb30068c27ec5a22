// The demo's mailbox, read as a person's mail program would.

import { expect } from "@playwright/test";

import type { Site } from "./site";

export interface Mail {
  id: string;
  at: number;
  to: string;
  subject: string;
  text: string;
  html: string;
}

export async function mails(site: Site): Promise<Mail[]> {
  const answer = await fetch(`${site.origin}/api/v1/dev/mailbox`);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { mails: Mail[] }).mails;
}

/** The newest mail to somebody that carries the address of a page; waits until it is there. */
export async function mailWithLink(site: Site, to: string, known: Mail[] = []): Promise<Mail> {
  const seen = new Set(known.map((mail) => mail.id));
  let found: Mail | undefined;
  await expect
    .poll(
      async () => {
        const all = await mails(site);
        found = all.find((mail) => mail.to === to && !seen.has(mail.id) && /#\S/.test(mail.text));
        return found !== undefined;
      },
      { message: `a mail to ${to}`, intervals: [50, 100, 200] },
    )
    .toBe(true);
  if (!found) throw new Error("unreachable: the poll found one");
  return found;
}

/** The address behind a mail's button. */
export function linkIn(mail: Mail): string {
  const link = /https?:\/\/\S+#[\w-]+/.exec(mail.text)?.[0];
  if (!link) throw new Error(`no link in the mail "${mail.subject}"`);
  return link;
}

export function tokenIn(mail: Mail): string {
  return linkIn(mail).split("#", 2)[1] ?? "";
}
