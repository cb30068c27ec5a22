// Which page an address means. The server answers every address of the app with the same document.

import type { ItemKind } from "../../shared/api";

export type Route =
  | { page: "items"; kind: ItemKind }
  | { page: "item"; id: string }
  | { page: "access"; id: string }
  | { page: "activity" }
  | { page: "members" }
  | { page: "teams" }
  | { page: "team"; id: string }
  | { page: "profile" }
  | { page: "settings" }
  | { page: "sign-in"; workspace?: string; other?: true }
  | { page: "sign-in-return" }
  | { page: "sign-in-again" }
  | { page: "unknown" };

/** Documents of their own: links to them leave the app. */
const ELSEWHERE = ["/s", "/confirm", "/confirm-sign-in", "/mailbox", "/security-considerations", "/about-links"];

export function toRoute(path: string): Route {
  const parts = path.split("/").filter(Boolean);
  const [head = "accounts", id, ...rest] = parts;
  if (head === "items" && id && rest.length === 0) return { page: "item", id };
  if (head === "items" && id && rest.length === 1 && rest[0] === "access") return { page: "access", id };
  if (head === "teams" && id && rest.length === 0) return { page: "team", id };
  if (head === "sign-in" && (id === "return" || id === "again") && rest.length === 0) return { page: `sign-in-${id}` };
  // A workspace's own sign-in page; or any workspace's, for somebody who is signed in to one.
  if (head === "sign-in" && id?.startsWith("wsp_") && rest.length === 0) return { page: head, workspace: id };
  if (head === "sign-in" && id === "other" && rest.length === 0) return { page: head, other: true };
  if (id !== undefined) return { page: "unknown" };
  switch (head) {
    case "accounts":
      return { page: "items", kind: "account" };
    case "secrets":
      return { page: "items", kind: "secret" };
    case "activity":
    case "members":
    case "profile":
    case "teams":
    case "settings":
    case "sign-in":
      return { page: head };
    default:
      return { page: "unknown" };
  }
}

export function isApp(path: string): boolean {
  return !ELSEWHERE.includes(path) && !/^\/(api|assets)\//.test(path);
}

export function pathOf(kind: ItemKind): string {
  return kind === "account" ? "/accounts" : "/secrets";
}
