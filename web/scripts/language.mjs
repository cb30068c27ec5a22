// The documents outside the app are built once for each language, so that nobody loads a language they don't
// read. Their code imports the English texts; a document in another language gets that language's instead.

export const documents = ["guest", "confirm", "mailbox", "security-considerations", "about-links"];

/** The languages beside English. */
export const languages = ["de"];

/** The name of a document in a language. @param {string} document @param {string} language */
export function inLanguage(document, language) {
  return `${document}-${language}`;
}

/**
 * Puts the texts of a language in the place of the English ones.
 * @param {string} language
 * @returns {import("vite").Plugin}
 */
export function textsOf(language) {
  return {
    name: "guestpass-language",
    enforce: "pre",
    async resolveId(source, importer, options) {
      if (!source.includes("/i18n/en/")) return null;
      const own = source.replace("/i18n/en/", `/i18n/${language}/`);
      const found = await this.resolve(own, importer, { ...options, skipSelf: true });
      if (!found) throw new Error(`${own} is missing`);
      return found;
    },
  };
}
