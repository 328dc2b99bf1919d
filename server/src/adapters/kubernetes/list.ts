import type { KubernetesApi } from "./api.ts";
import { ListError, statusFailure } from "./failures.ts";
import { readPage } from "./objects.ts";

/** Objects of one kind, and whether that is all there is. */
export interface Listed<T> {
  readonly items: readonly T[];
  readonly complete: boolean;
}

/** Pages of this size keep the event loop free; kubectl uses the same. */
const pageSize = 500;

/**
 * Lists a collection page by page; each object is reduced at once and the raw one forgotten. `what` names the
 * objects in sentences. Throws {@link ListError} for a status that is no success, otherwise the connection's error.
 */
export async function listAll<T>(
  api: KubernetesApi,
  path: string,
  selector: string,
  what: string,
  reduce: (item: unknown) => T,
  maxItems: number,
  signal: AbortSignal,
): Promise<Listed<T>> {
  const items: T[] = [];
  let next = "";
  let restarted = false;
  for (;;) {
    const query = new URLSearchParams({ limit: String(Math.min(pageSize, maxItems)) });
    if (selector !== "") query.set("labelSelector", selector);
    if (next !== "") query.set("continue", next);
    const { status, text } = await api.get(`${path}?${query}`, signal);
    if (status === 410 && next !== "" && !restarted) {
      // The token of the next page is older than what the server remembers: from the start, once.
      restarted = true;
      items.length = 0;
      next = "";
      continue;
    }
    const page = status === 200 ? readPage(text) : undefined;
    if (page === undefined) throw new ListError(statusFailure(api.context, status, text, what));
    for (const item of page.items) items.push(reduce(item));
    next = page.next;
    if (next === "") return { items, complete: true };
    if (items.length >= maxItems) return { items, complete: false };
  }
}
