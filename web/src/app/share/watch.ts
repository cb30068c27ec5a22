// Learns what became of a request for a link: by server-sent events, and by asking every two
// seconds for as long as those don't come through (proxies that buffer, networks that change).

import { Problem, api, type ShareIntent } from "../../shared/api";

const POLL = 2000;

export function watchIntent(
  id: string,
  seen: (intent: ShareIntent) => void,
  failed: (problem: Problem) => void,
): () => void {
  const source = new EventSource(api.intentEvents(id));
  let timer: ReturnType<typeof setInterval> | undefined;
  let stopped = false;

  const stop = () => {
    stopped = true;
    source.close();
    clearInterval(timer);
  };

  const poll = async () => {
    try {
      const intent = await api.intent(id);
      if (!stopped) seen(intent);
    } catch (problem) {
      if (!stopped && problem instanceof Problem && !problem.unanswered) failed(problem);
    }
  };

  source.addEventListener("state", (event: MessageEvent<string>) => {
    clearInterval(timer);
    timer = undefined;
    if (!stopped) seen(JSON.parse(event.data) as ShareIntent);
  });
  source.addEventListener("error", () => {
    if (stopped || timer !== undefined) return;
    timer = setInterval(() => void poll(), POLL);
    void poll();
  });
  return stop;
}
