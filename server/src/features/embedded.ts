import { type Span, touches } from "../base/text.ts";
import type { EmbeddedText, SourceDocument } from "../model/document.ts";
import { embeddedPromql, type RuleModel } from "../model/rules.ts";
import type { ParseResult } from "../promql/ast.ts";
import { parseExpr } from "../promql/parse.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { featuresOf as enabledFeatures } from "../world/spoken.ts";
import { asScalar, keyOf } from "../yaml/access.ts";
import type { ScalarStyle, YamlMap, YamlPair, YamlScalar } from "../yaml/node.ts";
import { writtenExpressions } from "./written.ts";

/** The embedded PromQL under the cursor. */
export interface EmbeddedCursor {
  /** The decoded text; behind its end with the blanks up to the cursor, which YAML drops. */
  readonly text: string;
  /** The cursor in `text`. */
  readonly offset: number;
  /** The cursor in the file: folded lines have places that stand for no place of their own in `text`. */
  readonly fileOffset: number;
  /** The style of the scalar that holds it; nothing for a `.promql` file. */
  readonly style: ScalarStyle | undefined;
  /** The rule whose expression it is; nothing for a `.promql` file. */
  readonly rule: RuleModel | undefined;
  /** It is a metric with its labels as tests write them, no expression: nothing but names, labels and `=`. */
  readonly isSeries?: boolean | undefined;
  /** The file span of a span of `text`. */
  toFile(of: Span): Span;
}

/** Parses an expression as the environments of the file would: with the features that are on there. */
export function parseWith(snapshot: Snapshot, text: string): ParseResult {
  const features = featuresOf(snapshot);
  return parseExpr(text, {
    experimentalFunctions: features.has("promql-experimental-functions"),
    fillModifiers: features.has("promql-binop-fill-modifiers"),
  });
}

/** Features that are on in the settings or in an environment of the file. */
export function featuresOf(snapshot: Snapshot): ReadonlySet<string> {
  return new Set(enabledFeatures(snapshot));
}

/** All rules of a document in order. */
export function rulesOf({ document }: Snapshot): readonly RuleModel[] {
  return document.parts.flatMap(({ model }) =>
    model.kind === "rules" || model.kind === "PrometheusRule"
      ? model.rules.groups.flatMap((group) => group.rules)
      : [],
  );
}

/** A place of a document in which PromQL stands, or is to be typed. */
interface Slot {
  /** The mapping, and the key in it. */
  readonly node: YamlMap;
  readonly key: string;
  readonly expr: EmbeddedText | undefined;
  readonly rule?: RuleModel | undefined;
  readonly isSeries?: boolean | undefined;
}

/** The expressions of rules, in order. */
function ruleSlots(snapshot: Snapshot): readonly Slot[] {
  const rules = [...rulesOf(snapshot), ...plainRules(snapshot.document)];
  return rules.map((rule) => ({ node: rule.node, key: "expr", expr: rule.expr, rule }));
}

/** The rules in a template of a chart of whose expressions Helm writes nothing: they are what stands there. */
function plainRules(document: SourceDocument): readonly RuleModel[] {
  return document.chart === undefined ? [] : [...writtenExpressions(document)].map(({ rule }) => rule);
}

/** The expressions and the metrics in rule unit tests. */
function testSlots({ document }: Snapshot): readonly Slot[] {
  const series = (node: YamlMap, key: string, scalar: YamlScalar | undefined): Slot => ({
    node,
    key,
    expr: scalar === undefined ? undefined : embeddedPromql(scalar),
    isSeries: true,
  });
  return document.parts.flatMap(({ model }) =>
    model.kind !== "rule-tests"
      ? []
      : model.tests.tests.flatMap((test) => [
          ...test.series.map((one) => series(one.node, "series", one.series)),
          ...test.exprs.flatMap(({ node, expr, samples }) => [
            { node, key: "expr", expr },
            ...samples.map((sample) => series(sample.node, "labels", sample.labels)),
          ]),
        ]),
  );
}

/** All PromQL of a document in order. */
export function embeddedTexts(snapshot: Snapshot): readonly EmbeddedText[] {
  const texts = snapshot.document.parts.flatMap(({ model }) =>
    model.kind === "promql" ? [model.expression] : [],
  );
  const slots = [...ruleSlots(snapshot), ...testSlots(snapshot)];
  return [...texts, ...slots.flatMap(({ expr }) => (expr === undefined ? [] : [expr]))];
}

/**
 * The PromQL at a file offset, also where the value is still empty (`expr:`, `expr: |`) and where the cursor
 * stands behind blanks at its end.
 */
export function embeddedAt(snapshot: Snapshot, offset: number): EmbeddedCursor | undefined {
  for (const { model } of snapshot.document.parts) {
    if (model.kind === "promql") return cursorIn(model.expression, {}, offset);
  }
  for (const slot of [...ruleSlots(snapshot), ...testSlots(snapshot)]) {
    if (!around(slot.node.span, offset)) continue;
    const pair = slot.node.pairs.find((candidate) => keyOf(candidate) === slot.key);
    if (pair === undefined) continue;
    const scalar = asScalar(pair.value);
    if (scalar === undefined) {
      if (slot.rule !== undefined || touches(pair.span, offset)) return lineOf(snapshot, offset);
      continue;
    }
    const open = openQuoted(snapshot, scalar, slot, offset);
    if (open !== undefined) return open;
    const { expr } = slot;
    const inside = expr === undefined ? undefined : cursorIn(expr, slot, offset);
    const found = inside ?? behind(snapshot.document.text, pair, scalar, slot, offset);
    if (found !== undefined) return found;
  }
  return isBroken(snapshot) ? lineOf(snapshot, offset) : undefined;
}

/** Whether the tree of the file is only a guess. */
function isBroken({ document }: Snapshot): boolean {
  const problems = document.stream?.documents.flatMap((part) => part.problems) ?? [];
  return problems.some(({ fatal }) => fatal);
}

/**
 * The rest of a line behind `expr:`, where YAML makes something else of it than text: an expression that
 * begins with a brace, or one with `: ` in it. It must be quoted in the end, but it is PromQL already.
 */
function lineOf({ document }: Snapshot, offset: number): EmbeddedCursor | undefined {
  const isRules = document.parts.some(
    ({ model }) => model.kind === "rules" || model.kind === "PrometheusRule" || model.kind === "rule-tests",
  );
  const { line } = document.lines.positionAt(offset);
  const start = document.lines.lineStart(line);
  const match = /^[ \t]*(?:- +)*(?:expr|series):[ \t]+(?=[^\s"'|>*&!#])/.exec(document.lines.lineText(line));
  if (!isRules || match === null || offset < start + match[0].length) return undefined;
  const from = start + match[0].length;
  const text = document.lines.lineText(line).slice(match[0].length);
  if (/\s#/.test(text)) return undefined;
  return {
    text,
    offset: offset - from,
    fileOffset: offset,
    style: "plain",
    rule: undefined,
    isSeries: match[0].includes("series"),
    toFile: (of) => ({ start: from + of.start, end: from + of.end }),
  };
}

/** A rule's node ends with its last value; blanks behind it may still belong to its expression. */
function around(of: Span, offset: number): boolean {
  return offset >= of.start && offset <= of.end + 1000;
}

function cursorIn(
  embedded: EmbeddedText,
  { rule, isSeries }: Pick<Slot, "rule" | "isSeries">,
  offset: number,
): EmbeddedCursor | undefined {
  const { text, map, scalar } = embedded;
  if (scalar !== undefined && (scalar.type === "null" || !touches(scalar.span, offset))) return undefined;
  if (scalar !== undefined && beforeContent(scalar, map.toSource(0), offset)) return undefined;
  const value = map.toValue(offset);
  if (value === undefined) return undefined;
  return {
    text,
    offset: value,
    fileOffset: offset,
    style: scalar?.style,
    rule,
    isSeries,
    toFile: (of) => fileSpan(embedded, of),
  };
}

/** On the opening quote or the block header there is no text yet. */
function beforeContent(scalar: YamlScalar, contentStart: number, offset: number): boolean {
  return scalar.style !== "plain" && offset < contentStart && scalar.value !== "";
}

/** Empty spans stand where their start does; others end behind their last character. */
function fileSpan({ map }: EmbeddedText, of: Span): Span {
  if (of.start !== of.end) return map.spanToSource(of);
  const at = map.toSource(of.start);
  return { start: at, end: at };
}

/** The cursor behind the value, with nothing but blanks between; on another line it must be indented deeper. */
function behind(
  source: string,
  pair: YamlPair,
  scalar: YamlScalar,
  { rule, expr, isSeries }: Slot,
  offset: number,
): EmbeddedCursor | undefined {
  const empty = scalar.type === "null";
  // An absent value stands somewhere in the blanks behind its colon.
  const end = empty ? source.indexOf(":", pair.key.span.end) + 1 : scalar.span.end;
  if (empty && scalar.span.end > scalar.span.start) return undefined;
  if (offset < end || scalar.style === "single" || scalar.style === "double") return undefined;
  const gap = source.slice(end, offset);
  if (!/^\s*$/.test(gap)) return undefined;
  if (empty && gap === "") return undefined;
  const lastBreak = gap.lastIndexOf("\n");
  if (lastBreak >= 0 && gap.length - lastBreak - 1 <= columnOf(source, pair.key.span.start)) return undefined;
  if (/\S/.test(source.slice(offset).split("\n", 1)[0] ?? "") && lastBreak >= 0) return undefined;
  const value = empty ? "" : scalar.value;
  const toFileOffset = (at: number): number =>
    at >= value.length ? end + (at - value.length) : (expr?.map.toSource(at) ?? end);
  return {
    text: value + gap,
    offset: value.length + gap.length,
    fileOffset: offset,
    style: scalar.style,
    rule,
    isSeries,
    toFile: (of) => ({ start: toFileOffset(of.start), end: toFileOffset(of.end) }),
  };
}

/**
 * A quoted scalar whose closing quote is not typed yet runs on into the lines below. What is meant is its
 * first line, as far as a person can tell.
 */
function openQuoted(
  snapshot: Snapshot,
  { style, span }: YamlScalar,
  { rule, isSeries }: Slot,
  offset: number,
): EmbeddedCursor | undefined {
  if (style !== "single" && style !== "double") return undefined;
  const { text: source } = snapshot.document;
  const rest = source.slice(span.start + 1, span.end);
  const [line = ""] = rest.split(/\r?\n/, 1);
  if (line.length === rest.length || offset > span.start + 1 + line.length || offset <= span.start)
    return undefined;
  if (!isBroken(snapshot)) return undefined;
  const starts: number[] = [];
  let text = "";
  for (const { 0: piece, index } of line.matchAll(style === "single" ? /''|./gs : /\\["\\/]|./gs)) {
    starts.push(span.start + 1 + index);
    text += piece.length === 2 ? piece.charAt(1) : piece;
  }
  starts.push(span.start + 1 + line.length);
  const toFileOffset = (at: number): number => starts[Math.min(at, starts.length - 1)] ?? offset;
  return {
    text,
    offset: starts.findLastIndex((start) => start <= offset),
    fileOffset: offset,
    style,
    rule,
    isSeries,
    toFile: (of) => ({ start: toFileOffset(of.start), end: toFileOffset(of.end) }),
  };
}

function columnOf(source: string, offset: number): number {
  return offset - (source.lastIndexOf("\n", offset - 1) + 1);
}
