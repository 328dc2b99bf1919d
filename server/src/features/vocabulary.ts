import { touches } from "../base/text.ts";
import { outline } from "../promql/outline.ts";
import { metricOf } from "../promql/selector-text.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { type EmbeddedCursor, embeddedTexts, rulesOf } from "./embedded.ts";
import { testedMetrics } from "./tests/completion.ts";

/** What the expressions of a file already name; of use where no backend answers. */
export interface Vocabulary {
  readonly metrics: ReadonlySet<string>;
  readonly labels: ReadonlySet<string>;
  readonly durations: ReadonlySet<string>;
  /** What the file's recording rules record, with their expressions. */
  readonly recorded: ReadonlyMap<string, string>;
  readonly alerts: ReadonlySet<string>;
}

/** So many expressions on either side of the cursor are read: what is near is what is meant. */
const reach = 200;

/** Reads the words of all expressions of the file but the word under the cursor. */
export function vocabularyOf(snapshot: Snapshot, cursor: EmbeddedCursor): Vocabulary {
  const metrics = new Set<string>();
  const labels = new Set<string>();
  const durations = new Set<string>();
  const all = embeddedTexts(snapshot);
  const own = all.findIndex(({ scalar }) => scalar !== undefined && scalar.span.end >= cursor.fileOffset);
  const middle = own < 0 ? all.length : own;
  const others = all
    .slice(Math.max(0, middle - reach), middle + reach)
    .filter(({ text }) => text !== cursor.text.trimEnd());
  for (const text of [cursor.text, ...others.map((other) => other.text)]) {
    for (const { role, token, matcher, selector } of outline(text, 0).words) {
      if (text === cursor.text && touches(token.span, cursor.offset)) continue;
      const metric = selector === undefined ? undefined : metricOf(selector);
      if (metric !== undefined && role !== "label") metrics.add(metric);
      if (role === "label" && matcher !== undefined) labels.add(matcher.name);
      else if (role === "grouping" && token.kind === "word") labels.add(token.text);
      else if (role === "duration") durations.add(token.text);
    }
  }
  const recorded = new Map<string, string>();
  const alerts = new Set<string>();
  for (const { kind, name, expr } of rulesOf(snapshot)) {
    if (name === undefined) continue;
    if (kind === "record") recorded.set(name.value, expr?.text ?? "");
    else if (kind === "alert") alerts.add(name.value);
  }
  for (const name of testedMetrics(snapshot)) metrics.add(name);
  return { metrics, labels, durations, recorded, alerts };
}
