import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Problem, api, meaning, onOtherWorkspace, upload } from "./api";

// The API client asks where it runs as it is loaded.
vi.hoisted(() => {
  Object.assign(globalThis, { location: { origin: "https://vault.example" } });
});

/** What each request said about its workspace. */
let said: Record<string, string | null>;
const strayed = vi.fn();
let answer: () => Response;

class Upload {
  upload = {};
  status = 409;
  responseText = JSON.stringify({ code: "other_workspace", detail: "Nothing was changed." });
  onload = () => undefined;
  setRequestHeader = (name: string, value: string) => {
    if (name === "guestpass-workspace") said.upload = value;
  };
  open = () => undefined;
  getResponseHeader = () => null;
  send() {
    this.onload();
  }
}

beforeEach(() => {
  said = {};
  answer = () => Response.json({});
  strayed.mockReset();
  onOtherWorkspace(strayed);
  vi.stubGlobal("XMLHttpRequest", Upload);
  vi.stubGlobal("fetch", (request: Request) => {
    const path = new URL(request.url).pathname.replace("/api/v1", "");
    said[`${request.method} ${path}`] = request.headers.get("guestpass-workspace");
    return Promise.resolve(answer());
  });
});

afterEach(() => {
  meaning(null);
  vi.unstubAllGlobals();
});

describe("the workspace that a page means", () => {
  it("is named with what the page sends, but for what is about the session", async () => {
    await api.addTeam("Design");
    meaning("wsp_1");
    await api.removeTeam("tea_1");
    await api.goElsewhere("wsp_2");
    await api.signOut();
    expect(said).toEqual({
      "POST /teams": null,
      "DELETE /teams/tea_1": "wsp_1",
      "PUT /session/workspace": null,
      "DELETE /session": null,
    });
  });

  it("is told to have changed, also while a file is sent", async () => {
    meaning("wsp_1");
    answer = () => Response.json({ code: "other_workspace", detail: "Nothing was changed." }, { status: 409 });
    await expect(api.addTeam("Design")).rejects.toThrow("Nothing was changed.");
    expect(strayed).toHaveBeenCalledTimes(1);
    await expect(upload("/logo", new Blob(["x"]), () => undefined)).rejects.toThrow("Nothing was changed.");
    expect(said.upload).toBe("wsp_1");
    expect(strayed).toHaveBeenCalledTimes(2);
  });
});

describe("Problem", () => {
  it("gives each field's message by the field's name", () => {
    const problem = new Problem("invalid", "x", 422, [{ field: "name", message: "Give it a name." }]);
    expect(problem.messages).toEqual({ name: "Give it a name." });
    expect(new Problem("offline", "x").messages).toEqual({});
  });
});
