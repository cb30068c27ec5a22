import { inLanguage } from "../../shared/language";
import * as de from "./de/time";
import * as en from "./en/time";

export const { length, waitFor, words } = inLanguage({ en, de });
