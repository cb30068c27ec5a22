import { inLanguage } from "../../shared/language";
import * as de from "./de/providers";
import * as en from "./en/providers";

export const { connections, provided, provider, settings, stepUpWith } = inLanguage({ en, de });
