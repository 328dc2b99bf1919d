import type { CancellationToken } from "../base/cancellation.ts";
import { completionContext, type Expectation } from "../promql/context.ts";
import { binaryPrecedence, matchOperators } from "../promql/words.ts";
import type { Snapshot } from "../world/snapshot.ts";
import type { Budget } from "./budget.ts";
import { durationItems, durationOperatorItems } from "./completion-durations.ts";
import { expressionItems, metricStringItems } from "./completion-expressions.ts";
import { groupingItems, labelNameItems, labelValueItems, stringArgumentItems } from "./completion-labels.ts";
import { type EmbeddedCursor, featuresOf } from "./embedded.ts";
import { ago } from "./hover-age.ts";
import { keywordSummary } from "./keyword-docs.ts";
import { NameSource } from "./live-names.ts";
import type { PromqlRequest } from "./promql-request.ts";
import { completionList, type Suggestion, type Template } from "./suggestions.ts";
import type { CompletionList } from "./types.ts";
import { vocabularyOf } from "./vocabulary.ts";

/** Names that are older than this are said to be. */
const pastMs = 300_000;

/** Suggestions for PromQL that is being typed; nothing where only a bracket or a comma can follow. */
export async function completePromql(
  snapshot: Snapshot,
  cursor: EmbeddedCursor,
  token: CancellationToken,
  budget: Budget,
  now: number,
): Promise<CompletionList | undefined> {
  const { expects: all } = completionContext(cursor.text, cursor.offset);
  const expects = cursor.isSeries === true ? all.filter(({ kind }) => inSeries.has(kind)) : all;
  if (expects.length === 0) return undefined;
  const request: PromqlRequest = {
    snapshot,
    cursor,
    names: new NameSource(snapshot, token, budget),
    vocabulary: vocabularyOf(snapshot, cursor),
  };
  const lists = await Promise.all(expects.map((expectation) => itemsFor(request, expectation)));
  const items = cursor.isSeries === true ? lists.flat().flatMap(ofSeries) : lists.flat();
  const notes = [...request.names.past]
    .filter(([, asOf]) => now - asOf > pastMs)
    .map(([name, asOf]) => `… names in ${name} are from ${ago(asOf, now)} and may be incomplete`);
  return completionList(items, cursor, request.names.more, notes);
}

/** What may follow in a metric as tests write it. */
const inSeries: ReadonlySet<Expectation["kind"]> = new Set([
  "expression",
  "metric-string",
  "label-name",
  "label-value",
  "match-operator",
]);

/** Tests feed metrics; what rules record comes of them. */
function ofSeries(suggestion: Suggestion): readonly Suggestion[] {
  const { kind, label, group } = suggestion;
  if (kind === "function" || kind === "aggregation" || (kind === "operator" && label !== "=")) return [];
  return [kind === "recording-rule" ? { ...suggestion, group: group + 3 } : suggestion];
}

async function itemsFor(request: PromqlRequest, expectation: Expectation): Promise<readonly Suggestion[]> {
  switch (expectation.kind) {
    case "expression":
      return await expressionItems(request, expectation);
    case "metric-string":
      return await metricStringItems(request, expectation);
    case "label-name":
      return await labelNameItems(request, expectation);
    case "label-value":
      return await labelValueItems(request, expectation);
    case "grouping-label":
      return await groupingItems(request, expectation);
    case "string-argument":
      return await stringArgumentItems(request, expectation);
    case "duration":
      return durationItems(request, expectation);
    case "duration-operator":
      return durationOperatorItems(expectation);
    case "operator":
      return [...binaryPrecedence.keys()].map((operator) =>
        fixed(operator, "operator", [operator], expectation, 5),
      );
    case "match-operator":
      return matchOperators.map((operator) => fixed(operator, "operator", [operator], expectation, 0));
    case "at-modifier":
      return ["start()", "end()"].map((word) => fixed(word, "keyword", [word], expectation, 0));
    case "keyword":
      return keywordItems(request, expectation);
  }
}

const listKeywords = new Set(["by", "without", "on", "ignoring", "group_left", "group_right"]);

function keywordItems(
  { snapshot, cursor }: PromqlRequest,
  expectation: Extract<Expectation, { kind: "keyword" }>,
): readonly Suggestion[] {
  const listFollows = cursor.text.slice(expectation.span.end).trimStart().startsWith("(");
  const fills = featuresOf(snapshot).has("promql-binop-fill-modifiers");
  return expectation.words.flatMap((word): Suggestion[] => {
    if (word.startsWith("fill") && !fills) return [];
    const opens = listKeywords.has(word) && !listFollows;
    const insert: Template = opens
      ? [`${word} (`, 1, ")"]
      : word.startsWith("fill")
        ? [`${word}(`, 1, ")"]
        : [word];
    const item = fixed(word, "keyword", insert, expectation, 2);
    return [opens ? { ...item, retrigger: "suggest" } : item];
  });
}

function fixed(
  label: string,
  kind: "operator" | "keyword",
  insert: Template,
  { span }: Expectation,
  group: number,
): Suggestion {
  return { label, kind, insert, span, group, detail: keywordSummary(label) };
}
