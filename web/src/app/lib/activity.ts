// Events as sentences. The server sends codes and names; what they mean to a person is said here.

import type { Event } from "../../shared/api";
import { eventGroups, eventWords as words, events } from "../messages/events";

export interface Part {
  kind: "text" | "name" | "item";
  text: string;
}

export interface Sentence {
  icon: EventIcon;
  /** Something an owner should look into. */
  alarm: boolean;
  parts: Part[];
}

export type EventIcon =
  | "log-in" | "log-out" | "user-plus" | "users" | "user-minus" | "plus" | "pencil" | "trash" | "eye"
  | "clock" | "paperclip" | "download" | "link" | "mail" | "circle-check" | "ban" | "alert" | "info" | "x" | "passkey" | "settings";

interface Look {
  icon: EventIcon;
  alarm?: true;
}

/** How each event looks. */
export const looks: Record<keyof typeof events, Look> = {
  "workspace.created": { icon: "plus" },
  "session.started": { icon: "log-in" },
  "session.ended": { icon: "log-out" },
  "sign_in.refused": { icon: "alert", alarm: true },
  "sign_in.locked": { icon: "alert", alarm: true },
  "session.confirmed": { icon: "circle-check" },
  "passkey.added": { icon: "passkey" },
  "passkey.renamed": { icon: "passkey" },
  "passkey.removed": { icon: "passkey" },
  "passkey.refused": { icon: "alert", alarm: true },
  "workspace.link_confirmation_changed": { icon: "settings" },
  "workspace.renamed": { icon: "pencil" },
  "workspace.mark_changed": { icon: "settings" },
  "workspace.logo_changed": { icon: "settings" },
  "workspace.sessions_changed": { icon: "settings", alarm: true },
  "workspace.domains_changed": { icon: "settings", alarm: true },
  "member.invited": { icon: "user-plus" },
  "member.joined": { icon: "user-plus" },
  "member.role_changed": { icon: "users" },
  "member.renamed": { icon: "pencil" },
  "member.preferences_changed": { icon: "settings" },
  "member.suspended": { icon: "ban" },
  "member.reinstated": { icon: "user-plus" },
  "member.removed": { icon: "user-minus" },
  "member.provisioned": { icon: "user-plus" },
  "member.adopted": { icon: "users" },
  "member.changed": { icon: "pencil" },
  "member.address_changed": { icon: "mail", alarm: true },
  "provisioning.token_made": { icon: "plus", alarm: true },
  "provisioning.token_ended": { icon: "x" },
  "workspace.handed_over": { icon: "users", alarm: true },
  "team.created": { icon: "plus" },
  "team.renamed": { icon: "pencil" },
  "team.removed": { icon: "trash" },
  "team.released": { icon: "users" },
  "team.member_added": { icon: "user-plus" },
  "team.member_removed": { icon: "user-minus" },
  "team.role_changed": { icon: "users" },
  "identity.connected": { icon: "link" },
  "identity.disconnected": { icon: "x" },
  "sign_in.link_printed": { icon: "alert", alarm: true },
  "provider.added": { icon: "plus" },
  "provider.changed": { icon: "pencil" },
  "provider.removed": { icon: "trash" },
  "provider.tested": { icon: "circle-check" },
  "item.created": { icon: "plus" },
  "item.changed": { icon: "pencil" },
  "item.deleted": { icon: "trash" },
  "item.revealed": { icon: "eye" },
  "item.code_shown": { icon: "clock" },
  "access.granted": { icon: "user-plus" },
  "access.changed": { icon: "users" },
  "access.removed": { icon: "user-minus" },
  "access.team_granted": { icon: "user-plus" },
  "access.team_changed": { icon: "users" },
  "access.team_removed": { icon: "user-minus" },
  "attachment.added": { icon: "paperclip" },
  "attachment.downloaded": { icon: "download" },
  "attachment.removed": { icon: "paperclip" },
  "intent.started": { icon: "mail" },
  "intent.confirmed": { icon: "circle-check" },
  "intent.refused": { icon: "alert", alarm: true },
  "intent.locked": { icon: "alert", alarm: true },
  "intent.cancelled": { icon: "x" },
  "link.created": { icon: "link" },
  "link.opened": { icon: "eye" },
  "link.redelivered": { icon: "eye" },
  "link.acknowledged": { icon: "circle-check" },
  "link.revoked": { icon: "ban" },
  "link.handed_over": { icon: "users" },
  "link.disputed": { icon: "alert", alarm: true },
  "link.retried": { icon: "alert", alarm: true },
  "mail.failed": { icon: "mail", alarm: true },
};

const isKnown = (action: string): action is keyof typeof events => Object.hasOwn(events, action);

/** What the filter offers: a label and the first part of the codes it stands for. */
export const ACTION_GROUPS = Object.entries(eventGroups).map(([group, label]) => ({
  value: group === "all" ? "" : group,
  label,
}));

/** `me` is called "You"; on the page of one item, that is `onItem`, it is called "this item". */
export function toSentence(event: Event, me: string, onItem = false): Sentence {
  const { action } = event;
  if (!isKnown(action)) {
    return {
      icon: "info",
      alarm: false,
      parts: [
        { kind: "name", text: actor(event, me) },
        { kind: "text", text: `: ${action}` },
      ],
    };
  }
  const parts = template(event, action)
    .split(/(\{[\w.]+\})/)
    .filter(Boolean)
    .map((piece) => fill(piece, event, me, onItem));
  const { icon, alarm } = looks[action];
  return { icon, alarm: alarm ?? false, parts };
}

/** What is said of it: some say more when it is known whom it is about. */
function template(event: Event, action: keyof typeof events): string {
  if (action === "sign_in.refused" && !event.actor_id) return words.refusedByNobody;
  if (action === "intent.cancelled" && event.target && event.target !== event.actor) return words.requestEnded;
  return events[action];
}

function fill(piece: string, event: Event, me: string, onItem: boolean): Part {
  switch (piece) {
    case "{actor}":
      return { kind: "name", text: actor(event, me) };
    case "{target}":
      return { kind: "name", text: event.target ?? words.somebody };
    case "{team}":
      return { kind: "name", text: event.team ?? "?" };
    default:
      return agreeing(piece, event, me) ?? item(piece, event, onItem) ?? { kind: "text", text: piece };
  }
}

function agreeing(piece: string, event: Event, me: string): Part | null {
  const forms = words.verbs[piece];
  return forms ? { kind: "text", text: forms[event.actor_id === me ? 1 : 0] } : null;
}

function item(piece: string, event: Event, onItem: boolean): Part | null {
  const [thisOne, any] = [words.thisItem[piece], words.anItem[piece]];
  if (thisOne === undefined || any === undefined) return null;
  if (onItem) return { kind: "text", text: thisOne };
  return event.item_name ? { kind: "item", text: event.item_name } : { kind: "text", text: any };
}

/** What a directory did says by which of its tokens, and so does what becomes of one. */
export function whichToken(event: Event): string {
  const tokens = event.actor === "Provisioning" || event.action.startsWith("provisioning.");
  return tokens ? event.details : "";
}

function actor(event: Event, me: string): string {
  if (event.actor_id === me) return words.you;
  return event.actor_id ? event.actor : (words.actors[event.actor] ?? event.actor);
}
