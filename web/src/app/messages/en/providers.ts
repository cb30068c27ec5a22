// Texts of signing in with a company's own login, and of looking after it.

import { plural } from "../../lib/text";

export const provided = {
  continueWith: (name: string) => `Continue with ${name}`,
  or: "or",
  intro: "Use your company's login.",
  introBoth: "Use your company's login, or have us mail you a button to press.",
  returning: "Signing you in…",
  failed: "You aren't signed in",
  back: "Back to sign in",
  toProfile: "Back to your profile",
  connected: "Your account is connected. From now on you can sign in with it.",
  notConnected: "Your account isn't connected",
  againTitle: "You have signed in again",
  againText: "Close this window and go on in the other one.",
  leaving: "Going to your company's login…",
};

export const stepUpWith = {
  text: "Your company's login opens in a window of its own.",
  goOn: "I have signed in: go on",
};

export const connections = {
  title: "Your company's login",
  hint: "Connect your account there, and you can sign in with it.",
  since: (when: string) => `Connected ${when}`,
  not: "Not connected",
  connect: "Connect",
  connectWhat: (name: string) => `Connect ${name}`,
  disconnect: "Disconnect",
  disconnectWhat: (name: string) => `Disconnect ${name}`,
  disconnected: (name: string) => `${name} is disconnected. It doesn't sign you in any more.`,
};

export const settings = {
  title: "Settings",
  heading: "Sign-in with your company's login",
  lede: "Any provider that speaks OpenID Connect: Entra ID, Google Workspace, Okta, Keycloak and many more. You can add several.",
  register: "Enter these where the provider asks for them:",
  redirect: "Redirect URI",
  postLogout: "Address after signing out",
  backChannel: "Back-channel logout URI",
  add: "Add provider",
  none: { title: "No provider yet", text: "People sign in by mail. Add your company's login, and they can use that." },
  change: "Change",
  changeWhat: (name: string) => `Change ${name}`,
  test: "Test this connection",
  testWhat: (name: string) => `Test this connection: ${name}`,
  removeWhat: (name: string) => `Remove ${name}`,
  works: "The connection works.",
  endsSessions: "Signing out here signs out there as well.",
  endsNoSessions: "Signing out here doesn't sign out there: the provider doesn't offer it.",
  tells: "It can tell Guestpass when somebody signs out there.",
  tellsNot: "It doesn't tell Guestpass when somebody signs out there.",
  onlyWayIn: "The only way in",
  unconnected: (count: number) => `${plural(count, "active member")} not connected`,
  domains: (domains: readonly string[]) => `People of ${domains.join(", ")} can join`,
  removeTitle: (name: string) => `Remove ${name}?`,
  removeText: "Nobody can sign in with it any more, and who was connected is forgotten. Whoever is signed in stays so.",
  removed: (name: string) => `${name} is removed.`,
  forAdmins: "Only the workspace's owner and admins see its settings.",
};

export const provider = {
  addTitle: "Add a provider",
  changeTitle: (name: string) => `Change ${name}`,
  name: "Name",
  nameHint: "The button on the sign-in page says “Continue with” and this.",
  issuer: "Issuer",
  issuerHint: "The provider's address, exactly as it writes it. Guestpass finds the rest there.",
  clientId: "Client ID",
  secret: "Client secret",
  secretHint: "It is sealed, and never shown again.",
  secretKept: "Leave it empty to keep the one it has.",
  domains: "Mail domains that may join",
  domainsHint: "People with a verified address of these domains join without an invitation. Separate several by spaces.",
  joiners: "New people become",
  claim: "Claim that lists groups",
  groups: "Groups and roles",
  groupsHint: "With at least one group, the provider decides everybody's role at each sign-in, except the workspace owner's. Whoever is in none of them becomes what new people become.",
  group: "Group",
  roleOf: "Role",
  addGroup: "Add group",
  removeGroup: (name: string) => `Remove the group ${name}`,
  teams: "Groups and teams",
  teamsHint:
    "The provider decides who is in these teams, at each sign-in. A team whose group you remove here stays, with its people, and looks after itself.",
  teamGroup: "Group of the team",
  team: "Team",
  addTeam: "Add team",
  removeTeam: (name: string) => `Remove the team ${name} from this list`,
  only: "The only way in",
  onlyHint: "Nobody can sign in by mail or passkey any more. Members who haven't connected their account can't come in; you must have connected yours.",
  saved: (name: string) => `${name} is saved.`,
  leaveAsk: "Discard what you typed?",
};
