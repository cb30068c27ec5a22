// The server's names of browsers, such as "Firefox on macOS".

export function browserName(english: string): string {
  return english
    .replace(/^An unknown browser$/, "Ein unbekannter Browser")
    .replace(/^A browser\b/, "Ein Browser")
    .replace(/ on (?=[^ ]+$)/, " auf ");
}
