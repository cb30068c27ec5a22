// Texts of what members choose for themselves.

export const mails = {
  title: "Mails",
  lede: "Which mails Guestpass sends you, besides those you ask for.",
  linkOpened: "Tell me when a public link of mine is first opened",
  linkOpenedHint: "You can also leave single links out when you make them.",
  on: "You get these mails from now on.",
  off: "You don't get these mails any more.",
  always:
    "Always sent: mails to sign in and to confirm a link, and alarms. An alarm is when a recipient says “This wasn't me” about a link of yours or, to admins, when a member says so.",
};

export const appearance = {
  title: "Appearance",
  lede: "Kept in this browser, for everybody who uses it.",
};

export const speech = {
  title: "Language",
  lede: "Of these pages, wherever you sign in, and of the mails you get. The page loads anew in the language you choose.",
  browser: "Like the browser",
  saved: "The language is saved.",
  leaveAsk: "Discard what you typed?",
  leaveText: "The page loads anew in the other language, and what isn't saved is lost.",
  leave: "Discard and change",
};
