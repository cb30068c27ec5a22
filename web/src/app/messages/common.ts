import { Problem, type ShareRefusal } from "../../shared/api";
import { inLanguage } from "../../shared/language";
import * as de from "./de/common";
import * as en from "./en/common";

export const { common } = inLanguage({ en, de });
const { refusals } = inLanguage({ en, de });

/** A problem as a sentence or two for the person in front of the page, who pressed `button`. */
export function describe(problem: unknown, button?: string): string {
  if (!(problem instanceof Problem)) return common.unexpected;
  if (problem.status === 401) return button ? common.signedOutPress(button) : common.signedOut;
  if (problem.status === 429 && problem.retryAfter !== undefined) {
    // The server's own words for it say to wait a moment, whatever the limit.
    const what = problem.code === "too_many_requests" ? common.tooMany : problem.detail;
    return `${what} ${common.retryIn(problem.retryAfter)}`;
  }
  return problem.detail;
}

/** Why an item has no public link, as a menu entry says it. */
export function refusalText(refusal: ShareRefusal): string {
  return refusals[refusal];
}
