// The item itself, once it is opened.

import { copyButton } from "../shared/copy";
import { announce, el, icon, show } from "../shared/dom";
import { m } from "../shared/i18n/en/guest";
import { eye, eyeOff, one, out, phone } from "../shared/icons";
import { initials } from "../shared/monogram";
import { workspaceRow } from "../shared/parts";
import type { Claimed } from "../shared/public-api";
import { momentElement } from "../shared/when";
import { senderOf } from "./pages";
import { grouped, mfaKey, type Payload, runs, websiteUrl } from "./payload";

/** How long a revealed password stays readable. */
const REVEAL_MS = 30_000;
/** As many dots for every password: their number would tell its length. */
const DOTS = "•".repeat(12);
/** From how many characters on a value gets a line of its own under its buttons. */
const LONG = 24;

/** Shows the item. What it says about itself comes from the terms that were sealed with it. */
export function itemPage(
  { peek, header }: Claimed,
  oneTime: boolean,
  payload: Payload,
  done: () => void,
): void {
  const title = m.item.title(senderOf(peek), header.kind);
  const finish = el("button", { class: "btn big", type: "button", onclick: done }, m.item.done);
  show(
    title,
    oneTime ? onceBanner() : null,
    workspaceRow(peek.workspace, peek.monogram, peek.hue),
    el("h1", { class: "mid" }, title),
    el("p", { class: "hint until" }, `${m.item.until} `, momentElement(header.expires_at * 1_000)),
    ...(header.kind === "account" ? account(payload) : [secret(payload)]),
    finish,
  );
}

function onceBanner(): HTMLElement {
  const text = el("p", {}, el("b", {}, m.item.once), el("br"), m.item.onceHint);
  return el("div", { class: "banner warn" }, icon(one, true), text);
}

function account(payload: Payload): HTMLElement[] {
  const key = mfaKey(payload.otpauth);
  const rows = [
    payload.username === "" ? null : plainRow(m.item.username, payload.username),
    payload.password === "" ? null : passwordRow(payload.password),
  ].filter((row) => row !== null);
  const sections = [itemHead(payload)];
  if (rows.length > 0) {
    sections.push(el("section", {}, el("h2", {}, m.item.login), el("dl", { class: "values" }, ...rows)));
  }
  if (key !== null) sections.push(mfa(payload.otpauth, key));
  if (sections.length === 1) sections.push(el("p", { class: "lead" }, m.item.nothing));
  return sections;
}

function itemHead(payload: Payload): HTMLElement {
  const tile = el("span", { class: "tile", "aria-hidden": "true" }, initials(payload.name));
  tile.style.setProperty("--h", String(payload.hue));
  const url = websiteUrl(payload.website);
  const name = el("div", { class: "name" }, el("h2", {}, payload.name));
  for (const line of new Set([payload.app, url?.host ?? ""])) {
    if (line !== "" && line !== payload.name) name.append(el("p", { class: "hint" }, line));
  }
  const go =
    url &&
    el(
      "a",
      { class: "btn go", href: url.href, target: "_blank", rel: "noopener noreferrer" },
      m.item.website,
      icon(out),
      el("span", { class: "vh" }, ` (${m.item.newTab})`),
    );
  return el("section", { class: "head-row" }, tile, name, go);
}

function row(label: string, value: HTMLElement, ...actions: HTMLElement[]): HTMLElement {
  return el("div", { class: "value" }, el("dt", {}, label), value, el("dd", { class: "acts" }, ...actions));
}

function plainRow(label: string, text: string): HTMLElement {
  const value = el("dd", { class: text.length > LONG ? "long" : "" }, text);
  return row(label, value, copyButton(m.within(label), () => text, m.copy, () => value));
}

/** Masked at first, after half a minute, and whenever the page is not in front. */
function passwordRow(password: string): HTMLElement {
  const value = el("dd", { class: "secret" });
  const eyeButton = el("button", { class: "ibtn", type: "button" });
  let shown = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const set = (reveal: boolean): void => {
    clearTimeout(timer);
    shown = reveal;
    eyeButton.replaceChildren(icon(reveal ? eyeOff : eye, true));
    eyeButton.setAttribute("aria-label", reveal ? m.item.hide : m.item.show);
    value.classList.toggle("dots", !reveal);
    value.classList.toggle("long", reveal && password.length > LONG);
    if (reveal) {
      value.replaceChildren(...runs(password).map(({ kind, text }) => el("span", { class: kind }, text)));
      timer = setTimeout(set, REVEAL_MS, false);
    } else {
      const dots = el("span", { "aria-hidden": "true" }, DOTS);
      value.replaceChildren(dots, el("span", { class: "vh" }, m.item.hidden));
    }
  };
  eyeButton.addEventListener("click", () => {
    set(!shown);
    announce(shown ? m.item.shown : m.item.hidden);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && shown) set(false);
  });
  set(false);
  const copy = copyButton(m.within(m.item.password), () => password, m.copy, () => {
    set(true);
    return value;
  });
  return row(m.item.password, value, eyeButton, copy);
}

function mfa(otpauth: string, key: string): HTMLElement {
  const paper = el("div", { class: "paper" });
  // Nobody can scan their own screen: on a phone the app opens from here. Safe as an address,
  // because `mfaKey` let only otpauth://totp/ through.
  const open = el("a", { class: "btn primary only-touch", href: otpauth }, icon(phone), m.mfa.open);
  const value = el("dd", { class: key.length > LONG ? "secret long" : "secret" }, grouped(key));
  void import("./qr").then(
    ({ qrCode }) => {
      paper.replaceChildren(qrCode(otpauth, m.mfa.qr));
    },
    () => {
      paper.replaceWith(el("p", { class: "hint" }, m.mfa.noQr));
    },
  );
  return el(
    "section",
    { class: "ruled" },
    el("h2", {}, m.mfa.title),
    el("p", { class: "hint help" }, m.mfa.help),
    el("div", { class: "codes" }, open, paper),
    el("p", { class: "hint manual" }, m.mfa.manual),
    el("dl", { class: "values" }, row(m.mfa.key, value, copyButton(m.mfa.key, () => key, m.copy, () => value))),
  );
}

function secret(payload: Payload): HTMLElement {
  const empty = payload.body === "";
  const body = el(
    "div",
    { class: "body-text", tabindex: "0", role: "region", "aria-label": m.item.secret },
    payload.body,
  );
  const copy = copyButton(m.within(m.item.secret), () => payload.body, m.copy, () => body);
  return el(
    "section",
    { class: "ruled" },
    el("div", { class: "head-row plain" }, el("h2", { class: "name" }, payload.name), empty ? null : copy),
    empty ? el("p", { class: "lead" }, m.item.nothing) : body,
  );
}
