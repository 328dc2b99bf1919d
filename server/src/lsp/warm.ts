import { neverCancelled } from "../base/cancellation.ts";
import { embeddedTexts, rulesOf } from "../features/embedded.ts";
import type { Snapshot } from "../world/snapshot.ts";

/**
 * Has the catalogs of a file's environments fetched before anything is typed, where the file holds PromQL:
 * the first completion is then as quick as any.
 */
export function warmCatalogs(snapshot: Snapshot): void {
  if (rulesOf(snapshot).length === 0 && embeddedTexts(snapshot).length === 0) return;
  for (const { metrics } of snapshot.environments) {
    void metrics?.metricNames({ limit: 1 }, neverCancelled);
    void metrics?.described([], neverCancelled);
    void metrics?.externalLabels(neverCancelled);
  }
}
