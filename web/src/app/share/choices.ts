// The roles that somebody can have on an item, as menus offer them.

import type { ItemRole } from "../../shared/api";
import { item as text } from "../messages/items";

export const choices = (): { role: ItemRole; name: string; icon: "key" | "eye" }[] => [
  { role: "owner", name: text.roles.owner, icon: "key" },
  { role: "collaborator", name: text.roles.collaborator, icon: "eye" },
];
