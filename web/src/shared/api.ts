// The member API, one function a route. Callers see plain values, or a `Problem` that says what
// happened in words that can be shown; nothing else is ever thrown.

import type {
  AccessList,
  Attachment,
  EventList,
  FieldProblem,
  IntentPayload,
  Invite,
  ItemChange,
  ItemDetails,
  ItemKind,
  ItemList,
  ItemRole,
  LinkList,
  LinkMade,
  MailFailures,
  MemberBrief,
  MemberList,
  NewItem,
  NewShareIntent,
  OneTimeCode,
  ProblemBody,
  Revealed,
  SealedLink,
  SecretField,
  Session,
  ShareIntent,
  SignInStarted,
  SignInState,
} from "./api-draft";

export type * from "./api-draft";

export const API = "/api/v1";

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

  /** Whether the request never got an answer, so that it may be sent again as it is. */
  get unanswered(): boolean {
    return this.code === "offline";
  }
}

const OFFLINE = "Guestpass can't be reached. Check your connection and try again.";
const UNREADABLE = "Guestpass gave an answer that makes no sense here. Try again in a minute.";

let signedOut: () => void = () => undefined;
let offset = 0;

/** Says what to do whenever the server answers that nobody is signed in. */
export function onSignedOut(listener: () => void): void {
  signedOut = listener;
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

/** Turns an answer that isn't a success into the problem it describes. */
export async function toProblem(answer: Response): Promise<Problem> {
  const body = (await answer.json().catch(() => null)) as ProblemBody | null;
  const wait = Number(body?.retry_after ?? answer.headers.get("retry-after") ?? Number.NaN);
  const problem = new Problem(
    body?.code ?? "unreadable",
    body?.detail ?? UNREADABLE,
    answer.status,
    body?.fields ?? [],
    Number.isFinite(wait) ? wait : undefined,
  );
  if (answer.status === 401) signedOut();
  return problem;
}

type Query = Record<string, string | number | undefined>;

function address(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") params.set(name, String(value));
  }
  const text = params.toString();
  return text ? `${API}${path}?${text}` : API + path;
}

async function send<T>(method: string, url: string, body?: unknown): Promise<T> {
  const init: RequestInit = { method, credentials: "same-origin" };
  if (method !== "GET") {
    init.headers = { "content-type": "application/json" };
    init.body = JSON.stringify(body ?? {});
  }
  let answer: Response;
  try {
    answer = await fetch(url, init);
  } catch {
    throw new Problem("offline", OFFLINE);
  }
  learnTime(answer);
  if (!answer.ok) throw await toProblem(answer);
  if (answer.status === 204) return undefined as T;
  try {
    return (await answer.json()) as T;
  } catch {
    throw new Problem("unreadable", UNREADABLE, answer.status);
  }
}

const get = <T>(path: string, query?: Query) => send<T>("GET", address(path, query));
const post = <T>(path: string, body?: unknown) => send<T>("POST", address(path), body);
const put = <T>(path: string, body?: unknown) => send<T>("PUT", address(path), body);
const patch = <T>(path: string, body: unknown) => send<T>("PATCH", address(path), body);
const remove = (path: string) => send<undefined>("DELETE", address(path));

export interface ItemQuery {
  kind?: ItemKind;
  q?: string;
  filter?: "all" | "owned" | "live";
  sort?: "name" | "changed";
  offset?: number;
  limit?: number;
}

export interface EventQuery {
  item?: string;
  link?: string;
  member?: string;
  action?: string;
  before?: string;
  limit?: number;
}

export const api = {
  startSignIn: (email: string) => post<SignInStarted>("/sign-in", { email }),
  signInState: () => get<SignInState>("/sign-in"),
  finishSignIn: () => post<Session>("/sign-in/finish"),
  session: () => get<Session>("/session"),
  signOut: () => remove("/session"),

  members: () => get<MemberList>("/members"),
  invite: (invite: Invite) => post<MemberBrief>("/members", invite),
  mailFailures: () => get<MailFailures>("/workspace/mail-failures"),

  items: (query: ItemQuery) => get<ItemList>("/items", { ...query }),
  item: (id: string) => get<ItemDetails>(`/items/${id}`),
  addItem: (item: NewItem) => post<ItemDetails>("/items", item),
  changeItem: (id: string, change: ItemChange) => patch<ItemDetails>(`/items/${id}`, change),
  deleteItem: (id: string) => remove(`/items/${id}`),
  reveal: (id: string, field: SecretField) => post<Revealed>(`/items/${id}/reveal`, { field }),
  code: (id: string) => get<OneTimeCode>(`/items/${id}/code`),
  checkMfa: (mfa: string) => post<OneTimeCode>("/mfa/check", { mfa }),

  access: (id: string) => get<AccessList>(`/items/${id}/access`),
  grant: (id: string, member: string, role: ItemRole) =>
    put<undefined>(`/items/${id}/access/${member}`, { role }),
  withdraw: (id: string, member: string) => remove(`/items/${id}/access/${member}`),

  announceAttachment: (id: string, name: string, size: number) =>
    post<Attachment>(`/items/${id}/attachments`, { name, size }),
  attachmentContent: (id: string, attachment: string) =>
    address(`/items/${id}/attachments/${attachment}/content`),
  removeAttachment: (id: string, attachment: string) =>
    remove(`/items/${id}/attachments/${attachment}`),

  links: (id: string) => get<LinkList>(`/items/${id}/links`),
  revoke: (link: string) => post<undefined>(`/links/${link}/revoke`),
  askForLink: (intent: NewShareIntent) => post<ShareIntent>("/share-intents", intent),
  intent: (id: string) => get<ShareIntent>(`/share-intents/${id}`),
  intentEvents: (id: string) => address(`/share-intents/${id}/events`),
  resendIntent: (id: string) => post<ShareIntent>(`/share-intents/${id}/resend`),
  cancelIntent: (id: string) => remove(`/share-intents/${id}`),
  intentPayload: (id: string) => get<IntentPayload>(`/share-intents/${id}/payload`),
  putLink: (id: string, link: SealedLink) => put<LinkMade>(`/share-intents/${id}/link`, link),

  activity: (query: EventQuery) => get<EventList>("/activity", { ...query }),
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
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) progress(event.loaded / event.total);
    };
    request.onerror = () => reject(new Problem("offline", OFFLINE));
    request.onload = () => {
      if (request.status < 300) {
        resolve();
        return;
      }
      const answer = new Response(request.responseText, { status: request.status });
      void toProblem(answer).then(reject);
    };
    request.send(file);
  });
}
