// Texts of the settings for user provisioning.

import { plural } from "../../lib/text";

export const provisioning = {
  title: "User provisioning (SCIM)",
  lede: "Your company's directory adds people, suspends them and keeps their groups as teams. Okta, Microsoft Entra ID and others can do that.",
  register: "Enter this where the directory asks for the SCIM address, and a token where it asks for one:",
  baseUrl: "SCIM base URL",
  people: (count: number) => `The directory answers for ${plural(count, "member")}.`,
  make: "Make a token",
  noTokens: "No token yet: no directory can change anything here.",
  token: (when: string) => `Token made ${when}`,
  madeBy: (who: string) => `by ${who}`,
  used: (when: string) => `used ${when}`,
  neverUsed: "never used",
  end: "End",
  endWhich: (when: string) => `End the token made ${when}`,
  endTitle: "End this token?",
  endText: "The directory that shows it can't change anything here any more. Members and teams stay as they are.",
  ended: "The token has ended.",
  left: (count: number) =>
    count === 1
      ? "A team is still managed by the directory, and nobody can change it by hand."
      : `${count} teams are still managed by the directory, and nobody can change them by hand.`,
  leftHint: "If the directory comes back, make a token for it. If it doesn't, let them look after themselves.",
  release: "Let these teams look after themselves",
  releaseTitle: "Let these teams look after themselves?",
  releaseText:
    "Everybody who is in them stays, with all that is shared with them. From now on they are changed here; choose Team Admins for them. A directory that comes back sets its groups up anew.",
  released: (count: number) => (count === 1 ? "The team looks after itself now." : `${count} teams look after themselves now.`),
  newToken: "New token",
  once: "Copy it now: it is shown this once.",
  done: "Done",
};
