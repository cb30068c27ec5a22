// An event for the tests of sentences.

import type { Event } from "../../shared/api";

export const event = (action: string, more: Partial<Event> = {}): Event => ({
  id: "evt_1",
  at: 0,
  action,
  actor: "Jonas Lindqvist",
  actor_id: "mem_2",
  item: "itm_1",
  item_name: "Beacon Ads",
  address: "",
  browser: "",
  details: "",
  ...more,
});
