import { inLanguage } from "../../shared/language";
import * as de from "./de/people";
import * as en from "./en/people";

export const { activity, handOver, leaving, members, profile } = inLanguage({ en, de });
