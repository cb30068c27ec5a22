import { describe, expect, it } from "vitest";
import { support, toTrouble } from "./webauthn";

describe("support", () => {
  it.each(["127.0.0.1", "192.0.2.7", "[2001:db8::7]"])("knows that %s has no domain name", (host) => {
    expect(support(host)).toBe("no_domain");
  });

  it.each(["vault.example", "localhost", "10.example"])("asks the browser at %s", (host) => {
    expect(support(host)).toBe("unsupported");
  });
});

describe("toTrouble", () => {
  const named = (name: string) => Object.assign(new Error(), { name });

  it.each([
    ["NotAllowedError", "cancelled"],
    ["InvalidStateError", "known"],
    ["ConstraintError", "unfit"],
    ["NotSupportedError", "unfit"],
    ["AbortError", "aborted"],
    ["TimeoutError", "aborted"],
    ["SecurityError", "failed"],
  ])("%s", (name, trouble) => {
    expect(toTrouble(named(name), 2000, 300_000)).toBe(trouble);
  });

  it("tells too late from cancelled by the time it took", () => {
    expect(toTrouble(named("NotAllowedError"), 300_001, 300_000)).toBe("timeout");
    expect(toTrouble(named("NotAllowedError"), 300_001)).toBe("cancelled");
    expect(toTrouble("no error at all", 1, 2)).toBe("failed");
  });
});
