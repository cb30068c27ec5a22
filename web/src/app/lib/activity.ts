// Events as sentences. The server sends codes and names; what they mean to a person is said here.

import type { Event } from "../../shared/api";

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

interface Template {
  icon: EventIcon;
  text: string;
  alarm?: true;
}

const templates: Record<string, Template> = {
  "workspace.created": { icon: "plus", text: "{actor} created the workspace" },
  "session.started": { icon: "log-in", text: "{actor} signed in" },
  "session.ended": { icon: "log-out", text: "{actor} signed out" },
  "sign_in.refused": { icon: "alert", text: "{actor} said “This wasn't me” to a sign-in", alarm: true },
  "sign_in.locked": { icon: "alert", text: "A sign-in was stopped after five wrong match codes", alarm: true },
  "session.confirmed": { icon: "circle-check", text: "{actor} confirmed their identity again" },
  "passkey.added": { icon: "passkey", text: "{actor} added a passkey" },
  "passkey.renamed": { icon: "passkey", text: "{actor} renamed a passkey" },
  "passkey.removed": { icon: "passkey", text: "{actor} removed a passkey" },
  "passkey.refused": { icon: "alert", text: "A passkey of {target} was refused: there may be a copy of it", alarm: true },
  "workspace.link_confirmation_changed": { icon: "settings", text: "{actor} changed how public links are confirmed" },
  "workspace.renamed": { icon: "pencil", text: "{actor} gave the workspace another name" },
  "workspace.mark_changed": { icon: "settings", text: "{actor} changed the letters or the colour of the workspace" },
  "workspace.logo_changed": { icon: "settings", text: "{actor} changed the logo of the workspace" },
  "workspace.sessions_changed": { icon: "settings", text: "{actor} changed how long people stay signed in", alarm: true },
  "workspace.domains_changed": { icon: "settings", text: "{actor} changed which mail domains may join", alarm: true },
  "member.invited": { icon: "user-plus", text: "{actor} invited {target}" },
  "member.joined": { icon: "user-plus", text: "{actor} joined the workspace" },
  "member.role_changed": { icon: "users", text: "{actor} changed the workspace role of {target}" },
  "member.renamed": { icon: "pencil", text: "{actor} changed their name" },
  "member.preferences_changed": { icon: "settings", text: "{actor} changed which mails they get" },
  "member.suspended": { icon: "ban", text: "{actor} suspended {target}" },
  "member.reinstated": { icon: "user-plus", text: "{actor} let {target} in again" },
  "member.removed": { icon: "user-minus", text: "{actor} removed {target} from the workspace" },
  "member.provisioned": { icon: "user-plus", text: "{actor} added {target}" },
  "member.adopted": { icon: "users", text: "{actor} answers for {target} from now on" },
  "member.changed": { icon: "pencil", text: "{actor} changed the name or address of {target}" },
  "member.address_changed": { icon: "mail", text: "{actor} changed the mail address of {target}", alarm: true },
  "provisioning.token_made": { icon: "plus", text: "{actor} made a token for user provisioning", alarm: true },
  "provisioning.token_ended": { icon: "x", text: "{actor} ended a token for user provisioning" },
  "workspace.handed_over": { icon: "users", text: "{actor} handed the workspace over to {target}", alarm: true },
  "team.created": { icon: "plus", text: "{actor} made the team {team}" },
  "team.renamed": { icon: "pencil", text: "{actor} renamed a team to {team}" },
  "team.removed": { icon: "trash", text: "{actor} removed the team {team}" },
  "team.released": { icon: "users", text: "The team {team} looks after itself from now on" },
  "team.member_added": { icon: "user-plus", text: "{actor} added {target} to the team {team}" },
  "team.member_removed": { icon: "user-minus", text: "{actor} removed {target} from the team {team}" },
  "team.role_changed": { icon: "users", text: "{actor} changed the role of {target} in the team {team}" },
  "identity.connected": { icon: "link", text: "{actor} connected their account at the company's login" },
  "identity.disconnected": { icon: "x", text: "{actor} disconnected their account at the company's login" },
  "sign_in.link_printed": { icon: "alert", text: "The operator made a sign-in link for {target}", alarm: true },
  "provider.added": { icon: "plus", text: "{actor} added a login provider" },
  "provider.changed": { icon: "pencil", text: "{actor} changed a login provider" },
  "provider.removed": { icon: "trash", text: "{actor} removed a login provider" },
  "provider.tested": { icon: "circle-check", text: "{actor} tested the connection to a login provider" },
  "item.created": { icon: "plus", text: "{actor} added {item}" },
  "item.changed": { icon: "pencil", text: "{actor} changed {item}" },
  "item.deleted": { icon: "trash", text: "{actor} deleted {item}" },
  "item.revealed": { icon: "eye", text: "{actor} revealed a hidden field of {item}" },
  "item.code_shown": { icon: "clock", text: "{actor} looked at a one-time code of {item}" },
  "access.granted": { icon: "user-plus", text: "{actor} shared {item} with {target}" },
  "access.changed": { icon: "users", text: "{actor} changed the role of {target} on {item}" },
  "access.removed": { icon: "user-minus", text: "{actor} removed {target} from {item}" },
  "access.team_granted": { icon: "user-plus", text: "{actor} shared {item} with the team {team}" },
  "access.team_changed": { icon: "users", text: "{actor} changed the role of the team {team} on {item}" },
  "access.team_removed": { icon: "user-minus", text: "{actor} removed the team {team} from {item}" },
  "attachment.added": { icon: "paperclip", text: "{actor} attached a file to {item}" },
  "attachment.downloaded": { icon: "download", text: "{actor} downloaded a file of {item}" },
  "attachment.removed": { icon: "paperclip", text: "{actor} removed a file from {item}" },
  "intent.started": { icon: "mail", text: "{actor} asked for a public link to {item}" },
  "intent.confirmed": { icon: "circle-check", text: "{actor} confirmed a public link to {item}" },
  "intent.refused": { icon: "alert", text: "{actor} said “This wasn't me” to a public link to {item}", alarm: true },
  "intent.locked": { icon: "alert", text: "A public link to {item} was stopped after five wrong match codes", alarm: true },
  "intent.cancelled": { icon: "x", text: "{actor} cancelled a public link to {item}" },
  "link.created": { icon: "link", text: "{actor} made a public link to {item}" },
  "link.opened": { icon: "eye", text: "{actor} opened a public link to {item}" },
  "link.redelivered": { icon: "eye", text: "{actor} opened a public link to {item} again in the same browser" },
  "link.acknowledged": { icon: "circle-check", text: "{actor} received {item} through a public link" },
  "link.revoked": { icon: "ban", text: "{actor} revoked a public link to {item}" },
  "link.handed_over": { icon: "users", text: "{actor} handed a public link to {item} over to {target}" },
  "link.disputed": { icon: "alert", text: "{actor} of a public link to {item} said “This wasn't me”", alarm: true },
  "link.retried": { icon: "alert", text: "Somebody tried a spent public link to {item}", alarm: true },
  "mail.failed": { icon: "mail", text: "A mail to {target} could not be sent", alarm: true },
};

/** Nobody in particular was refused. */
const REFUSED: Template = { icon: "alert", text: "A sign-in was refused", alarm: true };

/** What the filter offers: a label and the first part of the codes it stands for. */
export const ACTION_GROUPS = [
  { value: "", label: "All actions" },
  { value: "link", label: "Public links" },
  { value: "intent", label: "Confirmations" },
  { value: "item", label: "Items" },
  { value: "access", label: "Access" },
  { value: "attachment", label: "Attachments" },
  { value: "member", label: "Members" },
  { value: "team", label: "Teams" },
  { value: "session", label: "Signing in" },
  { value: "provider", label: "Login providers" },
  { value: "passkey", label: "Passkeys" },
  { value: "provisioning", label: "User provisioning" },
  { value: "workspace", label: "Workspace" },
  { value: "mail", label: "Mail" },
] as const;

/** `me` is called "You"; on the page of one item, that is `onItem`, it is called "this item". */
export function toSentence(event: Event, me: string, onItem = false): Sentence {
  const template = event.action === "sign_in.refused" && !event.actor_id ? REFUSED : templates[event.action];
  if (!template) {
    return {
      icon: "info",
      alarm: false,
      parts: [
        { kind: "name", text: actor(event, me) },
        { kind: "text", text: `: ${event.action}` },
      ],
    };
  }
  const parts = template.text
    .split(/(\{\w+\})/)
    .filter(Boolean)
    .map((piece) => fill(piece, event, me, onItem));
  return { icon: template.icon, alarm: template.alarm ?? false, parts };
}

function fill(piece: string, event: Event, me: string, onItem: boolean): Part {
  switch (piece) {
    case "{actor}":
      return { kind: "name", text: actor(event, me) };
    case "{target}":
      return { kind: "name", text: event.target ?? "somebody" };
    case "{team}":
      return { kind: "name", text: event.team ?? "?" };
    case "{item}":
      if (onItem) return { kind: "text", text: "this item" };
      return event.item_name ? { kind: "item", text: event.item_name } : { kind: "text", text: "an item" };
    default:
      return { kind: "text", text: piece };
  }
}

/** What a directory did says by which of its tokens, and so does what becomes of one. */
export function whichToken(event: Event): string {
  const tokens = event.actor === "Provisioning" || event.action.startsWith("provisioning.");
  return tokens ? event.details : "";
}

function actor(event: Event, me: string): string {
  return event.actor_id === me ? "You" : event.actor;
}
