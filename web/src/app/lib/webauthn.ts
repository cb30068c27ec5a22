// Passkeys as browsers know them, through their own JSON interface (Web Authentication, level 3).

export type Support = "yes" | "unsupported" | "no_domain";
export type Trouble = "cancelled" | "timeout" | "known" | "unfit" | "aborted" | "failed";

/** Why the browser gave no credential. */
export class PasskeyTrouble extends Error {
  constructor(readonly trouble: Trouble) {
    super(trouble);
    this.name = "PasskeyTrouble";
  }
}

/** Whether this browser can use passkeys at this address. They are bound to a domain name. */
export function support(hostname = location.hostname): Support {
  if (/^\[|^\d{1,3}(\.\d{1,3}){3}$/.test(hostname)) return "no_domain";
  const known = typeof PublicKeyCredential === "function" && "parseRequestOptionsFromJSON" in PublicKeyCredential;
  return known ? "yes" : "unsupported";
}

/** Whether the browser can offer passkeys among what it fills in. */
export async function canOffer(): Promise<boolean> {
  return support() === "yes" && (await PublicKeyCredential.isConditionalMediationAvailable());
}

/** Makes a passkey for the options that the server gave. */
export function makePasskey(options: unknown): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as PublicKeyCredentialCreationOptionsJSON,
  );
  return asked(publicKey.timeout, () => navigator.credentials.create({ publicKey }));
}

/** Has a passkey sign; `offer` waits in the background until somebody picks one from a field. */
export function usePasskey(options: unknown, signal?: AbortSignal, offer = false): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as PublicKeyCredentialRequestOptionsJSON,
  );
  return asked(publicKey.timeout, () =>
    navigator.credentials.get({
      publicKey,
      ...(signal && { signal }),
      ...(offer && { mediation: "conditional" }),
    }),
  );
}

async function asked(patience: number | undefined, ask: () => Promise<Credential | null>): Promise<unknown> {
  const begun = performance.now();
  let credential: Credential | null;
  try {
    credential = await ask();
  } catch (error) {
    throw new PasskeyTrouble(toTrouble(error, performance.now() - begun, patience));
  }
  if (!(credential instanceof PublicKeyCredential)) throw new PasskeyTrouble("failed");
  return credential.toJSON();
}

/** Browsers say the same for "cancelled" and "too late", so as not to tell which keys are there. */
export function toTrouble(error: unknown, took: number, patience = Infinity): Trouble {
  switch (error instanceof Error ? error.name : "") {
    case "NotAllowedError":
      return took >= patience - 1000 ? "timeout" : "cancelled";
    case "InvalidStateError":
      return "known";
    case "ConstraintError":
    case "NotSupportedError":
      return "unfit";
    case "AbortError":
    case "TimeoutError":
      return "aborted";
    default:
      return "failed";
  }
}
