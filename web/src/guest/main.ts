// The guest page: peek, claim, decrypt, show, acknowledge, wipe.
//
// The part of the address after `#` never leaves this browser: from it come the proof that the
// server gets, and the key that it doesn't. Nothing is stored in the browser, and nothing is
// counted before the reader presses the button.

import "./guest.css";
import { fromBase64url, toBase64url } from "../shared/base64url";
import { announce, el, show } from "../shared/dom";
import { post, type Problem } from "../shared/http";
import { m } from "../shared/i18n/en/guest";
import { derive, FLAG_ONE_TIME, type Keys, open, parseFragment } from "../shared/link-crypto";
import type { Claimed, Peek, Proof, Spent } from "../shared/public-api";
import { moment } from "../shared/when";
import { itemPage } from "./item";
import {
  deadPage,
  hiddenPage,
  refusalPage,
  spentPage,
  troublePage,
  waitingPage,
} from "./pages";
import { type Payload, validPayload } from "./payload";

/** How long the item stays on the screen, and how early the reader is asked whether to go on. */
const SHOWN_MS = 5 * 60_000;
const WARN_MS = 30_000;

/**
 * What tells this browser from others when it keeps no cookies, for the life of the page. Beside
 * the cookie it is ignored; but peeking with it would keep the server from setting the cookie.
 */
const binder = { "x-binder": toBase64url(crypto.getRandomValues(new Uint8Array(32))) };

async function start(): Promise<void> {
  const secret = parseFragment(location.hash.slice(1));
  if (secret === null) {
    deadPage();
    return;
  }
  // Only pages served over https (or from this machine) have it.
  if (!isSecureContext) {
    refusalPage(m.trouble.old);
    return;
  }
  let keys: Keys;
  try {
    keys = await derive(secret, "decrypt");
  } catch {
    refusalPage(m.trouble.old);
    return;
  } finally {
    secret.fill(0);
  }
  await peek(keys, { lid: toBase64url(keys.lid), auth: toBase64url(keys.auth) });
}

/** Asks what may be known before the link is opened. It counts nothing. */
async function peek(keys: Keys, proof: Proof): Promise<void> {
  const answering = post<Peek>("/guest/peek", proof, navigator.cookieEnabled ? {} : binder);
  // A browser takes long for its first date: it has time for that while it waits for the answer.
  requestAnimationFrame(() => void moment(Date.now()));
  const answer = await answering;
  if (!answer.ok) {
    failed(answer.problem, proof, () => void peek(keys, proof));
    return;
  }
  waitingPage(answer.data, navigator.cookieEnabled, () => void claim(keys, proof));
}

/** Opens the link. The same browser may ask again for 10 minutes, so a broken answer is no loss. */
async function claim(keys: Keys, proof: Proof): Promise<void> {
  const answer = await post<Claimed>("/guest/claim", proof, binder);
  if (!answer.ok) {
    failed(answer.problem, proof, () => void claim(keys, proof), true);
    return;
  }
  const claimed = answer.data;
  const payload = await unseal(keys, claimed);
  if (payload === null) {
    refusalPage(m.trouble.refused);
    return;
  }
  const oneTime = (claimed.header.flags & FLAG_ONE_TIME) !== 0;
  const hide = (byReader: boolean): void =>
    hiddenPage(byReader, oneTime, claimed.header.expires_at * 1_000);
  itemPage(claimed, oneTime, payload, () => hide(true));
  hideLater(() => hide(false));
  await acknowledge(proof);
}

/** The payload, or null when it was changed, meant for another link or origin, or is malformed. */
async function unseal(keys: Keys, { header, ...sealed }: Claimed): Promise<Payload | null> {
  try {
    const [commit, iv, ct] = [sealed.commit, sealed.iv, sealed.ct].map(fromBase64url);
    if (!commit || !iv || !ct) return null;
    return validPayload(await open(keys, header, location.origin, { commit, iv, ct }));
  } catch {
    return null;
  }
}

/** Lets the server erase the ciphertext. Without it that happens after 10 minutes. */
async function acknowledge(proof: Proof, tries = 3): Promise<void> {
  const answer = await post("/guest/ack", proof, binder);
  if (!answer.ok && answer.problem.code === "offline" && tries > 1) {
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    await acknowledge(proof, tries - 1);
  }
}

function failed(problem: Problem, proof: Proof, again: () => void, claiming = false): void {
  const spent = problem.body.spent as Spent | undefined;
  if (problem.code === "link_spent" && spent) {
    spentPage(spent, async () => {
      const answer = await post("/guest/dispute", proof);
      return answer.ok ? null : answer.problem;
    });
  } else if (problem.status === 404 || problem.status === 410) {
    deadPage();
  } else {
    const broke = claiming && problem.code === "offline";
    troublePage(problem, again, broke ? m.trouble.broken : undefined);
  }
}

/** Takes the item off the screen after a while, unless the reader says that they still need it. */
function hideLater(hide: () => void): void {
  const page = document.querySelector("h1");
  let until = Date.now() + SHOWN_MS;
  const notice = el("div", { class: "banner notice" });
  const keep = el("button", { class: "btn", type: "button" }, m.hidden.keep);
  keep.addEventListener("click", () => {
    until = Date.now() + SHOWN_MS;
    notice.remove();
    page?.focus({ preventScroll: true });
  });
  notice.append(el("p", {}, m.hidden.soon), keep);
  // A sleeping phone stops timers, so the clock decides, and is looked at on waking up.
  const look = (): void => {
    if (!page?.isConnected) {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    } else if (Date.now() >= until) {
      hide();
    } else if (Date.now() >= until - WARN_MS && !notice.isConnected) {
      document.querySelector("main")?.append(notice);
      announce(m.hidden.soon);
    }
  };
  const timer = setInterval(look, 1_000);
  document.addEventListener("visibilitychange", look);
}

// The back-forward cache would keep the item readable: the page is emptied before it goes there,
// and starts anew when it comes back.
addEventListener("pagehide", () => {
  show(m.waiting.title);
});
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
// Another link pasted into the same tab changes only the part after `#`.
addEventListener("hashchange", () => {
  location.reload();
});

void start();
