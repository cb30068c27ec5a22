// The app in German. The language is chosen when the modules load, so they are loaded anew for it.

import { beforeAll, describe, expect, it, vi } from "vitest";
import type { Event } from "../../shared/api";
import { event } from "./sample-event";

const berlin = { timeZone: "Europe/Berlin" };
const now = Date.UTC(2026, 10, 22, 13, 5);
const minutes = (count: number) => count * 60_000;

let time: typeof import("./time");
let text: typeof import("./text");
let activity: typeof import("./activity");
let refusals: typeof import("../../shared/i18n/refusals");

beforeAll(async () => {
  vi.stubGlobal("navigator", { languages: ["fr-FR", "de-AT", "en"] });
  vi.resetModules();
  [time, text, activity, refusals] = await Promise.all([
    import("./time"),
    import("./text"),
    import("./activity"),
    import("../../shared/i18n/refusals"),
  ]);
  return () => vi.unstubAllGlobals();
});

describe("times", () => {
  it("have German names, as they are written where the reader is", () => {
    expect(time.exactTime(now + minutes(24 * 60), berlin)).toBe("Mo., 23. Nov. 2026, 14:05 MEZ");
    expect(time.shortTime(Date.UTC(2025, 0, 2, 8, 0), now, berlin)).toBe("2. Jän. 2025, 09:00");
    expect(time.day(now, berlin)).toBe("22. Nov. 2026");
  });

  it("are told from now", () => {
    const past = [5_000, minutes(1), minutes(59), minutes(60), minutes(24 * 60), minutes(72 * 60)];
    expect(past.map((age) => time.pastTime(now - age, now, berlin))).toEqual([
      "gerade eben",
      "vor 1 Minute",
      "vor 59 Minuten",
      "heute, 13:05",
      "gestern, 14:05",
      "19. Nov., 14:05",
    ]);
    const left = [-1, 20_000, minutes(12), minutes(60), minutes(24 * 60), minutes(30 * 24 * 60)];
    expect(left.map((each) => time.timeLeft(now + each, now))).toEqual([
      "jetzt",
      "in weniger als einer Minute",
      "in 12 Minuten",
      "in 1 Stunde",
      "in 1 Tag",
      "in 30 Tagen",
    ]);
  });

  it("have lengths", () => {
    const labels = time.EXPIRY_CHOICES.map(({ label }) => label);
    expect(labels).toEqual(["1 Stunde", "12 Stunden", "1 Tag", "5 Tage", "30 Tage"]);
  });
});

it("writes numbers the German way", () => {
  expect(text.fileSize(2_400_000)).toBe("2,4 MB");
  expect(text.digits(45_000)).toMatch(/^45[.\u00a0]000$/);
});

describe("events", () => {
  const read = (about: Event, onItem = false) =>
    activity.toSentence(about, "mem_1", onItem).parts.map((part) => part.text).join("");

  it("agree with who acted", () => {
    expect(read(event("item.created"))).toBe("Jonas Lindqvist hat Beacon Ads hinzugefügt");
    expect(read(event("item.created", { actor_id: "mem_1" }))).toBe("Sie haben Beacon Ads hinzugefügt");
    expect(read(event("member.joined", { actor_id: "mem_1" }))).toBe("Sie sind dem Arbeitsbereich beigetreten");
  });

  it("put the item into its case", () => {
    expect(read(event("item.changed"), true)).toBe("Jonas Lindqvist hat diesen Eintrag geändert");
    expect(read(event("link.created"), true)).toBe("Jonas Lindqvist hat einen öffentlichen Link zu diesem Eintrag erstellt");
    expect(read(event("item.deleted", { item_name: null }))).toBe("Jonas Lindqvist hat einen Eintrag gelöscht");
  });

  it("name those who are no members", () => {
    const about = event("link.opened", { actor: "A recipient", actor_id: null });
    expect(read(about)).toBe("Jemand hat einen öffentlichen Link zu Beacon Ads geöffnet");
  });

  it("leave nothing open", () => {
    for (const own of ["mem_1", "mem_2"]) {
      for (const action of Object.keys(activity.looks)) {
        const about = event(action, { actor_id: own, target: "Mira Okafor", team: "Design" });
        expect(read(about), action).not.toMatch(/[{}]/);
      }
    }
  });
});

describe("refusals", () => {
  it("are said in German", () => {
    expect(refusals.said("This can't be empty.")).toBe("Das darf nicht leer sein.");
  });

  it("keep the values in them", () => {
    expect(refusals.said("Use at most 45,000 characters.")).toMatch(/^Verwenden Sie höchstens 45[.\u00a0]000 Zeichen\.$/);
    expect(refusals.said("That is not the code. 3 tries left.")).toBe("Das ist nicht der Code. 3 Versuche bleiben.");
    const domains = "Members have addresses of a.example, b.example here. Invite them as a guest, or change the mail domains under Settings.";
    expect(refusals.said(domains)).toContain("a.example, b.example");
  });

  it("stay as they are when nobody knows them", () => {
    expect(refusals.said("Something new.", "brand_new")).toBe("Something new.");
    expect(refusals.said("missing field `name` at line 1", "bad_request")).toMatch(/^Die Anfrage/);
  });
});
