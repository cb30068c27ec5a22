import { inLanguage } from "../../shared/language";
import * as de from "./de/shell";
import * as en from "./en/shell";

export const { palette, shell, signIn, stepUp } = inLanguage({ en, de });
