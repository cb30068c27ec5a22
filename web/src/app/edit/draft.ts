// What somebody types about an item, and what of it goes to the server. Secret fields are null
// while they stay as they are: an edit never needs to read them.

import type { ItemChange, ItemDetails, ItemKind, NewItem } from "../../shared/api";
import { completeWebsite, countCharacters, digits } from "../lib/text";
import { edit } from "../messages/edit";

export const MAX_BODY = 45_000;
export const MAX_NAME = 200;

export interface Draft {
  name: string;
  website: string;
  app: string;
  username: string;
  notes: string;
  password: string | null;
  mfa: string | null;
  body: string | null;
}

const OPEN = ["name", "website", "app", "username", "notes"] as const;
const HIDDEN = ["password", "mfa", "body"] as const;

export function emptyDraft(): Draft {
  return { name: "", website: "", app: "", username: "", notes: "", password: "", mfa: "", body: "" };
}

export function draftOf(item: ItemDetails): Draft {
  const { name, website, app, username, notes } = item;
  return { name, website, app, username, notes, password: null, mfa: null, body: null };
}

export function isDirty(draft: Draft, start: Draft): boolean {
  return [...OPEN, ...HIDDEN].some((field) => draft[field] !== start[field]);
}

/** Problems that need no server, by field. */
export function problemsOf(draft: Draft): Record<string, string> {
  const problems: Record<string, string> = {};
  if (!draft.name.trim()) problems.name = edit.required;
  else if (countCharacters(draft.name.trim()) > MAX_NAME) problems.name = edit.maxName;
  const over = countCharacters(draft.body ?? "") - MAX_BODY;
  if (over > 0) problems.body = edit.tooLong(digits(over));
  return problems;
}

export function toNewItem(kind: ItemKind, draft: Draft): NewItem {
  const name = draft.name.trim();
  if (kind === "secret") return { kind, name, body: draft.body ?? "" };
  return {
    kind,
    name,
    website: completeWebsite(draft.website),
    app: draft.app.trim(),
    username: draft.username.trim(),
    password: draft.password ?? "",
    mfa: (draft.mfa ?? "").trim(),
    notes: draft.notes,
  };
}

/** Only what differs from the item as it was loaded: the rest stays, whoever changed it. */
export function toChange(item: ItemDetails, draft: Draft, version = item.version): ItemChange {
  const change: ItemChange = { version };
  const typed = { ...draft, name: draft.name.trim(), website: completeWebsite(draft.website) };
  for (const field of OPEN) if (typed[field] !== item[field]) change[field] = typed[field];
  for (const field of HIDDEN) {
    const value = draft[field];
    if (value !== null) change[field] = field === "mfa" ? value.trim() : value;
  }
  return change;
}
