// Every text of the demo's mailbox.

import type { m as english } from "../en/mailbox";

export const m: typeof english = {
  to: "An",
  text: "Text der E-Mail",
  count: (mails) => (mails === 1 ? "1 E-Mail" : `${mails} E-Mails`),
  arrived: (mails) => (mails === 1 ? "Eine neue E-Mail" : `${mails} neue E-Mails`),
  offline: "Guestpass ist nicht erreichbar. Es wird weiter versucht …",
  notHere: "Dieser Server verschickt echte E-Mails: Ein Demo-Postfach gibt es nicht.",
  empty: "Noch keine E-Mails",
  emptyHint: "Fordern Sie eine Anmeldung oder einen öffentlichen Link an, und die E-Mail erscheint hier innerhalb einer Sekunde.",
};
