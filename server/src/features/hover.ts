import type { CancellationToken } from "../base/cancellation.ts";
import { parseDuration } from "../promql/literals.ts";
import { outline } from "../promql/outline.ts";
import { parseExpr } from "../promql/parse.ts";
import { unquoted } from "../promql/quote.ts";
import { selectorText } from "../promql/selector-text.ts";
import type { Word } from "../promql/sketch.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { type Budget, unlimited } from "./budget.ts";
import { functionDoc } from "./completion-resolve.ts";
import { embeddedAt } from "./embedded.ts";
import { labelChange } from "./hover-labels.ts";
import { type HoverRequest, labelDoc, matcherDoc, metricDoc } from "./hover-live.ts";
import { hoverMonitor } from "./hover-monitor.ts";
import { hoverProject } from "./hover-project.ts";
import { hoverRule, hoverText } from "./hover-rule.ts";
import { lastRunOfExpression } from "./hover-run.ts";
import { keywordDoc } from "./keyword-docs.ts";
import { code, type MarkupText, markup, paragraphs, plain } from "./markdown.ts";
import { hoverTests } from "./tests/hover.ts";
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
  if (cursor === undefined)
    return (
      (await hoverRule({ snapshot, token, budget, now }, offset)) ??
      (await hoverText({ snapshot, token, budget, now }, offset)) ??
      hoverProject(snapshot, offset) ??
      hoverTests(snapshot, offset) ??
      hoverMonitor(snapshot, offset)
    );
  const word = wordAt(outline(cursor.text, 0).words, cursor.offset);
  if (word === undefined) return undefined;
  const doc = await docOf(word, cursor.text, { snapshot, token, budget, now });
  const labels = labelWords.has(word.role)
    ? labelChange(snapshot, cursor.text, word.token.span.start)
    : undefined;
  const contents = labels === undefined ? doc : paragraphs([doc, labels]);
  return contents === undefined ? undefined : { contents, span: cursor.toFile(word.token.span) };
}

/** What may do something to labels. */
const labelWords: ReadonlySet<Word["role"]> = new Set(["function", "aggregation", "operator", "keyword"]);

/** The word that the offset is in; behind its last character only if none begins there. */
function wordAt(words: readonly Word[], offset: number): Word | undefined {
  const within = words.find(({ token: { span } }) => span.start <= offset && offset < span.end);
  return within ?? words.find(({ token: { span } }) => span.end === offset);
}

async function docOf(word: Word, text: string, request: HoverRequest): Promise<MarkupText | undefined> {
  const { token, role, selector, matcher } = word;
  switch (role) {
    case "metric":
      return await metricDoc(token.text, request);
    case "metric-string":
      return await metricDoc(unquoted(token.text), request);
    case "value":
      if (matcher?.name === "__name__" && matcher.operator?.text === "=")
        return await metricDoc(unquoted(token.text), request);
      return await valueDoc(word, request);
    case "function":
    case "aggregation":
      return paragraphs([functionDoc(token.text), lastRunOfExpression(text, request.snapshot, request.now)]);
    case "duration":
      return durationDoc(token.text);
    case "label":
    case "grouping": {
      const name = token.kind === "string" ? unquoted(token.text) : token.text;
      const scope = selector === undefined ? undefined : selectorText(selector, matcher);
      return await labelDoc(name, scope, request);
    }
    case "keyword":
    case "operator": {
      return keywordDoc(token.text);
    }
    default:
      return undefined;
  }
}

/** A duration in seconds. */
function durationDoc(text: string): MarkupText | undefined {
  const { value, error } = parseDuration(text);
  return error === undefined
    ? markup`${code(text)} = ${plain(`${value.toLocaleString("en")} s`)}`
    : undefined;
}

/** What a matcher takes of its label's values. */
async function valueDoc({ selector, matcher }: Word, request: HoverRequest): Promise<MarkupText | undefined> {
  if (selector === undefined || matcher?.operator === undefined || matcher.value === undefined)
    return undefined;
  const written = `${matcher.nameToken.text}${matcher.operator.text}${matcher.value.text}`;
  const { expr } = parseExpr(`x{${written}}`);
  const [read] = expr?.kind === "selector" ? expr.matchers : [];
  if (read === undefined) return undefined;
  return await matcherDoc(read, written, selectorText(selector, matcher), selectorText(selector), request);
}
