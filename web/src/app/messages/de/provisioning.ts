// Texts of the settings for user provisioning.

import { plural } from "../../lib/text";

export const provisioning = {
  title: "Benutzerbereitstellung (SCIM)",
  lede: "Das Verzeichnis Ihrer Firma fügt Personen hinzu, sperrt sie und führt seine Gruppen hier als Teams. Okta, Microsoft Entra ID und andere können das.",
  register: "Geben Sie dies dort ein, wo das Verzeichnis nach der SCIM-Adresse fragt, und ein Token, wo es danach fragt:",
  baseUrl: "SCIM-Basisadresse",
  people: (count: number) => `Das Verzeichnis ist für ${plural(count, "Mitglied", "Mitglieder")} zuständig.`,
  make: "Token erstellen",
  noTokens: "Noch kein Token: Kein Verzeichnis kann hier etwas ändern.",
  token: (when: string) => `Token, erstellt am ${when}`,
  madeBy: (who: string) => `von ${who}`,
  used: (when: string) => `benutzt: ${when}`,
  neverUsed: "nie benutzt",
  end: "Beenden",
  endWhich: (when: string) => `Token vom ${when} beenden`,
  endTitle: "Dieses Token beenden?",
  endText: "Das Verzeichnis, das es vorzeigt, kann hier nichts mehr ändern. Mitglieder und Teams bleiben, wie sie sind.",
  ended: "Das Token ist beendet.",
  newToken: "Neues Token",
  once: "Kopieren Sie es jetzt: Es wird nur dieses eine Mal gezeigt.",
  done: "Fertig",
};
