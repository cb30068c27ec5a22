// Every text of the demo's mailbox.

export const m = {
  to: "To",
  text: "Text of the mail",
  count: (mails: number) => (mails === 1 ? "1 mail" : `${mails} mails`),
  arrived: (mails: number) => (mails === 1 ? "A new mail" : `${mails} new mails`),
  offline: "Guestpass can’t be reached. Trying again…",
  notHere: "This server sends real mail: there is no demo mailbox.",
  empty: "No mail yet",
  emptyHint: "Ask for a sign-in or for a public link, and the mail shows up here within a second.",
};
