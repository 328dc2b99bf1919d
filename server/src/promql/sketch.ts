import type { Span } from "../base/text.ts";
import type { ScanToken } from "./scan.ts";

/** A label matcher as far as it is typed. */
export interface MatcherSketch {
  /** The decoded name; a string without an operator is a metric's name and stands under `__name__`. */
  name: string;
  readonly nameToken: ScanToken;
  operator: ScanToken | undefined;
  value: ScanToken | undefined;
}

/** A selector as far as it is typed. */
export interface SelectorSketch {
  readonly name: string | undefined;
  readonly start: number;
  readonly matchers: MatcherSketch[];
}

/** What stands between two operators; `frame` holds what is in its parentheses. */
export interface Operand {
  readonly kind: "selector" | "call" | "aggregate" | "group" | "number" | "string" | "variable";
  readonly name: string;
  readonly token: ScanToken;
  selector: SelectorSketch | undefined;
  frame: Frame | undefined;
  braced: boolean;
  ranged: boolean;
  grouped: boolean;
}

/** A binary operator with the modifiers that were typed behind it. */
export interface Operator {
  readonly kind: "operator";
  readonly operator: string;
  readonly token: ScanToken;
  bool: boolean;
  matching: boolean;
  grouping: boolean;
}

export type Item = Operand | Operator;

/** What may come next in a frame. */
export type Mode = "operand" | "operator" | "duration" | "at" | "name" | "match" | "value" | "end";

/** An open bracket, or the whole text. */
export interface Frame {
  readonly kind: "top" | "group" | "call" | "aggregate" | "braces" | "range" | "labels" | "fill";
  /** The function, the aggregation, or the keyword before a list of labels. */
  readonly name: string;
  readonly parent: Frame | undefined;
  /** What the bracket belongs to. */
  readonly owner: Item | undefined;
  readonly open: Span | undefined;
  close: Span | undefined;
  mode: Mode;
  /** Operands and operators of each argument. */
  readonly args: Item[][];
  last: Operand | undefined;
  /** The operator whose right side has not begun. */
  operator: Operator | undefined;
  /** A keyword that waits for its list of labels. */
  awaiting: { readonly keyword: string; readonly owner: Item | undefined } | undefined;
  matcher: MatcherSketch | undefined;
  /** Names in a list of labels. */
  readonly labels: string[];
  /** In `[range:step]`, which of the two. */
  step: boolean;
  depth: number;
}

export type Role =
  | "metric"
  | "function"
  | "aggregation"
  | "keyword"
  | "label"
  | "value"
  | "metric-string"
  | "grouping"
  | "number"
  | "duration"
  | "string"
  | "operator"
  | "variable";

/** A token with what it is; brackets and commas have none. */
export interface Word {
  readonly token: ScanToken;
  role: Role;
  readonly frame: Frame;
  readonly selector: SelectorSketch | undefined;
  readonly matcher: MatcherSketch | undefined;
}

/** The state of the text before one offset, taken on the way. */
export interface Stop {
  readonly frame: Frame;
  readonly mode: Mode;
  readonly last: Operand | undefined;
  readonly operator: Operator | undefined;
  readonly awaiting: Frame["awaiting"];
  readonly matcher: MatcherSketch | undefined;
  readonly step: boolean;
  /** Which argument of each open bracket it is, from the innermost on. */
  readonly path: readonly { readonly frame: Frame; readonly argument: number }[];
}

/** A bracket that has just been opened. */
export function makeFrame(
  kind: Frame["kind"],
  name: string,
  parent: Frame | undefined,
  owner: Item | undefined,
  open: Span | undefined,
): Frame {
  return {
    kind,
    name,
    parent,
    owner,
    open,
    close: undefined,
    mode: "operand",
    args: [[]],
    last: undefined,
    operator: undefined,
    awaiting: undefined,
    matcher: undefined,
    labels: [],
    step: false,
    depth: 0,
  };
}

/** All selectors in a list of operands and in the brackets below them. */
export function selectorsIn(items: readonly Item[]): readonly SelectorSketch[] {
  const found: SelectorSketch[] = [];
  const stack = [...items];
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    if (item.kind === "operator") continue;
    if (item.selector !== undefined) found.push(item.selector);
    for (const list of item.frame?.args ?? []) stack.push(...list);
  }
  return found.sort((a, b) => a.start - b.start);
}
