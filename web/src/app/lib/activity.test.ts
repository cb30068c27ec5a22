import { describe, expect, it } from "vitest";
import type { Event } from "../../shared/api";
import { toSentence, whichToken } from "./activity";
import { event } from "./sample-event";

const read = (about: Event, onItem = false) =>
  toSentence(about, "mem_1", onItem).parts.map((part) => part.text).join("");

describe("toSentence", () => {
  it.each([
    ["item.created", "Jonas Lindqvist added Beacon Ads"],
    ["link.created", "Jonas Lindqvist made a public link to Beacon Ads"],
    ["item.revealed", "Jonas Lindqvist revealed a hidden field of Beacon Ads"],
  ])("%s", (action, sentence) => expect(read(event(action))).toBe(sentence));

  it("tells a refusal by the mail's reader from one by Guestpass", () => {
    expect(read(event("sign_in.refused"))).toBe("Jonas Lindqvist said “This wasn't me” to a sign-in");
    const byNobody = { ...event("sign_in.refused", { actor: "Guestpass" }), actor_id: null };
    expect(read(byNobody)).toBe("A sign-in was refused");
  });

  it("tells who cancelled a link from whose request ended with their role", () => {
    expect(read(event("intent.cancelled"))).toBe("Jonas Lindqvist cancelled a public link to Beacon Ads");
    expect(read(event("intent.cancelled", { target: "Jonas Lindqvist" }))).toBe(
      "Jonas Lindqvist cancelled a public link to Beacon Ads",
    );
    expect(read(event("intent.cancelled", { target: "Mira Okafor" }))).toBe(
      "Jonas Lindqvist ended the request of Mira Okafor for a public link to Beacon Ads",
    );
  });

  it("names the other member", () => {
    expect(read(event("access.granted", { target: "Mira Okafor" }))).toBe(
      "Jonas Lindqvist shared Beacon Ads with Mira Okafor",
    );
  });

  it("names the team", () => {
    const about = { target: "Mira Okafor", team: "Design" };
    expect(read(event("team.member_added", about))).toBe("Jonas Lindqvist added Mira Okafor to the team Design");
    expect(read(event("access.team_granted", about))).toBe("Jonas Lindqvist shared Beacon Ads with the team Design");
  });

  it("calls the reader You, and the item by what the page is about", () => {
    expect(read(event("item.changed", { actor_id: "mem_1" }), true)).toBe("You changed this item");
  });

  it("says an item where its name may not be seen", () => {
    expect(read(event("item.deleted", { item_name: null }))).toBe("Jonas Lindqvist deleted an item");
  });

  it("raises an alarm for a spent link that is tried again, without naming an actor", () => {
    const sentence = toSentence(event("link.retried", { actor: "A recipient", actor_id: null }), "mem_1");
    expect(sentence.alarm).toBe(true);
    expect(sentence.parts.map((part) => part.text).join("")).toBe(
      "Somebody tried a spent public link to Beacon Ads",
    );
  });

  it("shows the code of an action it doesn't know", () => {
    expect(read(event("policy.bent"))).toBe("Jonas Lindqvist: policy.bent");
  });
});

describe("whichToken", () => {
  it("tells of directories' tokens, and of no other fact", () => {
    const details = "sct_1";
    expect(whichToken(event("member.suspended", { actor: "Provisioning", actor_id: null, details }))).toBe("sct_1");
    expect(whichToken(event("provisioning.token_ended", { details }))).toBe("sct_1");
    expect(whichToken(event("member.role_changed", { details: "admin" }))).toBe("");
  });
});
