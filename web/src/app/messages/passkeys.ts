import { inLanguage } from "../../shared/language";
import { PasskeyTrouble } from "../lib/webauthn";
import { describe } from "./common";
import * as de from "./de/passkeys";
import * as en from "./en/passkeys";

export const { linkConfirmation, passkeys } = inLanguage({ en, de });
const { troubles } = inLanguage({ en, de });

/** Why a passkey led to nothing, as a sentence or two. */
export function describePasskey(problem: unknown, button?: string): string {
  return problem instanceof PasskeyTrouble ? troubles[problem.trouble] : describe(problem, button);
}
