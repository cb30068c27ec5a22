import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ItemSummary, SealedLink } from "../../shared/api";
import { ShareFlow } from "./flow.svelte";

// The API client asks where it runs as it is loaded.
vi.hoisted(() => {
  Object.assign(globalThis, { location: { origin: "https://vault.example" } });
});

const item: ItemSummary = {
  id: "itm_1",
  kind: "account",
  name: "Beacon Ads",
  username: "ops",
  website: "",
  app: "",
  has_mfa: false,
  has_secret: true,
  attachments: 0,
  role: "owner",
  live_links: 0,
  version: 1,
  created_at: 0,
  changed_at: 0,
};

const intent = {
  id: "int_1",
  state: "waiting",
  match_code: "407182",
  sent_to: "mira@larkfield.example",
  mail: "sent",
  confirm_by: "mail_or_passkey",
  has_passkey: false,
  expires_at: Date.now() + 600_000,
  resend_at: Date.now() + 30_000,
};

const payload = {
  header: { kind: "account", flags: 0, created_at: 1, expires_at: 86_401 },
  origin: "https://vault.example",
  payload: { name: "Beacon Ads", password: "k7R#vTq2" },
};

/** A stand-in for the server: what each route answers, in order; the last answer is repeated. */
class Server {
  answers: Record<string, (() => Response)[]> = {};
  bodies: Record<string, unknown[]> = {};

  on(route: string, ...answers: (() => Response)[]): this {
    this.answers[route] = answers;
    return this;
  }

  fetch = async (request: Request): Promise<Response> => {
    const route = `${request.method} ${new URL(request.url).pathname.replace("/api/v1", "")}`;
    const sent = await request.text();
    (this.bodies[route] ??= []).push(sent ? JSON.parse(sent) : undefined);
    const waiting = this.answers[route];
    const answer = waiting && waiting.length > 1 ? waiting.shift() : waiting?.[0];
    if (!answer) throw new Error(`unexpected ${route}`);
    return answer();
  };
}

class Events {
  static last: Events;
  listeners: Record<string, (event: { data: string }) => void> = {};
  closed = false;

  constructor() {
    Events.last = this;
  }

  addEventListener(type: string, listener: (event: { data: string }) => void) {
    this.listeners[type] = listener;
  }

  close() {
    this.closed = true;
  }

  say(state: string) {
    this.listeners.state?.({ data: JSON.stringify({ ...intent, match_code: undefined, state }) });
  }
}

const json = (body: unknown, status = 200) => () => Response.json(body, { status });
const problem = (status: number, code: string) => json({ code, detail: code, status }, status);
const noAnswer = () => {
  throw new TypeError("failed to fetch");
};

let server: Server;

beforeEach(() => {
  vi.useFakeTimers();
  server = new Server()
    .on("POST /share-intents", json(intent, 201))
    .on("GET /share-intents/int_1/payload", json(payload))
    .on("PUT /share-intents/int_1/link", json({ id: "lnk_1", expires_at: 86_401_000 }, 201))
    .on("DELETE /share-intents/int_1", () => new Response(null, { status: 204 }));
  vi.stubGlobal("fetch", server.fetch);
  vi.stubGlobal("EventSource", Events);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function asked(): Promise<ShareFlow> {
  const flow = new ShareFlow(item, 86_400);
  await flow.ask();
  return flow;
}

const settled = (flow: ShareFlow, step: string) =>
  vi.waitFor(
    () => {
      vi.advanceTimersByTime(500);
      expect(flow.step).toBe(step);
    },
    { interval: 2 },
  );

const puts = () => (server.bodies["PUT /share-intents/int_1/link"] ?? []) as SealedLink[];

describe("a request for a public link", () => {
  it("asks for nothing secret before it is confirmed", async () => {
    const flow = await asked();
    expect(flow.step).toBe("waiting");
    expect(flow.intent?.match_code).toBe("407182");
    Events.last.say("waiting");
    expect(flow.intent?.match_code).toBe("407182");
    expect(server.bodies["GET /share-intents/int_1/payload"]).toBeUndefined();
  });

  it("seals and saves once confirmed, and sends nothing that opens the link", async () => {
    const flow = await asked();
    Events.last.say("confirmed");
    await settled(flow, "result");
    const address = flow.result?.address ?? "";
    expect(address).toMatch(/^https:\/\/vault\.example\/s#1[\w-]{43}$/);
    expect(JSON.stringify(server.bodies)).not.toContain(address.slice(-43));
    expect(JSON.stringify(puts())).not.toContain("k7R#vTq2");
    expect(Events.last.closed).toBe(true);
  });

  it("asks again and again while the events don't come through", async () => {
    server.on(
      "GET /share-intents/int_1",
      json(intent),
      noAnswer,
      json({ ...intent, state: "confirmed" }),
    );
    const flow = await asked();
    Events.last.listeners.error?.({ data: "" });
    await settled(flow, "result");
    expect(server.bodies["GET /share-intents/int_1"]).toHaveLength(3);
    expect(server.bodies["GET /share-intents/int_1/payload"]).toHaveLength(1);
  });

  it("repeats a lost answer with the very same link", async () => {
    server.on(
      "PUT /share-intents/int_1/link",
      noAnswer,
      problem(503, "busy"),
      json({ id: "lnk_1", expires_at: 86_401_000 }, 201),
    );
    const flow = await asked();
    Events.last.say("confirmed");
    await settled(flow, "result");
    expect(puts()).toHaveLength(3);
    expect(new Set(puts().map((each) => each.lid)).size).toBe(1);
  });

  it("waits for the member when there is no connection, and goes on with the same link", async () => {
    server.on("PUT /share-intents/int_1/link", noAnswer);
    const flow = await asked();
    Events.last.say("confirmed");
    await settled(flow, "stuck");
    server.on("PUT /share-intents/int_1/link", json({ id: "lnk_1", expires_at: 1 }, 201));
    await flow.make();
    expect(flow.step).toBe("result");
    expect(new Set(puts().map((each) => each.lid)).size).toBe(1);
  });

  it.each([
    ["refused", "Somebody said “This wasn't me”", false],
    ["locked", "Too many wrong match codes", true],
    ["expired", "The confirmation came too late", true],
    ["cancelled", "This request was cancelled", true],
  ])("ends when it is %s", async (state, title, again) => {
    const flow = await asked();
    Events.last.say(state);
    expect(flow.step).toBe("ended");
    expect(flow.ended).toMatchObject({ title, again });
    expect(server.bodies["GET /share-intents/int_1/payload"]).toBeUndefined();
  });

  it.each([
    [409, "item_changed", "The item changed meanwhile"],
    [403, "not_owner", "You are no longer an Owner of this item"],
    [401, "signed_out", "Your session has ended"],
  ])("ends when the payload is refused with %d %s", async (status, code, title) => {
    server.on("GET /share-intents/int_1/payload", problem(status, code));
    const flow = await asked();
    Events.last.say("confirmed");
    await settled(flow, "ended");
    expect(flow.ended?.title).toBe(title);
    expect(puts()).toHaveLength(0);
  });

  it("stops pretending to wait when its time is over", async () => {
    const flow = await asked();
    flow.passTime(intent.expires_at + 1000);
    expect(flow.step).toBe("waiting");
    flow.passTime(intent.expires_at + 3001);
    expect(flow.step).toBe("ended");
  });

  it("is cancelled on the server when its dialog closes, and leaves nothing behind", async () => {
    const flow = await asked();
    flow.dispose();
    await vi.waitFor(() => {
      expect(server.bodies["DELETE /share-intents/int_1"]).toHaveLength(1);
    });
    expect(flow.intent).toBeNull();
  });

  it.each(["dispose", "abandon"] as const)("takes back what is answered after %s", async (leave) => {
    const flow = new ShareFlow(item, 86_400);
    const asking = flow.ask();
    flow[leave]();
    await asking;
    await vi.waitFor(() => {
      expect(server.bodies["DELETE /share-intents/int_1"]).toHaveLength(1);
    });
    expect(flow.intent).toBeNull();
    expect(flow.step).toBe("ended");
  });

  it("keeps its banner until there is another answer", async () => {
    server.on("POST /share-intents", problem(503, "busy"), json(intent, 201));
    const flow = await asked();
    expect(flow.problem).toBe("busy");
    const asking = flow.ask();
    expect(flow.problem).toBe("busy");
    await asking;
    expect(flow.problem).toBe("");
    expect(flow.step).toBe("waiting");
  });

  it("takes back a link that was made when nobody waited for it any more", async () => {
    server.on("POST /links/lnk_1/revoke", () => new Response(null, { status: 204 }));
    const flow = await asked();
    const made = json({ id: "lnk_1", expires_at: 86_401_000 }, 201);
    server.on("PUT /share-intents/int_1/link", () => {
      flow.dispose();
      return made();
    });
    Events.last.say("confirmed");
    await vi.waitFor(() => {
      expect(server.bodies["POST /links/lnk_1/revoke"]).toHaveLength(1);
    });
    expect(flow.result).toBeNull();
  });

  it("forgets the link when its dialog closes", async () => {
    const flow = await asked();
    Events.last.say("confirmed");
    await settled(flow, "result");
    flow.dispose();
    expect(flow.result).toBeNull();
    expect(server.bodies["DELETE /share-intents/int_1"]).toBeUndefined();
  });
});
