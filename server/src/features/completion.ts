import type { CancellationToken } from "../base/cancellation.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { type Budget, unlimited } from "./budget.ts";
import { completeMonitor } from "./completion-monitor.ts";
import { completeProject } from "./completion-project.ts";
import { completePromql } from "./completion-promql.ts";
import { completeRuleKeys } from "./completion-rules.ts";
import { embeddedAt } from "./embedded.ts";
import { completeTests } from "./tests/completion.ts";
import type { CompletionList } from "./types.ts";

/**
 * What may be typed at a file offset; nothing where Promscope has nothing to say, so that other extensions
 * can. `now` is the time in milliseconds from which the age of names is told; `budget` bounds each look-up: what is late is left out, and the list is then incomplete.
 */
export async function complete(
  snapshot: Snapshot,
  offset: number,
  token: CancellationToken,
  budget: Budget = unlimited,
  now: number = Date.now(),
): Promise<CompletionList | undefined> {
  const cursor = embeddedAt(snapshot, offset);
  if (cursor !== undefined) return await completePromql(snapshot, cursor, token, budget, now);
  const kinds = new Set(snapshot.document.parts.map(({ model }) => model.kind));
  if (kinds.has("rules") || kinds.has("PrometheusRule")) {
    const keys = completeRuleKeys(snapshot, offset);
    if (keys !== undefined) return keys;
  }
  if (kinds.has("rule-tests")) return completeTests(snapshot, offset);
  return completeProject(snapshot, offset) ?? completeMonitor(snapshot, offset);
}
