import type { FlowState, MailState } from "../../shared/api";
import { inLanguage } from "../../shared/language";
import * as de from "./de/share";
import * as en from "./en/share";

export const { share } = inLanguage({ en, de });
const { endings, mailStates } = inLanguage({ en, de });

export interface Ending {
  title: string;
  text: string;
  /** Whether asking anew makes sense. */
  again: boolean;
  /** Whether adding a passkey helps. */
  addPasskey?: boolean;
}

export type EndCode = Exclude<FlowState, "waiting" | "confirmed"> | "signed_out" | "item_changed" | "not_owner" | "too_large" | "passkey_missing" | "mail_only";

const FINAL: readonly EndCode[] = ["refused", "signed_out", "not_owner", "passkey_missing", "too_large"];

export function ending(code: EndCode): Ending {
  return { ...endings[code], again: !FINAL.includes(code), addPasskey: code === "passkey_missing" };
}

/** What to say about the mail, when there is something to say. */
export function mailNotice(mail: MailState | null | undefined): { tone: "warn" | "bad"; text: string } | null {
  if (mail === "delayed") return { tone: "warn", text: mailStates.delayed };
  if (mail === "failed") return { tone: "bad", text: mailStates.failed };
  return null;
}
