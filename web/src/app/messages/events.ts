import { inLanguage } from "../../shared/language";
import * as de from "./de/events";
import * as en from "./en/events";

export const { eventGroups, eventWords, events } = inLanguage({ en, de });
