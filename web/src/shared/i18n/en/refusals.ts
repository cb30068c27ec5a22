// Why a request led to nothing. The server's own sentences are English already.

export const refusals = {
  offline: "Guestpass can't be reached. Check your connection and try again.",
  unreadable: "Guestpass gave an answer that makes no sense here. Try again in a minute.",
  /** The server's sentences; `{}` stands for a value in them. */
  sentences: {} as Record<string, string>,
  /** For what the server didn't write itself, such as what is wrong with the form of a request. */
  codes: {} as Record<string, string>,
};
