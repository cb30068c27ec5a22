import { inLanguage } from "../../shared/language";
import * as de from "./de/provisioning";
import * as en from "./en/provisioning";

export const { provisioning } = inLanguage({ en, de });
