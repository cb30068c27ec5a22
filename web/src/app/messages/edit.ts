import { inLanguage } from "../../shared/language";
import * as de from "./de/edit";
import * as en from "./en/edit";

export const { edit } = inLanguage({ en, de });
