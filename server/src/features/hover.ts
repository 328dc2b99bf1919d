import type { CancellationToken } from "../base/cancellation.ts";
import { outline } from "../promql/outline.ts";
import { unquoted } from "../promql/quote.ts";
import { selectorText } from "../promql/selector-text.ts";
import type { Word } from "../promql/sketch.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { type Budget, unlimited } from "./budget.ts";
import { functionDoc } from "./completion-resolve.ts";
import { embeddedAt } from "./embedded.ts";
import { type HoverRequest, labelDoc, metricDoc } from "./hover-live.ts";
import { hoverMonitor } from "./hover-monitor.ts";
import { keywordSummary } from "./keyword-docs.ts";
import { code, type MarkupText, markup, plain } from "./markdown.ts";
import type { Hover } from "./types.ts";

/**
 * What is known of the word under the cursor. `now` is the time in milliseconds from which the age of facts is
 * told; `budget` bounds the look-ups.
 */
export async function hover(
  snapshot: Snapshot,
  offset: number,
  token: CancellationToken,
  budget: Budget = unlimited,
  now: number = Date.now(),
): Promise<Hover | undefined> {
  const cursor = embeddedAt(snapshot, offset);
  if (cursor === undefined) return hoverMonitor(snapshot, offset);
  const word = wordAt(outline(cursor.text, 0).words, cursor.offset);
  if (word === undefined) return undefined;
  const contents = await docOf(word, { snapshot, token, budget, now });
  return contents === undefined ? undefined : { contents, span: cursor.toFile(word.token.span) };
}

/** The word that the offset is in; behind its last character only if none begins there. */
function wordAt(words: readonly Word[], offset: number): Word | undefined {
  const within = words.find(({ token: { span } }) => span.start <= offset && offset < span.end);
  return within ?? words.find(({ token: { span } }) => span.end === offset);
}

async function docOf(word: Word, request: HoverRequest): Promise<MarkupText | undefined> {
  const { token, role, selector, matcher } = word;
  switch (role) {
    case "metric":
      return await metricDoc(token.text, request);
    case "metric-string":
      return await metricDoc(unquoted(token.text), request);
    case "value":
      if (matcher?.name !== "__name__" || matcher.operator?.text !== "=") return undefined;
      return await metricDoc(unquoted(token.text), request);
    case "function":
    case "aggregation":
      return functionDoc(token.text);
    case "label":
    case "grouping": {
      const name = token.kind === "string" ? unquoted(token.text) : token.text;
      const scope = selector === undefined ? undefined : selectorText(selector, matcher);
      return await labelDoc(name, scope, request);
    }
    case "keyword":
    case "operator": {
      const summary = keywordSummary(token.text.toLowerCase());
      return summary === undefined ? undefined : markup`${code(token.text)}: ${plain(summary)}.`;
    }
    default:
      return undefined;
  }
}
