import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ItemSummary, ShareIntent } from "../../shared/api";
import { ShareFlow, mayUsePasskey } from "./flow.svelte";

// The API client asks where it runs as it is loaded.
vi.hoisted(() => {
  Object.assign(globalThis, { location: { origin: "https://vault.example", hostname: "vault.example" } });
});

const intent = {
  id: "int_1",
  state: "waiting",
  match_code: "407182",
  sent_to: "mira@larkfield.example",
  mail: "sent",
  confirm_by: "mail_or_passkey",
  has_passkey: true,
  expires_at: 600_000,
  resend_at: 30_000,
} satisfies ShareIntent;

/** A browser's credential; Node has none. */
class Credential {
  static parseRequestOptionsFromJSON = (options: unknown) => options;
  toJSON = () => ({ id: "abc" });
}

class Events {
  static last: Events;
  say: (event: { data: string }) => void = () => undefined;

  constructor() {
    Events.last = this;
  }

  addEventListener(type: string, listener: (event: { data: string }) => void) {
    if (type === "state") this.say = listener;
  }

  close = () => undefined;
}

let answers: Record<string, () => Response>;
let sent: Record<string, unknown>;
const get = vi.fn();

const json = (body: unknown, status = 200) => () => Response.json(body, { status });
const refused = (status: number, code: string) => json({ code, detail: `It is ${code}.`, status }, status);

beforeEach(() => {
  sent = {};
  answers = {
    "POST /share-intents": json(intent, 201),
    "POST /share-intents/int_1/passkey/begin": json({ ceremony: "pkc_1", options: { challenge: "x" } }),
    "POST /share-intents/int_1/passkey/finish": json({ ...intent, state: "confirmed" }),
    "GET /share-intents/int_1/payload": refused(410, "flow_over"),
  };
  get.mockReset().mockResolvedValue(new Credential());
  vi.stubGlobal("fetch", async (request: Request) => {
    const route = `${request.method} ${new URL(request.url).pathname.replace("/api/v1", "")}`;
    const text = await request.text();
    sent[route] = text ? JSON.parse(text) : null;
    const answer = answers[route];
    if (!answer) throw new Error(`unexpected ${route}`);
    return answer();
  });
  vi.stubGlobal("EventSource", Events);
  vi.stubGlobal("PublicKeyCredential", Credential);
  vi.stubGlobal("navigator", { credentials: { get } });
});

afterEach(() => vi.unstubAllGlobals());

async function asked(): Promise<ShareFlow> {
  const flow = new ShareFlow({ id: "itm_1", name: "Beacon Ads" } as ItemSummary, 86_400);
  await flow.ask();
  return flow;
}

const named = (name: string) => Object.assign(new Error(), { name });

describe("whether “Use my passkey” is there", () => {
  it.each([
    ["mail_or_passkey", true, true],
    ["passkey", true, true],
    ["mail", true, false],
    ["mail_or_passkey", false, false],
  ] as const)("%s, with a passkey: %s", (confirm_by, has_passkey, there) => {
    expect(mayUsePasskey({ ...intent, confirm_by, has_passkey })).toBe(there);
  });

  it("not in a browser without passkeys", () => {
    vi.stubGlobal("PublicKeyCredential", undefined);
    expect(mayUsePasskey(intent)).toBe(false);
  });
});

describe("confirming with a passkey", () => {
  it("answers the question of this very intent, and goes on", async () => {
    const flow = await asked();
    await flow.usePasskey();
    expect(get.mock.calls[0]?.[0]).toMatchObject({ publicKey: { challenge: "x" } });
    expect(sent["POST /share-intents/int_1/passkey/finish"]).toEqual({
      ceremony: "pkc_1",
      credential: { id: "abc" },
    });
    expect(flow.step).not.toBe("waiting");
  });

  it.each([
    [named("NotAllowedError"), /No passkey was used/],
    [named("SecurityError"), /couldn't use a passkey/],
  ])("%s changes nothing and can be tried again", async (error, text) => {
    get.mockRejectedValueOnce(error);
    const flow = await asked();
    await flow.usePasskey();
    expect(flow.step).toBe("waiting");
    expect(flow.intent?.match_code).toBe("407182");
    expect(flow.problem).toMatch(text);
    await flow.usePasskey();
    expect(flow.step).not.toBe("waiting");
  });

  it.each([
    [403, "passkey_refused"],
    [410, "ceremony_over"],
  ])("%d %s says why, and the mail still confirms", async (status, code) => {
    answers["POST /share-intents/int_1/passkey/finish"] = refused(status, code);
    const flow = await asked();
    await flow.usePasskey();
    expect(flow.step).toBe("waiting");
    expect(flow.problem).toBe(`It is ${code}.`);
    Events.last.say({ data: JSON.stringify({ ...intent, state: "confirmed" }) });
    expect(flow.step).toBe("making");
  });

  it.each([
    [409, "item_changed", "The item changed meanwhile"],
    [403, "not_owner", "You are no longer an Owner of this item"],
    [403, "mail_only", "Your workspace wants the mail"],
  ])("%d %s ends it", async (status, code, title) => {
    answers["POST /share-intents/int_1/passkey/finish"] = refused(status, code);
    const flow = await asked();
    await flow.usePasskey();
    expect(flow.ended?.title).toBe(title);
  });

  it("lets go of the browser's dialog when the mail confirms meanwhile", async () => {
    let signal: AbortSignal | undefined;
    get.mockImplementation((options: { signal: AbortSignal }) => {
      signal = options.signal;
      return new Promise((_, reject) => {
        options.signal.addEventListener("abort", () => reject(named("AbortError")));
      });
    });
    const flow = await asked();
    const using = flow.usePasskey();
    await vi.waitFor(() => expect(signal).toBeDefined());
    Events.last.say({ data: JSON.stringify({ ...intent, state: "confirmed" }) });
    await using;
    expect(signal?.aborted).toBe(true);
    expect(flow.problem).toBe("");
  });

  it("says how to get a passkey where one is wanted", async () => {
    answers["POST /share-intents"] = refused(409, "passkey_missing");
    const flow = await asked();
    expect(flow.ended).toMatchObject({ title: "You need a passkey for this", addPasskey: true, again: false });
  });
});
