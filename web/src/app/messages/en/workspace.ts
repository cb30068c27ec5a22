// Texts of workspaces: the switcher, their own sign-in pages, their settings.

import { length } from "./time";

export const switcher = {
  title: "Your workspaces",
  join: "You are invited: join",
  signIn: "Wants a sign-in of its own",
  byMail: "Find my other workspaces",
  byMailHint: "A sign-in by mail lists them.",
};

export const strayed = {
  title: "Another workspace is open now",
  text: (own: string, other: string) =>
    `In another tab this browser went on in ${other || "another workspace"}. This page still shows ${own}, and saves nothing there.`,
  kept: "What you typed is still here. Going back keeps it; going on there discards it.",
  back: (own: string) => `Back to ${own}`,
  go: (other: string) => (other ? `Go on in ${other}` : "Go on there"),
};

export const signInTo = {
  unknownTitle: "There is no such workspace",
  unknownText: "Check the address with whoever invited you, or sign in by mail.",
  byMail: "Sign in by mail",
  leaves: (name: string) => `You are signed in to ${name}. Signing in here ends that in this browser.`,
  stay: (name: string) => `Stay in ${name}`,
  known: "Workspaces you used in this browser",
};

const HUES = ["Red", "Orange", "Amber", "Olive", "Green", "Jade", "Turquoise", "Sky", "Blue", "Violet", "Purple", "Pink"];

export const looks = {
  title: "Workspace",
  lede: "Its name and what stands beside it: in the app, on its sign-in page, and on the page of whoever opens a public link.",
  name: "Name",
  monogram: "Letters",
  monogramHint: "One or two. Leave it empty for the first one of the name.",
  colour: "Colour",
  standard: "Standard",
  /** The names of the colours, by their angles. */
  colours: HUES.map((name, at) => ({ hue: 10 + at * 30, name })),
  logo: "Logo",
  logoHint: "Shown instead of the letters to members and on the sign-in page; recipients of links see the letters. PNG, JPEG or WebP, at most 256 KB.",
  choose: "Choose a picture",
  chooseOther: "Choose another picture",
  removeLogo: "Remove the logo",
  tooLarge: "This file is larger than 256 KB. Make the picture smaller, then choose it again.",
  saved: "The workspace is saved.",
  logoSaved: "The workspace has a new logo.",
  logoRemoved: "The logo is removed.",
  address: "Sign-in address of this workspace",
};

export const lengths = {
  title: "Sessions",
  lede: "How long people stay signed in. What you shorten counts at once, also for those who are signed in; what you lengthen counts from the next sign-in on.",
  idle: "Without using it, for",
  absolute: "At most, for",
  minutes: (minutes: number) => length(minutes * 60),
  saved: "Saved. Shorter times count from now on.",
};

export const domains = {
  title: "Who may become a member",
  lede: "Bounds invitations, sign-in with your company's login, and provisioning. Whoever is a member stays one; guests may come from anywhere.",
  label: "Mail domains",
  hint: "Such as larkfield.example; separate several by spaces. Leave it empty for all. What is below a domain isn't part of it.",
  saved: "The mail domains are saved.",
};
