import { describe, expect, it } from "vitest";
import type { ItemDetails } from "../../shared/api";
import { MAX_BODY, draftOf, emptyDraft, isDirty, problemsOf, toChange, toNewItem } from "./draft";

const item: ItemDetails = {
  id: "itm_1",
  kind: "account",
  name: "Beacon Ads",
  username: "ops",
  website: "https://beacon.example/",
  app: "",
  has_mfa: true,
  has_secret: true,
  attachments: 0,
  role: "owner",
  live_links: 0,
  version: 3,
  created_at: 0,
  changed_at: 0,
  notes: "",
  created_by: "Mira Okafor",
  secret_changed_at: 0,
  files: [],
};

describe("a draft of an item", () => {
  it("sends only what changed, on the version it was made on", () => {
    const draft = { ...draftOf(item), name: " Beacon Ads EU ", password: "n3w" };
    expect(toChange(item, draft)).toEqual({ version: 3, name: "Beacon Ads EU", password: "n3w" });
  });

  it("removes a secret field with an empty text, and leaves it alone with null", () => {
    expect(toChange(item, { ...draftOf(item), mfa: "" })).toEqual({ version: 3, mfa: "" });
    expect(toChange(item, draftOf(item))).toEqual({ version: 3 });
  });

  it("can be saved over a newer version on purpose", () => {
    expect(toChange(item, { ...draftOf(item), notes: "x" }, 5)).toEqual({ version: 5, notes: "x" });
  });

  it("knows whether there is something to lose", () => {
    expect(isDirty(draftOf(item), draftOf(item))).toBe(false);
    expect(isDirty({ ...draftOf(item), password: "" }, draftOf(item))).toBe(true);
  });
});

describe("a new item", () => {
  it("completes the website and keeps spaces of a password", () => {
    const draft = { ...emptyDraft(), name: "A", website: "a.example", password: " p " };
    expect(toNewItem("account", draft)).toMatchObject({
      website: "https://a.example",
      password: " p ",
    });
  });

  it("of the secret kind has no fields of accounts", () => {
    expect(toNewItem("secret", { ...emptyDraft(), name: "A", body: "b\n" })).toEqual({
      kind: "secret",
      name: "A",
      body: "b\n",
    });
  });
});

describe("problems", () => {
  it("count characters, not UTF-16 units", () => {
    const body = "🔑".repeat(MAX_BODY);
    expect(problemsOf({ ...emptyDraft(), name: "A", body })).toEqual({});
    expect(problemsOf({ ...emptyDraft(), name: "A", body: `${body}🔑` })).toHaveProperty("body");
  });

  it("ask for a name", () => {
    expect(problemsOf({ ...emptyDraft(), name: "  " })).toHaveProperty("name");
  });
});
