import { describe, expect, it } from "vitest";
import { grouped, mfaKey, runs, validPayload, websiteUrl } from "./payload";

const account = {
  name: "Beacon Ads",
  app: "Client campaigns",
  website: "https://ads.example/",
  username: "ops@larkfield.example",
  password: "tR7#vq",
  otpauth: "otpauth://totp/Beacon:ops?secret=JBSWY3DPEHPK3PXP",
  body: "",
  hue: 38,
};

describe("validPayload", () => {
  it("takes what a sender's browser seals", () => {
    expect(validPayload(account)).toEqual(account);
  });

  it("fills in what may be left out", () => {
    expect(validPayload({ name: "Note", body: "a\nb" })).toMatchObject({ body: "a\nb", username: "", hue: 0 });
  });

  it.each([
    ["no object", "text"],
    ["a list", [account]],
    ["nothing", null],
    ["no name", { body: "x" }],
    ["an empty name", { ...account, name: "" }],
    ["an unknown field", { ...account, note: "x" }],
    ["an inherited field", { ...account, toString: "x" }],
    ["a number for a text", { ...account, password: 12 }],
    ["markup as an object", { ...account, name: { html: "<b>" } }],
    ["a hue off the circle", { ...account, hue: 360 }],
    ["a hue that is no number", { ...account, hue: Number.NaN }],
    ["a hue in words", { ...account, hue: "38; background: url(//x)" }],
    ["a name without end", { ...account, name: "x".repeat(401) }],
  ])("refuses %s", (_what, value) => {
    expect(validPayload(value)).toBeNull();
  });

  it("counts characters, not halves of them", () => {
    expect(validPayload({ ...account, username: "🦊".repeat(255) })).not.toBeNull();
  });
});

describe("websiteUrl", () => {
  it.each(["https://ads.example/login?a=b#c", "http://intranet.example/", "HTTPS://ADS.EXAMPLE/"])(
    "opens %s",
    (website) => {
      expect(websiteUrl(website)).not.toBeNull();
    },
  );

  it.each([
    "",
    "javascript:alert(1)",
    "JaVaScRiPt://ads.example/%0aalert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:https://ads.example/1",
    "//ads.example/",
    "/login",
    "ads.example",
    " javascript:alert(1)//https://ads.example",
    "https://",
    "https://bank.example@elsewhere.example/",
    "https://user:secret@ads.example/",
    "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP",
  ])("never opens %j", (website) => {
    expect(websiteUrl(website)).toBeNull();
  });
});

describe("mfaKey", () => {
  it("reads the key", () => {
    expect(mfaKey(account.otpauth)).toBe("JBSWY3DPEHPK3PXP");
  });

  it("takes the spellings that people paste", () => {
    expect(mfaKey("otpauth://totp/x?secret=jbsw%20y3dp-ehpk3pxp%3D%3D")).toBe("JBSWY3DPEHPK3PXP");
  });

  it.each([
    "",
    "otpauth://hotp/x?secret=JBSWY3DPEHPK3PXP&counter=1",
    "https://totp/x?secret=JBSWY3DPEHPK3PXP",
    " otpauth://totp/x?secret=JBSWY3DPEHPK3PXP",
    "otpauth://totp/x",
    "otpauth://totp/x?secret=",
    "otpauth://totp/x?secret=not-base-32!",
    "javascript:otpauth://totp/x?secret=JBSWY3DPEHPK3PXP",
  ])("finds none in %j", (otpauth) => {
    expect(mfaKey(otpauth)).toBeNull();
  });
});

it("groups a key by four, without a space at the end", () => {
  expect(grouped("JBSWY3DPEHPK3PXP")).toBe("JBSW Y3DP EHPK 3PXP");
  expect(grouped("JBSWY3DPEH")).toBe("JBSW Y3DP EH");
  expect(grouped("JBSWY3DPEHPK3PXP").replaceAll(" ", "")).toBe("JBSWY3DPEHPK3PXP");
});

it("tells letters, digits and symbols apart and loses none of them", () => {
  const password = "äO0l1 #!٣🦊";
  expect(runs(password)).toEqual([
    { kind: "letter", text: "äO" },
    { kind: "digit", text: "0" },
    { kind: "letter", text: "l" },
    { kind: "digit", text: "1" },
    { kind: "symbol", text: " #!" },
    { kind: "digit", text: "٣" },
    { kind: "symbol", text: "🦊" },
  ]);
  expect(runs(password).map(({ text }) => text).join("")).toBe(password);
});
