// The member API, one function a route, checked against the server's own description. Callers get
// plain values, or a `Problem` that says what happened in words that can be shown; nothing else is
// ever thrown.

import createClient from "openapi-fetch";
import type { paths } from "./api.gen";
import type {
  Assertion,
  ChangeName,
  ChangeWorkspace,
  ConfirmBy,
  FieldProblem,
  Invite,
  ItemChange,
  ItemRole,
  Leave,
  NewItem,
  NewPasskey,
  NewShareIntent,
  Preferences,
  ProblemBody,
  ProviderReturn,
  ProviderSettings,
  SealedLink,
  SecretField,
  TeamRole,
  WorkspaceRole,
} from "./api-types";
import { offline, said, unreadable } from "./i18n/refusals";

export type * from "./api-types";

/** A request that led to nothing. `code` is the server's, or `offline` or `unreadable`. */
export class Problem extends Error {
  constructor(
    readonly code: string,
    readonly detail: string,
    readonly status = 0,
    readonly fields: readonly FieldProblem[] = [],
    readonly retryAfter?: number,
  ) {
    super(detail);
    this.name = "Problem";
  }

  /** What is wrong with one field of the request, if it says. */
  field(name: string): string | undefined {
    return this.fields.find((each) => each.field === name)?.message;
  }

  /** What is wrong with the fields of the request, each by its name. */
  get messages(): Record<string, string> {
    return Object.fromEntries(this.fields.map(({ field, message }) => [field, message]));
  }

  /** Whether the request never got an answer, so that it may be sent again as it is. */
  get unanswered(): boolean {
    return this.code === "offline";
  }
}

let signedOut: () => void = () => undefined;
let otherWorkspace: () => void = () => undefined;
let workspace: string | null = null;
let offset = 0;

/** Says what to do whenever the server answers that nobody is signed in. */
export function onSignedOut(listener: () => void): void {
  signedOut = listener;
}

/** Says what to do when the session is in another workspace than the page. */
export function onOtherWorkspace(listener: () => void): void {
  otherWorkspace = listener;
}

/** Says which workspace the page shows: nothing that it sends is written into another one. */
export function meaning(id: string | null): void {
  workspace = id;
}

/** The server's time: a wrong clock on this machine must not make a countdown lie. */
export function serverNow(): number {
  return Date.now() + offset;
}

function learnTime(answer: Response): void {
  const date = Date.parse(answer.headers.get("date") ?? "");
  // The header counts whole seconds, and the answer took its time: small differences mean nothing.
  if (!Number.isNaN(date)) offset = Math.abs(date - Date.now()) > 3000 ? date - Date.now() : 0;
}

/** The problem that an answer describes; proxies in between may describe none. */
function toProblem(body: unknown, status: number, retryAfter: string | null): Problem {
  const told = (typeof body === "object" ? body : null) as Partial<ProblemBody> | null;
  const wait = Number(told?.retry_after ?? retryAfter ?? Number.NaN);
  if (status === 401) signedOut();
  if (told?.code === "other_workspace") otherWorkspace();
  return new Problem(
    told?.code ?? "unreadable",
    told?.detail === undefined ? unreadable : said(told.detail, told.code),
    status,
    (told?.fields ?? []).map(({ field, message }) => ({ field, message: said(message) })),
    Number.isFinite(wait) ? wait : undefined,
  );
}

const WORKSPACE = "guestpass-workspace";

const options = {
  baseUrl: location.origin,
  credentials: "same-origin",
  // The server takes unsafe requests only as JSON, which a foreign form can't send.
  headers: { "content-type": "application/json" },
} as const;

// `fetch` is looked up at each call: a client would keep the one of its making, and tests put in another.
const client = createClient<paths>({
  ...options,
  fetch: (request) => {
    if (workspace) request.headers.set(WORKSPACE, workspace);
    return fetch(request);
  },
});

/** For what is about the session, whichever workspace that is in. */
const anywhere = createClient<paths>({ ...options, fetch: (request) => fetch(request) });

interface Outcome<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

async function result<T>(request: Promise<Outcome<T>>): Promise<T> {
  let outcome: Outcome<T>;
  try {
    outcome = await request;
  } catch (error) {
    // Whatever isn't JSON where JSON was due; a request without an answer throws something else.
    if (error instanceof SyntaxError) throw new Problem("unreadable", unreadable);
    throw new Problem("offline", offline);
  }
  const { data, error, response } = outcome;
  learnTime(response);
  if (!response.ok) throw toProblem(error, response.status, response.headers.get("retry-after"));
  return data as T;
}

type ItemQuery = NonNullable<paths["/api/v1/items"]["get"]["parameters"]["query"]>;
type EventQuery = NonNullable<paths["/api/v1/activity"]["get"]["parameters"]["query"]>;

const of = (id: string) => ({ params: { path: { id } } });
const ofMember = (id: string, member: string) => ({ params: { path: { id, member } } });
const ofTeam = (id: string, team: string) => ({ params: { path: { id, team } } });
const ofFile = (id: string, attachment: string) => ({ params: { path: { id, attachment } } });

export const api = {
  startSignIn: (email: string, workspace?: string) =>
    result(client.POST("/api/v1/sign-in", { body: { email, workspace: workspace ?? null } })),
  signInState: () => result(client.GET("/api/v1/sign-in")),
  finishSignIn: () => result(client.POST("/api/v1/sign-in/finish")),
  waysIn: (workspace?: string) =>
    result(client.GET("/api/v1/sign-in/providers", { params: { query: workspace ? { workspace } : {} } })),
  visitProvider: (provider: string) =>
    result(client.POST("/api/v1/sign-in/providers/visit", { body: { provider } })),
  comeBack: (back: ProviderReturn) =>
    result(client.POST("/api/v1/sign-in/providers/return", { body: back })),
  session: () => result(client.GET("/api/v1/session")),
  signOut: () => result(anywhere.DELETE("/api/v1/session")),

  otherWorkspaces: () => result(client.GET("/api/v1/session/workspaces")),
  goElsewhere: (workspace: string) =>
    result(anywhere.PUT("/api/v1/session/workspace", { body: { workspace } })),
  workspace: () => result(client.GET("/api/v1/workspace")),
  changeWorkspace: (body: ChangeWorkspace) => result(client.PATCH("/api/v1/workspace", { body })),
  putLogo: (file: Blob) => upload("/api/v1/workspace/logo", file, () => undefined),
  removeLogo: () => result(client.DELETE("/api/v1/workspace/logo")),

  identities: () => result(client.GET("/api/v1/session/identities")),
  connect: (provider: string) =>
    result(client.POST("/api/v1/session/identities", { body: { provider } })),
  disconnect: (provider: string) =>
    result(client.DELETE("/api/v1/session/identities/{provider}", { params: { path: { provider } } })),

  providers: () => result(client.GET("/api/v1/providers")),
  addProvider: (body: ProviderSettings) => result(client.POST("/api/v1/providers", { body })),
  changeProvider: (id: string, body: ProviderSettings) =>
    result(client.PUT("/api/v1/providers/{id}", { ...of(id), body })),
  removeProvider: (id: string) => result(client.DELETE("/api/v1/providers/{id}", of(id))),
  provisioning: () => result(client.GET("/api/v1/provisioning")),
  makeProvisioningToken: () => result(client.POST("/api/v1/provisioning/tokens")),
  releaseProvisionedTeams: () => result(client.POST("/api/v1/provisioning/teams/release")),
  endProvisioningToken: (id: string) =>
    result(client.DELETE("/api/v1/provisioning/tokens/{id}", of(id))),
  testProvider: async (id: string) => {
    const test = await result(client.POST("/api/v1/providers/{id}/test", of(id)));
    return { ...test, message: said(test.message) };
  },
  beginPasskeySignIn: () => result(client.POST("/api/v1/sign-in/passkey/begin")),
  finishPasskeySignIn: (answer: Assertion) =>
    result(client.POST("/api/v1/sign-in/passkey/finish", { body: answer })),
  beginPasskeyStepUp: () => result(client.POST("/api/v1/step-up/passkey/begin")),
  finishPasskeyStepUp: (answer: Assertion) =>
    result(client.POST("/api/v1/step-up/passkey/finish", { body: answer })),
  passkeys: () => result(client.GET("/api/v1/passkeys")),
  beginPasskey: () => result(client.POST("/api/v1/passkeys/begin")),
  addPasskey: (passkey: NewPasskey) => result(client.POST("/api/v1/passkeys", { body: passkey })),
  renamePasskey: (id: string, name: string) =>
    result(client.PATCH("/api/v1/passkeys/{id}", { ...of(id), body: { name } })),
  removePasskey: (id: string) => result(client.DELETE("/api/v1/passkeys/{id}", of(id))),

  preferences: () => result(client.GET("/api/v1/profile/preferences")),
  choose: (chosen: Preferences) => result(client.PUT("/api/v1/profile/preferences", { body: chosen })),

  members: () => result(client.GET("/api/v1/members")),
  invite: (invite: Invite) => result(client.POST("/api/v1/members", { body: invite })),
  inviteAgain: (id: string) => result(client.POST("/api/v1/members/{id}/invitation", of(id))),
  changeRole: (id: string, role: WorkspaceRole) =>
    result(client.PUT("/api/v1/members/{id}/role", { ...of(id), body: { role } })),
  reinstate: (id: string) => result(client.POST("/api/v1/members/{id}/reinstate", of(id))),
  leaving: (id: string) => result(client.GET("/api/v1/members/{id}/leaving", of(id))),
  suspend: (id: string, leave: Leave) =>
    result(client.POST("/api/v1/members/{id}/suspend", { ...of(id), body: leave })),
  removeMember: (id: string, leave: Leave) =>
    result(client.POST("/api/v1/members/{id}/remove", { ...of(id), body: leave })),
  handOverItems: (id: string, to: string) =>
    result(client.POST("/api/v1/members/{id}/hand-over", { ...of(id), body: { to } })),
  handOverWorkspace: (to: string) => result(client.POST("/api/v1/workspace/owner", { body: { to } })),
  teams: () => result(client.GET("/api/v1/teams")),
  team: (id: string) => result(client.GET("/api/v1/teams/{id}", of(id))),
  addTeam: (name: string) => result(client.POST("/api/v1/teams", { body: { name } })),
  renameTeam: (id: string, name: string) =>
    result(client.PATCH("/api/v1/teams/{id}", { ...of(id), body: { name } })),
  removeTeam: (id: string) => result(client.DELETE("/api/v1/teams/{id}", of(id))),
  putInTeam: (id: string, member: string, role: TeamRole) =>
    result(client.PUT("/api/v1/teams/{id}/members/{member}", { ...ofMember(id, member), body: { role } })),
  takeOutOfTeam: (id: string, member: string) =>
    result(client.DELETE("/api/v1/teams/{id}/members/{member}", ofMember(id, member))),
  sessions: () => result(client.GET("/api/v1/sessions")),
  endSession: (id: string) => result(client.DELETE("/api/v1/sessions/{id}", of(id))),
  endOtherSessions: () => result(client.POST("/api/v1/sessions/end-others")),
  rename: (name: ChangeName) => result(client.PUT("/api/v1/profile", { body: name })),
  linkConfirmation: () => result(client.GET("/api/v1/workspace/link-confirmation")),
  changeLinkConfirmation: (by: ConfirmBy) =>
    result(client.PUT("/api/v1/workspace/link-confirmation", { body: { by } })),
  mailFailures: () => result(client.GET("/api/v1/workspace/mail-failures")),

  items: (query: ItemQuery) => result(client.GET("/api/v1/items", { params: { query } })),
  item: (id: string) => result(client.GET("/api/v1/items/{id}", of(id))),
  addItem: (item: NewItem) => result(client.POST("/api/v1/items", { body: item })),
  changeItem: (id: string, change: ItemChange) =>
    result(client.PATCH("/api/v1/items/{id}", { ...of(id), body: change })),
  deleteItem: (id: string) => result(client.DELETE("/api/v1/items/{id}", of(id))),
  reveal: (id: string, field: SecretField) =>
    result(client.POST("/api/v1/items/{id}/reveal", { ...of(id), body: { field } })),
  code: (id: string) => result(client.GET("/api/v1/items/{id}/code", of(id))),
  checkMfa: (mfa: string) => result(client.POST("/api/v1/mfa/check", { body: { mfa } })),

  access: (id: string) => result(client.GET("/api/v1/items/{id}/access", of(id))),
  grant: (id: string, member: string, role: ItemRole) =>
    result(
      client.PUT("/api/v1/items/{id}/access/{member}", { ...ofMember(id, member), body: { role } }),
    ),
  withdraw: (id: string, member: string) =>
    result(client.DELETE("/api/v1/items/{id}/access/{member}", ofMember(id, member))),
  grantTeam: (id: string, team: string, role: ItemRole) =>
    result(client.PUT("/api/v1/items/{id}/access/teams/{team}", { ...ofTeam(id, team), body: { role } })),
  withdrawTeam: (id: string, team: string) =>
    result(client.DELETE("/api/v1/items/{id}/access/teams/{team}", ofTeam(id, team))),

  announceAttachment: (id: string, name: string, size: number) =>
    result(client.POST("/api/v1/items/{id}/attachments", { ...of(id), body: { name, size } })),
  attachmentContent: (id: string, attachment: string) =>
    `/api/v1/items/${id}/attachments/${attachment}/content`,
  removeAttachment: (id: string, file: string) =>
    result(client.DELETE("/api/v1/items/{id}/attachments/{attachment}", ofFile(id, file))),

  links: (id: string) => result(client.GET("/api/v1/items/{id}/links", of(id))),
  revoke: (link: string) => result(client.POST("/api/v1/links/{id}/revoke", of(link))),
  askForLink: (intent: NewShareIntent) =>
    result(client.POST("/api/v1/share-intents", { body: intent })),
  intent: (id: string) => result(client.GET("/api/v1/share-intents/{id}", of(id))),
  intentEvents: (id: string) => `/api/v1/share-intents/${id}/events`,
  resendIntent: (id: string) => result(client.POST("/api/v1/share-intents/{id}/resend", of(id))),
  beginIntentPasskey: (id: string) =>
    result(client.POST("/api/v1/share-intents/{id}/passkey/begin", of(id))),
  finishIntentPasskey: (id: string, answer: Assertion) =>
    result(client.POST("/api/v1/share-intents/{id}/passkey/finish", { ...of(id), body: answer })),
  cancelIntent: (id: string) => result(client.DELETE("/api/v1/share-intents/{id}", of(id))),
  /** As `cancelIntent`, but outlives the page that sends it; nobody hears the answer. */
  abandonIntent: (id: string) => {
    void client.DELETE("/api/v1/share-intents/{id}", { ...of(id), keepalive: true });
  },
  intentPayload: (id: string) =>
    result(client.GET("/api/v1/share-intents/{id}/payload", of(id))),
  putLink: (id: string, link: SealedLink) =>
    result(client.PUT("/api/v1/share-intents/{id}/link", { ...of(id), body: link })),

  activity: (query: EventQuery) => result(client.GET("/api/v1/activity", { params: { query } })),
};

/**
 * Sends a file's bytes with progress from 0 to 1. `fetch` can't report how much was sent, hence
 * the older interface.
 */
export function upload(url: string, file: Blob, progress: (share: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    request.setRequestHeader("content-type", "application/octet-stream");
    if (workspace) request.setRequestHeader(WORKSPACE, workspace);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) progress(event.loaded / event.total);
    };
    request.onerror = () => {
      reject(new Problem("offline", offline));
    };
    request.onload = () => {
      if (request.status < 300) resolve();
      else reject(toProblem(parsed(request.responseText), request.status, request.getResponseHeader("retry-after")));
    };
    request.send(file);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
