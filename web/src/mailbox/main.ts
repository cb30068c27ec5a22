// The demo's mailbox: every mail that Guestpass would have sent, as it arrives.

import "./mailbox.css";
import { announce, el, icon } from "../shared/dom";
import { get } from "../shared/http";
import { m } from "../shared/i18n/en/mailbox";
import { mail as mailIcon } from "../shared/icons";
import type { MailboxMail } from "../shared/public-api";
import { momentElement } from "../shared/when";
import { linksOf } from "./links";

const POLL_MS = 1_000;

let mails: MailboxMail[] = [];
/** The mail being read; nothing until one was chosen. */
let open: string | null = null;
let drawn = "";

async function poll(): Promise<void> {
  const answer = await get<{ mails: MailboxMail[] }>("/dev/mailbox");
  const status = document.getElementById("status");
  if (answer.ok) {
    const news = answer.data.mails.length - mails.length;
    if (news > 0 && drawn !== "") announce(m.arrived(news));
    mails = answer.data.mails;
    if (status) status.textContent = m.count(mails.length);
  } else if (status) {
    status.textContent = answer.problem.status === 404 ? m.notHere : m.offline;
  }
  draw();
}

/** Rebuilds the page only when something changed, so that focus and selection stay. */
function draw(): void {
  const current = mails.find(({ id }) => id === open) ?? mails[0];
  const state = JSON.stringify([current?.id, mails.map(({ id }) => id), open]);
  if (state === drawn) return;
  drawn = state;
  document.querySelector("main")?.removeAttribute("aria-busy");
  document.getElementById("mails")?.replaceChildren(...mails.map((each) => listEntry(each, each === current)));
  document.getElementById("reader")?.replaceChildren(...(current ? letter(current) : [empty()]));
}

function listEntry(mail: MailboxMail, current: boolean): HTMLElement {
  const button = el(
    "button",
    { type: "button", class: "mail", "aria-current": current ? "true" : false },
    el("b", {}, mail.subject),
    el("span", {}, mail.to),
    momentElement(mail.at),
  );
  button.addEventListener("click", () => {
    open = mail.id;
    draw();
    document.getElementById("reader")?.querySelector("h2")?.focus();
  });
  return el("li", {}, button);
}

function letter(mail: MailboxMail): HTMLElement[] {
  const links = linksOf(mail.text, mail.html, location.origin).map(({ href, label }, at) =>
    el("a", { class: at === 0 ? "btn primary" : "btn", href, target: "_blank", rel: "noopener" }, label),
  );
  return [
    el("h2", { tabindex: "-1" }, mail.subject),
    el("p", { class: "hint" }, `${m.to} ${mail.to}, `, momentElement(mail.at)),
    el("div", { class: "links" }, ...links),
    el("pre", { tabindex: "0", "aria-label": m.text }, mail.text),
  ];
}

function empty(): HTMLElement {
  return el(
    "div",
    { class: "empty" },
    el("span", { class: "well" }, icon(mailIcon, true)),
    el("h2", {}, m.empty),
    el("p", { class: "hint" }, m.emptyHint),
  );
}

async function run(): Promise<void> {
  for (;;) {
    if (!document.hidden) await poll();
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

void run();
