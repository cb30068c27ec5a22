// Hand-drafted API types under the names of the Rust types in crates/api-types. They stand in
// until the generated schema exists; then this file becomes a list of re-exports.

export type ItemKind = "account" | "secret";
export type ItemRole = "owner" | "collaborator";
export type ShareRefusal = "not_owner" | "has_attachments" | "no_body";
export type SecretField = "password" | "mfa" | "body";
export type WorkspaceRole = "owner" | "admin" | "user";
export type MemberState = "invited" | "active" | "suspended";
export type LinkState = "live" | "viewed" | "expired" | "revoked" | "locked";
export type MailState = "queued" | "delayed" | "sent" | "failed";
export type FlowState =
  | "waiting"
  | "confirmed"
  | "spent"
  | "refused"
  | "cancelled"
  | "locked"
  | "expired";

export interface FieldProblem {
  field: string;
  message: string;
}

export interface ProblemBody {
  type: string;
  code: string;
  title: string;
  detail: string;
  status: number;
  fields?: FieldProblem[];
  retry_after?: number;
}

export interface MemberBrief {
  id: string;
  first_name: string;
  last_name: string;
  email: string;
  role: WorkspaceRole;
  state: MemberState;
}

export interface MemberList {
  members: MemberBrief[];
}

export interface Invite {
  email: string;
  first_name: string;
  last_name: string;
  role: WorkspaceRole;
}

export interface Workspace {
  id: string;
  name: string;
}

export interface Session {
  member: MemberBrief;
  workspace: Workspace;
  expires_at: number;
}

export interface SignInStarted {
  match_code: string;
  expires_at: number;
  resend_at: number;
}

export interface SignInState {
  state: FlowState;
  expires_at: number;
}

export interface ItemSummary {
  id: string;
  kind: ItemKind;
  name: string;
  username: string;
  website: string;
  app: string;
  has_mfa: boolean;
  has_secret: boolean;
  attachments: number;
  role: ItemRole;
  live_links: number;
  share_refusal?: ShareRefusal | null;
  version: number;
  created_at: number;
  changed_at: number;
}

export interface ItemList {
  items: ItemSummary[];
  total: number;
  owned: number;
  with_live_links: number;
  all: number;
  next?: number | null;
}

export interface Attachment {
  id: string;
  name: string;
  size: number;
  created_by: string;
  created_at: number;
}

export interface ItemDetails extends ItemSummary {
  notes: string;
  created_by: string;
  secret_changed_at: number;
  files: Attachment[];
}

export interface NewItem {
  kind: ItemKind;
  name: string;
  username?: string;
  website?: string;
  app?: string;
  password?: string;
  mfa?: string;
  notes?: string;
  body?: string;
}

export interface ItemChange {
  version: number;
  name?: string;
  username?: string;
  website?: string;
  app?: string;
  password?: string;
  mfa?: string;
  notes?: string;
  body?: string;
}

export interface Revealed {
  value: string;
  mfa_key?: string;
  version: number;
}

export interface OneTimeCode {
  code: string;
  remaining_ms: number;
  period_ms: number;
}

export interface Access {
  member: MemberBrief;
  role: ItemRole;
  granted_at: number;
}

export interface AccessList {
  people: Access[];
}

export interface NewShareIntent {
  item: string;
  expires_in: number;
  one_time: boolean;
  notify: boolean;
}

export interface ShareIntent {
  id: string;
  state: FlowState;
  match_code?: string;
  sent_to: string;
  mail: MailState;
  expires_at: number;
  resend_at: number;
}

export interface LinkTerms {
  kind: ItemKind;
  flags: number;
  created_at: number;
  expires_at: number;
}

export interface GuestPayload {
  name: string;
  app: string;
  website: string;
  username: string;
  password: string;
  otpauth: string;
  body: string;
  hue: number;
}

export interface IntentPayload {
  header: LinkTerms;
  origin: string;
  payload: GuestPayload;
}

export interface SealedLink {
  lid: string;
  v0: string;
  header: LinkTerms;
  commit: string;
  iv: string;
  ct: string;
}

export interface LinkMade {
  id: string;
  expires_at: number;
}

export interface LinkView {
  viewed_at: number;
  browser: string;
  address: string;
  acknowledged: boolean;
}

export interface Link {
  id: string;
  item: string;
  item_version: number;
  state: LinkState;
  created_by: MemberBrief;
  created_at: number;
  expires_at: number;
  one_time: boolean;
  revoked_at?: number | null;
  disputed_at?: number | null;
  views: LinkView[];
}

export interface LinkList {
  links: Link[];
}

export interface Event {
  id: string;
  at: number;
  action: string;
  actor: string;
  actor_id?: string | null;
  item?: string | null;
  item_name?: string | null;
  link?: string | null;
  target?: string | null;
  address: string;
  browser: string;
  seq?: number | null;
}

export interface EventList {
  events: Event[];
  next?: string | null;
}

export interface MailFailure {
  id: string;
  to: string;
  subject: string;
  failed_at: number;
  error: string;
}

export interface MailFailures {
  failures: MailFailure[];
}
