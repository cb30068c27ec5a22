// English texts of Members and Activity.

import type { MemberState, WorkspaceRole } from "../../shared/api";

export const members = {
  title: "Members",
  invite: "Invite member",
  inviteShort: "Invite",
  lede: "Everybody who can sign in to this workspace. What each can see is decided item by item.",
  roles: { owner: "Workspace owner", admin: "Admin", user: "Member" } satisfies Record<WorkspaceRole, string>,
  states: { invited: "Invited", active: "Active", suspended: "Suspended" } satisfies Record<MemberState, string>,
  search: "Search members",
  nobody: "No member matches.",
  inviteTitle: "Invite a member",
  email: "E-mail address",
  emailHint: "The invitation goes there; it becomes the address to sign in with.",
  first: "First name",
  last: "Last name",
  role: "Role",
  roleHint: "Admins invite people and see every link and all activity.",
  send: "Send invitation",
  sent: (name: string) => `${name} is invited.`,
  emailMissing: "Type the address to invite.",
  firstMissing: "Type a first name.",
  lastMissing: "Type a last name.",
  already: "This address is a member's already.",
  leaveAsk: "Discard this invitation?",
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
  from: (browser: string, address: string) => [browser, address].filter(Boolean).join(", "),
};
