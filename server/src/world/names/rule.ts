import type { LineIndex, Range, Span } from "../../base/text.ts";
import type { EmbeddedText } from "../../model/document.ts";
import type { RuleModel } from "../../model/rules.ts";
import type { Expr } from "../../promql/ast.ts";
import { parseExpr } from "../../promql/parse.ts";
import { printExpr } from "../../promql/print.ts";
import { selectors } from "../../promql/walk.ts";
import { stringMap, textOf, valueAt } from "../../yaml/access.ts";
import type { YamlNode, YamlScalar } from "../../yaml/node.ts";
import { textUsesOf } from "./template-uses.ts";

/** A group of rules of a file. The same object as long as its place, name and labels are the same. */
export interface NamedGroup {
  readonly name: string;
  /** Its place among the groups of the file. */
  readonly index: number;
  readonly labels: ReadonlyMap<string, string>;
  /** As it is written; nothing where the server's counts. */
  readonly interval: string | undefined;
}

/** Rules with names that stand in a row in a file. The same object as long as they are the same. */
export interface RuleRow {
  readonly rules: readonly NamedRule[];
}

/** Where rules stand: a file, as it is now. */
export interface Standing {
  readonly uri: string;
  readonly path: string;
  readonly lines: LineIndex;
  /** How many rules with names stand before the row. */
  startOf(row: RuleRow): number;
  /** Where the offsets of the rule begin that is the n-th of the row. */
  baseOf(row: RuleRow, at: number): number;
}

/** A span of a file, with its lines. */
export interface NamePlace {
  readonly uri: string;
  readonly path: string;
  readonly span: Span;
  readonly range: Range;
}

/** A name that an expression reads. */
export interface NameUse {
  /** A metric; or the alert whose state `ALERTS{alertname="…"}` asks for. */
  readonly kind: "metric" | "alert";
  readonly name: string;
  /** The name itself, in the text of the expression. */
  readonly span: Span;
  /** It is read as it was before, with `offset` or `@`. */
  readonly past?: true;
}

const none: ReadonlyMap<string, string> = new Map();

/** What is refused by some features is still read: an index is no judge. */
const lenient = {
  experimentalFunctions: true,
  fillModifiers: true,
  thanosFunctions: true,
  unquotedUtf8Names: true,
} as const;

/**
 * An alert or recording rule with its name, as the index keeps it. The same object as long as the rule and its group
 * stay as they are; only where it stands changes with its file.
 */
export class NamedRule {
  readonly kind: "alert" | "record";
  readonly name: string;
  /** Offsets count from where the rule's nodes do; `placeOf` turns them into those of the file. */
  readonly nameScalar: YamlScalar;
  readonly span: Span;
  readonly expr: EmbeddedText | undefined;
  /** Those of the rule, over those of its group. */
  readonly labels: ReadonlyMap<string, string>;
  /** Templates of an alert; only rule unit tests are compared with them. */
  readonly annotations: ReadonlyMap<string, string>;
  /** What the queries in its templates read; spans count like those of its nodes. */
  readonly textUses: readonly NameUse[];
  readonly group: NamedGroup;
  /** Kind, name and labels: rules with the same write the same series where their expressions return the same labels. */
  readonly series: string;
  /** `for` and `keep_firing_for`, as they are written. */
  readonly timing: string;
  /** The expression without its spaces and line breaks: equal ones mean the same. */
  readonly compact: string;
  /** The item of the list of rules; a file that nobody checks needs no more of it than its name and expression. */
  readonly node: WeakRef<YamlNode>;
  #place: RulePlace = { file: nowhere, row: { rules: [] }, at: 0, rule: this };
  #tree: { readonly expr: Expr | undefined; readonly isWhole: boolean } | undefined;
  #printed: string | undefined;
  #uses: readonly NameUse[] | undefined;

  constructor(rule: RuleModel, name: YamlScalar, labels: ReadonlyMap<string, string>, group: NamedGroup) {
    this.kind = rule.kind === "alert" ? "alert" : "record";
    this.name = name.value;
    this.nameScalar = name;
    this.span = rule.node.span;
    this.expr = rule.expr;
    this.labels = labels;
    this.annotations = rule.annotations === undefined ? none : stringMap(rule.annotations);
    this.textUses = textUsesOf(rule);
    this.group = group;
    this.series = seriesOf(this.kind, this.name, labels);
    this.timing =
      this.kind === "record"
        ? ""
        : `${textOf(valueAt(rule.node, "for")) ?? ""} ${textOf(valueAt(rule.node, "keep_firing_for")) ?? ""}`;
    this.compact = compactOf(rule.expr?.text ?? "");
    this.node = new WeakRef<YamlNode>(rule.node);
  }

  /** Tells where the rule stands: it is the n-th of a row of the file. */
  stand(file: Standing, row: RuleRow, at: number): void {
    this.#place.file = file;
    this.#place.row = row;
    this.#place.at = at;
  }

  /** Stands for a rule of the version before: who has kept that one is led to this. */
  standFor(before: NamedRule): void {
    this.#place = Object.assign(before.#place, { ...this.#place, rule: this });
  }

  get uri(): string {
    return this.#place.file.uri;
  }

  get path(): string {
    return this.#place.file.path;
  }

  /** Its place among the rules of its file that have names. */
  get at(): number {
    const { file, row, at } = this.#place;
    return file.startOf(row) + at;
  }

  /** Where the offsets of its nodes begin in the file. */
  get base(): number {
    const { file, row, at } = this.#place;
    return file.baseOf(row, at);
  }

  placeOf({ start, end }: Span): NamePlace {
    const { base } = this;
    const span = { start: base + start, end: base + end };
    return { uri: this.uri, path: this.path, span, range: this.#place.file.lines.range(span) };
  }

  /** The name without its quotes. */
  get namePlace(): NamePlace {
    const { rule } = this.#place;
    return this.placeOf(rule.nameScalar.map.spanToSource({ start: 0, end: rule.name.length }));
  }

  /** The file's place of a span of the expression. */
  exprPlace(span: Span): NamePlace {
    return this.placeOf(this.expr?.map.spanToSource(span) ?? this.nameScalar.span);
  }

  /** Its expression; nothing where it cannot be parsed. */
  get tree(): Expr | undefined {
    const { expr, isWhole } = this.#parsed;
    return isWhole ? expr : undefined;
  }

  /** Of a broken expression as much as can be read. */
  get #parsed(): { readonly expr: Expr | undefined; readonly isWhole: boolean } {
    if (this.#tree === undefined) {
      const parsed = this.expr === undefined ? undefined : parseExpr(this.expr.text, lenient);
      this.#tree = { expr: parsed?.expr, isWhole: parsed?.errors.length === 0 };
    }
    return this.#tree;
  }

  /** Its expression as Prometheus prints it; empty where it cannot be parsed. */
  get printed(): string {
    this.#printed ??= this.tree === undefined ? "" : printExpr(this.tree);
    return this.#printed;
  }

  /** What its expression reads, in the order of the text. */
  get uses(): readonly NameUse[] {
    const { expr } = this.#parsed;
    this.#uses ??= expr === undefined ? [] : usesOf(expr);
    return this.#uses;
  }
}

/** Where a rule stands, and which object tells of it now. */
interface RulePlace {
  file: Standing;
  row: RuleRow;
  at: number;
  rule: NamedRule;
}

const nowhere: Standing = {
  uri: "",
  path: "",
  get lines(): LineIndex {
    throw new Error("a rule that stands in no file has no lines");
  },
  startOf: () => 0,
  baseOf: () => 0,
};

/** Blanks count in strings and behind comments, so that texts with these are left as they are. */
function compactOf(expr: string): string {
  if (!/\s/.test(expr)) return expr;
  if (/["'`#]/.test(expr)) return expr.trim();
  return expr.trim().replace(/\s+/g, " ");
}

function seriesOf(kind: string, name: string, labels: ReadonlyMap<string, string>): string {
  if (labels.size === 0) return `${kind}\0${name}`;
  // Nearly all alerts have a severity and nothing else, and of one there is nothing to sort.
  if (labels.size === 1) for (const [label, value] of labels) return `${kind}\0${name}\0${label}\0${value}`;
  const pairs = [...labels].sort(([a], [b]) => (a < b ? -1 : 1));
  return [kind, name, ...pairs.flat()].join("\0");
}

/** The metrics that Prometheus itself writes of alerts. */
export const alertMetrics: ReadonlySet<string> = new Set(["ALERTS", "ALERTS_FOR_STATE"]);

/** The metrics that an expression reads, and the alerts whose state it asks for. */
export function usesOf(expr: Expr): readonly NameUse[] {
  const uses: NameUse[] = [];
  for (const { name, nameSpan, matchers, offset, at } of selectors(expr)) {
    if (name === undefined) continue;
    const inside = matchers.find((matcher) => matcher.name === "__name__");
    const quoted = inside === undefined ? undefined : inner(inside.valueSpan);
    const span = nameSpan ?? quoted;
    if (span !== undefined)
      uses.push({ kind: "metric", name, span, ...((offset ?? at) ? ({ past: true } as const) : {}) });
    if (!alertMetrics.has(name)) continue;
    for (const { name: label, operator, value, valueSpan } of matchers)
      if (label === "alertname" && value !== "")
        for (const use of alertsIn(operator, value, inner(valueSpan))) uses.push({ kind: "alert", ...use });
  }
  return uses;
}

/** A regex that is a list of plain words names each of them. */
export function* alertsIn(
  operator: string,
  value: string,
  span: Span,
): Iterable<{ readonly name: string; readonly span: Span }> {
  if (operator === "=" || operator === "!=") {
    yield { name: value, span };
    return;
  }
  // What is written in escapes has other places than its value.
  if (span.end - span.start !== value.length || !/^[\w:]+(?:\|[\w:]+)*$/.test(value)) return;
  let at = span.start;
  for (const word of value.split("|")) {
    yield { name: word, span: { start: at, end: at + word.length } };
    at += word.length + 1;
  }
}

function inner({ start, end }: Span): Span {
  return { start: start + 1, end: Math.max(start + 1, end - 1) };
}
