// Texts of what members choose for themselves.

export const mails = {
  title: "E-Mails",
  lede: "Welche E-Mails Guestpass Ihnen schickt, außer denen, die Sie selbst anfordern.",
  linkOpened: "Melden, wenn einer meiner öffentlichen Links zum ersten Mal geöffnet wird",
  linkOpenedHint: "Sie können auch einzelne Links davon ausnehmen, wenn Sie sie erstellen.",
  on: "Ab jetzt bekommen Sie diese E-Mails.",
  off: "Sie bekommen diese E-Mails nicht mehr.",
  always:
    "Immer verschickt werden E-Mails zum Anmelden und zum Bestätigen eines Links, und Alarme: wenn jemand zu einem Ihrer Links sagt „Das war ich nicht“, oder, an Admins, wenn ein Mitglied das sagt.",
};

export const appearance = {
  title: "Darstellung",
  lede: "Bleibt in diesem Browser, für alle, die ihn benutzen.",
};

export const speech = {
  title: "Sprache",
  lede: "Für diese Seiten, wo immer Sie sich anmelden, und für die E-Mails, die Sie bekommen. Die Seite wird in der gewählten Sprache neu geladen.",
  browser: "Wie der Browser",
  saved: "Die Sprache ist gespeichert.",
  leaveAsk: "Verwerfen, was Sie eingegeben haben?",
  leaveText: "Die Seite wird in der anderen Sprache neu geladen, und was nicht gespeichert ist, geht verloren.",
  leave: "Verwerfen und wechseln",
};
