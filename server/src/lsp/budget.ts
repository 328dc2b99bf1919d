import type { Budget } from "../features/budget.ts";

/** How long a completion waits for names from a backend, in milliseconds. */
export const completionBudgetMs = 300;

/** How long a hover waits for facts, in milliseconds: someone rests the mouse and expects the answer to come. */
export const hoverBudgetMs = 3_000;

/** One deadline for all look-ups of a request; what is late goes on in the background and fills the cache. */
export function budgetOf(milliseconds: number): Budget & { end(): void } {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, milliseconds, undefined);
  });
  const budget: Budget = (work) => Promise.race([work, deadline]);
  return Object.assign(budget, { end: () => clearTimeout(timer) });
}
