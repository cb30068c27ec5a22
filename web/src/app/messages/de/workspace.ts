// Texts of workspaces: the switcher, their own sign-in pages, their settings.

import { length } from "./time";

export const switcher = {
  title: "Ihre Arbeitsbereiche",
  join: "Sie sind eingeladen: beitreten",
  signIn: "Verlangt eine eigene Anmeldung",
  byMail: "Meine anderen Arbeitsbereiche finden",
  byMailHint: "Eine Anmeldung per E-Mail zeigt sie an.",
};

export const strayed = {
  title: "Jetzt ist ein anderer Arbeitsbereich offen",
  text: (own: string, other: string) =>
    `In einem anderen Tab ist dieser Browser jetzt in ${other ? `„${other}“` : "einem anderen Arbeitsbereich"}. Diese Seite zeigt noch „${own}“ und speichert dort nichts.`,
  kept: "Was Sie eingegeben haben, ist noch da. Gehen Sie zurück, bleibt es; machen Sie dort weiter, ist es weg.",
  back: (own: string) => `Zurück zu „${own}“`,
  go: (other: string) => (other ? `In „${other}“ weitermachen` : "Dort weitermachen"),
};

export const signInTo = {
  unknownTitle: "Diesen Arbeitsbereich gibt es nicht",
  unknownText: "Prüfen Sie die Adresse mit der Person, die Sie eingeladen hat, oder melden Sie sich per E-Mail an.",
  byMail: "Per E-Mail anmelden",
  leaves: (name: string) => `Sie sind bei ${name} angemeldet. Melden Sie sich hier an, endet das in diesem Browser.`,
  stay: (name: string) => `Bei ${name} bleiben`,
  known: "Arbeitsbereiche, die Sie in diesem Browser benutzt haben",
};

const HUES = ["Rot", "Orange", "Bernstein", "Oliv", "Grün", "Jade", "Türkis", "Himmelblau", "Blau", "Violett", "Lila", "Rosa"];

export const looks = {
  title: "Arbeitsbereich",
  lede: "Sein Name und was daneben steht: in der App, auf seiner Anmeldeseite und auf der Seite, die beim Öffnen eines öffentlichen Links erscheint.",
  name: "Name",
  monogram: "Buchstaben",
  monogramHint: "Einer oder zwei. Bleibt das Feld leer, steht dort der erste des Namens.",
  colour: "Farbe",
  standard: "Standard",
  colours: HUES.map((name, at) => ({ hue: 10 + at * 30, name })),
  logo: "Logo",
  logoHint: "Mitglieder und die Anmeldeseite zeigen es statt der Buchstaben; wer einen Link öffnet, sieht die Buchstaben. PNG, JPEG oder WebP, höchstens 256 KB.",
  choose: "Bild auswählen",
  chooseOther: "Anderes Bild auswählen",
  removeLogo: "Logo entfernen",
  tooLarge: "Diese Datei ist größer als 256 KB. Verkleinern Sie das Bild, und wählen Sie es dann noch einmal aus.",
  saved: "Der Arbeitsbereich ist gespeichert.",
  logoSaved: "Der Arbeitsbereich hat ein neues Logo.",
  logoRemoved: "Das Logo ist entfernt.",
  address: "Anmeldeadresse dieses Arbeitsbereichs",
};

export const lengths = {
  title: "Sitzungen",
  lede: "Wie lange man angemeldet bleibt. Was Sie verkürzen, gilt sofort, auch für alle, die schon angemeldet sind; was Sie verlängern, gilt ab der nächsten Anmeldung.",
  idle: "Ohne Benutzung, für",
  absolute: "Höchstens, für",
  minutes: (minutes: number) => length(minutes * 60),
  saved: "Gespeichert. Kürzere Zeiten gelten ab jetzt.",
};

export const domains = {
  title: "Wer Mitglied werden kann",
  lede: "Begrenzt Einladungen, die Anmeldung über das Login Ihrer Firma und die Bereitstellung. Wer Mitglied ist, bleibt es; Gäste können von überall kommen.",
  label: "Mail-Domains",
  hint: "Zum Beispiel larkfield.example; mehrere trennen Sie mit Leerzeichen. Bleibt das Feld leer, gelten alle. Was unterhalb einer Domain liegt, gehört nicht dazu.",
  saved: "Die Mail-Domains sind gespeichert.",
};
