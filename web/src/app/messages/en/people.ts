// Texts of Members and Activity.

import type { MemberState, SignInMethod, WorkspaceRole } from "../../../shared/api";
import { plural } from "../../lib/text";

export const members = {
  title: "Members",
  invite: "Invite member",
  inviteShort: "Invite",
  lede: "Everybody who can sign in to this workspace. What each can see is decided item by item.",
  guestLede: "You are a guest here: you use what you were given. Other people aren't shown to guests.",
  roles: { owner: "Workspace owner", admin: "Admin", user: "Member", guest: "Guest" } satisfies Record<WorkspaceRole, string>,
  states: { invited: "Invited", active: "Active", suspended: "Suspended", removed: "Removed" } satisfies Record<MemberState, string>,
  search: "Search members",
  nobody: "No member matches.",
  inviteTitle: "Invite a member",
  email: "E-mail address",
  emailHint: "The invitation goes there; it becomes the address to sign in with.",
  first: "First name",
  last: "Last name",
  role: "Role",
  roleHint: "Admins manage people and see every link and all activity. Guests use what they are given, and share nothing.",
  more: (name: string) => `More for ${name}`,
  roleChanged: (name: string, role: string) => `${name} is now: ${role}.`,
  tokensEnded: (name: string) => `The token that ${name} made for your directory has ended. Make a new one under Settings.`,
  inviteAgain: "Send the invitation again",
  sentAgain: (name: string) => `A new invitation is on its way to ${name}.`,
  suspend: "Suspend…",
  reinstate: "Let in again",
  reinstated: (name: string) => `${name} can sign in again.`,
  remove: "Remove…",
  handOverItems: "Hand over their items…",
  handOverWorkspace: "Hand over the workspace…",
  choose: "Choose somebody",
  seen: (when: string, how: string) => `Last here: ${when}${how ? `, ${how}` : ""}`,
  methods: {
    mail: "by mail",
    passkey: "with a passkey",
    oidc: "by your company's login",
    link: "with an operator's link",
  } satisfies Record<SignInMethod, string>,
  send: "Send invitation",
  sent: (name: string) => `${name} is invited.`,
  emailMissing: "Type the address to invite.",
  firstMissing: "Type a first name.",
  lastMissing: "Type a last name.",
  already: "This address is a member's already.",
  leaveAsk: "Discard this invitation?",
};

export const leaving = {
  suspend: {
    title: (name: string) => `Suspend ${name}?`,
    text: "They are signed out everywhere at once and can't sign in until somebody lets them in again. Public links they asked for are cancelled. They keep their items and roles.",
    action: "Suspend",
    done: (name: string) => `${name} is suspended.`,
  },
  remove: {
    title: (name: string) => `Remove ${name}?`,
    text: "They are signed out everywhere at once and lose all their roles on items. Public links they asked for are cancelled. What they did stays in the activity log.",
    action: "Remove",
    done: (name: string) => `${name} is removed.`,
  },
  links: (count: number) => (count === 1 ? "Their live public link" : `Their ${count} live public links`),
  revoke: "Revoke",
  handOver: "Hand over",
  successor: "Who takes over",
  successorMissing: "Choose who takes over.",
  takesOver: (itemCount: number, linkCount: number) => {
    const parts = [
      ...(itemCount > 0 ? [`${plural(itemCount, "item")} that nobody else owns`] : []),
      ...(linkCount > 0 ? [plural(linkCount, "live link")] : []),
    ];
    return `They become responsible for ${parts.join(" and ")}.`;
  },
  tokens: (count: number) =>
    count === 1
      ? "The token they made, by which your directory talks to Guestpass, ends: make a new one for it under Settings."
      : `The ${count} tokens they made, by which your directory talks to Guestpass, end: make a new one for it under Settings.`,
  seen: (count: number) => `Seen by them, and not changed since: ${count}`,
  itemOf: (owners: readonly string[]) => `An item of ${owners.join(", ") || "somebody"}`,
  seenHint: "They may remember what they saw. Have these passwords and keys changed.",
};

export const handOver = {
  to: "To",
  action: "Hand over",
  missing: "Choose somebody.",
  items: {
    title: (name: string) => `Hand over the items of ${name}`,
    text: "Somebody else becomes an Owner of every item they own. They stay on these items as Collaborator.",
    hint: "An active member; guests can't own items.",
    done: (name: string) => `The items are ${name}'s now.`,
  },
  workspace: {
    title: "Hand over the workspace",
    text: "A workspace has one owner, who can't be suspended or removed. You become an Admin.",
    hint: "Only the new owner can hand it back.",
    done: (name: string) => `The workspace is ${name}'s now.`,
  },
};

export const profile = {
  title: "Profile",
  name: "You",
  nameHint: "Colleagues and the recipients of your links see your name.",
  saved: "Your name is changed.",
  emailHint: "You sign in with it. Ask an admin to invite another address if it changes.",
  sessions: "Where you are signed in",
  sessionsHint: "A session ends after a while without use, and after some time in any case; your workspace says after how long.",
  browser: (name: string) => name,
  current: "This browser",
  since: (when: string, how: string) => `Signed in: ${when}, ${how}`,
  used: (when: string) => `Last used: ${when}`,
  end: "End",
  endWhat: (browser: string) => `End the session in ${browser}`,
  ended: "The session is over.",
  endOthers: "End all others",
  endedOthers: (count: number) => (count === 0 ? "There was no other session." : `${plural(count, "session")} ended.`),
};

export const activity = {
  title: "Activity",
  group: "Action",
  member: "Member",
  everybody: "Everybody",
  anyItem: "Any item",
  thisItem: "Item:",
  clearItem: "Show all items",
  clearLink: "Show all links",
  oneLink: "One link",
  scopeMine: "You see what concerns your items, and what you did yourself.",
  empty: { title: "Nothing happened yet", text: "Whatever somebody does with items and links shows up here." },
  noMatch: { title: "Nothing matches", text: "No event fits these filters." },
  clear: "Clear filters",
  from: (browser: string, address: string, more: string) => [browser, address, more].filter(Boolean).join(", "),
};
