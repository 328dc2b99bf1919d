import type { VectorSelector } from "../../promql/ast.ts";
import type { MetricType } from "../../world/ports.ts";
import type { RuleContext } from "../check.ts";
import { sourcesOf } from "./sources.ts";

/** The type of a metric, by the word of a backend. */
export interface LiveType {
  readonly type: MetricType;
  /** The environment whose backend says so. */
  readonly where: string;
}

/**
 * The type of a metric as the environments of the file tell it; nothing where none tells, where the exporter told no
 * type, and where they do not agree. Of a part of a histogram or summary (`x_bucket`) it is that of the whole.
 */
export function liveType({ facts }: RuleContext, selector: VectorSelector): LiveType | undefined {
  const metric = selector.name;
  // When a counter began is told with the counter, and is no counter.
  if (metric === undefined || metric.endsWith("_created")) return undefined;
  let found: LiveType | undefined;
  for (const { live, name } of sourcesOf(facts, selector)) {
    const presence = live.presence(metric);
    if (presence.status === "unavailable" || !presence.value.exists) continue;
    const fact = live.metadata(metric);
    // A part of a federation may know it as something else.
    if (fact.status !== "ok") return undefined;
    const type = fact.value?.type;
    if (type === undefined || type === "unknown") return undefined;
    if (found !== undefined && found.type !== type) return undefined;
    found ??= { type, where: name };
  }
  return found;
}
