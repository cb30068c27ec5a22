import { describe, expect, it } from "vitest";
import { isApp, toRoute } from "./routes";

describe("toRoute", () => {
  it.each([
    ["/", { page: "items", kind: "account" }],
    ["/accounts", { page: "items", kind: "account" }],
    ["/secrets/", { page: "items", kind: "secret" }],
    ["/items/itm_1", { page: "item", id: "itm_1" }],
    ["/items", { page: "unknown" }],
    ["/items/itm_1/more", { page: "unknown" }],
    ["/items/itm_1/access", { page: "access", id: "itm_1" }],
    ["/items/itm_1/access/x", { page: "unknown" }],
    ["/teams", { page: "teams" }],
    ["/teams/tea_1", { page: "team", id: "tea_1" }],
    ["/teams/tea_1/x", { page: "unknown" }],
    ["/activity", { page: "activity" }],
    ["/profile", { page: "profile" }],
    ["/settings", { page: "settings" }],
    ["/sign-in", { page: "sign-in" }],
    ["/sign-in/return", { page: "sign-in-return" }],
    ["/sign-in/again", { page: "sign-in-again" }],
    ["/sign-in/wsp_1", { page: "sign-in", workspace: "wsp_1" }],
    ["/sign-in/other", { page: "sign-in", other: true }],
    ["/sign-in/wsp_1/x", { page: "unknown" }],
    ["/sign-in/x", { page: "unknown" }],
    ["/sign-in/return/x", { page: "unknown" }],
    ["/accounts/x", { page: "unknown" }],
    ["/wp-admin", { page: "unknown" }],
  ])("%s", (path, route) => expect(toRoute(path)).toEqual(route));
});

describe("isApp", () => {
  it("leaves the documents of others and the API alone", () => {
    for (const path of ["/s", "/confirm", "/security-considerations", "/api/v1/session"]) {
      expect(isApp(path)).toBe(false);
    }
    expect(isApp("/secrets")).toBe(true);
  });
});
