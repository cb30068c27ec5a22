import { inLanguage } from "../../shared/language";
import * as de from "./de/items";
import * as en from "./en/items";

export const { files, item, list, what } = inLanguage({ en, de });
