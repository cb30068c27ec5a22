// What the server refuses about a team's people, in the words of these pages.

import { kept as keptIn } from "../lib/kept";
import { team as text } from "../messages/teams";

const words = { last_team_admin: text.lastAdmin, guest_cannot_manage: text.guestAdmin };

export const kept = (work: () => Promise<unknown>) => keptIn(words, work);
