import type { ItemSummary } from "../../shared/api";
import { safeWebsite } from "../lib/text";
import { day } from "../lib/time";
import { list } from "../messages/items";

/** What tells items of the same name apart: the username, else where it is for, else its age. */
export function secondLine(item: ItemSummary): string {
  const site = safeWebsite(item.website)?.host ?? "";
  return item.username || item.app || site || list.changed(day(item.changed_at));
}
