// What the server refuses, in a page's own words.

import { Problem } from "../../shared/api";

/** Does the work; a refusal whose code has words of its own says those. */
export async function kept(words: Record<string, string>, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (problem) {
    const said = problem instanceof Problem ? words[problem.code] : undefined;
    if (problem instanceof Problem && said) throw new Problem(problem.code, said, problem.status);
    throw problem;
  }
}
