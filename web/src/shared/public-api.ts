// What the pages outside the app send and get, by the names of the API's schema.

export type ItemKind = "account" | "secret";

export interface Proof {
  lid: string;
  auth: string;
}

export interface Peek {
  kind: ItemKind;
  sender_first_name: string;
  sender_last_name: string;
  workspace: string;
  monogram: string;
  hue: number | null;
  expires_at: number;
  one_time: boolean;
}

export interface Claimed {
  peek: Peek;
  header: { kind: ItemKind; flags: number; created_at: number; expires_at: number };
  commit: string;
  iv: string;
  ct: string;
}

export interface Spent {
  opened_at: number;
  disputed: boolean;
}

export type FlowState =
  | "waiting"
  | "confirmed"
  | "spent"
  | "refused"
  | "cancelled"
  | "locked"
  | "expired";

export interface ConfirmDetails {
  state: FlowState;
  same_browser: boolean;
  workspace: string;
  first_name: string;
  item?: string | null;
  expires_in?: number | null;
  one_time?: boolean | null;
  asked_at: number;
  expires_at: number;
  browser: string;
  address: string;
  tries_left: number;
}

export interface Confirmed {
  signed_in: boolean;
}

export interface MailboxMail {
  id: string;
  at: number;
  to: string;
  subject: string;
  text: string;
  html: string;
}
