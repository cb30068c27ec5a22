import { inLanguage } from "../../shared/language";
import * as de from "./de/workspace";
import * as en from "./en/workspace";

export const { domains, lengths, looks, signInTo, strayed, switcher } = inLanguage({ en, de });
