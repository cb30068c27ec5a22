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
  left: (count: number) =>
    count === 1
      ? "Ein Team verwaltet noch das Verzeichnis, und niemand kann es von Hand ändern."
      : `${count} Teams verwaltet noch das Verzeichnis, und niemand kann sie von Hand ändern.`,
  leftHint: "Kommt das Verzeichnis zurück, erstellen Sie ein Token dafür. Sonst geben Sie die Teams frei.",
  release: "Diese Teams freigeben",
  releaseTitle: "Diese Teams freigeben?",
  releaseText:
    "Alle, die darin sind, bleiben, mit allem, was mit ihnen geteilt ist. Von jetzt an werden die Teams hier geändert; wählen Sie Team-Admins für sie. Kommt ein Verzeichnis zurück, legt es seine Gruppen neu an.",
  released: (count: number) => (count === 1 ? "Das Team verwaltet sich jetzt selbst." : `${count} Teams verwalten sich jetzt selbst.`),
  newToken: "Neues Token",
  once: "Kopieren Sie es jetzt: Es wird nur dieses eine Mal gezeigt.",
  done: "Fertig",
};
