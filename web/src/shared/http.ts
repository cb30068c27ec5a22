// One small request helper for the pages outside the app. It never throws: what went wrong comes
// back as a problem that the caller has to look at.

export interface Problem {
  /** The server's stable code, or `offline` when no answer came. */
  code: string;
  status: number;
  /** Seconds to wait, or 0 when waiting isn't asked for. */
  retryAfter: number;
  /** The whole answer, for the members that only some problems have. */
  body: Record<string, unknown>;
}

export type Answer<T> =
  | { ok: true; data: T; headers: Headers }
  | { ok: false; problem: Problem };

/** Phones in lifts: give up at some point and let the reader try again. */
const PATIENCE_MS = 20_000;

let offset = 0;

/** The time as the server sees it: a reader's clock may be hours off, a link's expiry is not. */
export function serverNow(): number {
  return Date.now() + offset;
}

export function post<T>(
  path: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<Answer<T>> {
  return send<T>(path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

export function get<T>(path: string): Promise<Answer<T>> {
  return send<T>(path, {});
}

async function send<T>(path: string, init: RequestInit): Promise<Answer<T>> {
  try {
    const response = await fetch(`/api/v1${path}`, {
      ...init,
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const date = Date.parse(response.headers.get("date") ?? "");
    if (date) offset = date - Date.now();
    if (response.status === 204) return { ok: true, data: undefined as T, headers: response.headers };
    if (response.ok) return { ok: true, data: (await response.json()) as T, headers: response.headers };
    return { ok: false, problem: await problemOf(response) };
  } catch {
    return { ok: false, problem: { code: "offline", status: 0, retryAfter: 0, body: {} } };
  }
}

async function problemOf(response: Response): Promise<Problem> {
  // A proxy in front may answer with a page of its own instead of a problem.
  const parsed: unknown = await response.json().catch(() => null);
  const body = typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {};
  const wait = Number(body.retry_after ?? response.headers.get("retry-after"));
  return {
    code: typeof body.code === "string" ? body.code : "",
    status: response.status,
    retryAfter: wait > 0 ? Math.ceil(wait) : 0,
    body,
  };
}
