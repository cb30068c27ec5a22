import { inLanguage } from "../../shared/language";
import * as de from "./de/preferences";
import * as en from "./en/preferences";

export const { appearance, mails, speech } = inLanguage({ en, de });
