import { nodeAt } from "../promql/walk.ts";
import { seriesSelector } from "../world/series-selector.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { embeddedAt, parseWith } from "./embedded.ts";

/** The selector at an offset of the file as what it selects of what is stored: without modifiers, its name within. */
export function selectorAt(snapshot: Snapshot, offset: number): string | undefined {
  const cursor = embeddedAt(snapshot, offset);
  if (cursor === undefined) return undefined;
  const { expr, errors } = parseWith(snapshot, cursor.text);
  if (expr === undefined || errors.length > 0) return undefined;
  const node = nodeAt(expr, cursor.offset);
  const selector = node?.kind === "matrix" ? node.selector : node;
  return selector?.kind === "selector" && selector.name !== undefined
    ? seriesSelector(selector.name, selector.matchers)
    : undefined;
}
