import { quoteGo } from "../../server/src/base/go-text.ts";
import type {
  AtModifier,
  DurationExpr,
  Expr,
  ParseResult,
  ParserOptions,
  VectorMatching,
  VectorSelector,
} from "../../server/src/promql/ast.ts";
import { type BuiltSelector, upstreamEnd } from "../../server/src/promql/build.ts";
import { parseExpr } from "../../server/src/promql/parse.ts";
import { children } from "../../server/src/promql/walk.ts";
import type { ExprAnswer, Oracle } from "./oracle.ts";

export const defaults: ParserOptions = {};
export const unquotedNames: ParserOptions = { unquotedUtf8Names: true };
export const allOptions: ParserOptions = { experimentalFunctions: true, fillModifiers: true };

const bytes = new DataView(new ArrayBuffer(8));

function hex(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  bytes.setFloat64(0, value);
  return bytes.getBigUint64(0).toString(16).padStart(16, "0");
}

/** What Go makes of a float that it converts to 64 bits, on amd64. */
function int64(value: number): string {
  const rounded = Math.sign(value) * Math.round(Math.abs(value));
  if (!(rounded < 2 ** 63 && rounded >= -(2 ** 63))) return "-9223372036854775808";
  return BigInt(rounded).toString();
}

function quotedList(names: readonly string[]): string {
  return `[${names.map(quoteGo).join(" ")}]`;
}

function durationExpr(duration: DurationExpr): string {
  const { operation } = duration;
  if (operation === undefined) return hex(duration.seconds ?? Number.NaN);
  const operands = [operation.left, operation.right].filter((operand) => operand !== undefined);
  const parts = [
    operation.operator,
    ...(operation.wrapped ? ["wrapped"] : []),
    ...operands.map(durationExpr),
  ];
  return `(${parts.join(" ")})`;
}

function duration(of: DurationExpr | undefined): string {
  if (of === undefined) return " 0";
  return ` ${of.seconds === undefined ? durationExpr(of) : int64(of.seconds * 1e9)}`;
}

function at(modifier: AtModifier | undefined): string {
  if (modifier === undefined) return "";
  return modifier.timestamp === undefined ? ` @${modifier.kind}` : ` @${int64(modifier.timestamp * 1000)}`;
}

function matching(of: VectorMatching | undefined): string {
  if (of === undefined) return " unmatched";
  const names = (list: VectorMatching["labels"]) => quotedList(list.map(({ name }) => name));
  const left = of.fillLeft === undefined ? "" : ` left=${hex(of.fillLeft)}`;
  const right = of.fillRight === undefined ? "" : ` right=${hex(of.fillRight)}`;
  return ` ${of.cardinality} on=${of.on === true} ${names(of.labels)} ${names(of.include)}${left}${right}`;
}

function selector(node: VectorSelector): string {
  const name = node.nameSpan === undefined ? "" : (node.name ?? "");
  const matchers = node.matchers.map((m) => ` ${quoteGo(m.name)}${m.operator}${quoteGo(m.value)}`).join("");
  const modifier = node.rangeModifier === undefined ? "" : ` ${node.rangeModifier}`;
  const both = (node as BuiltSelector).bothRangeModifiers ? " both" : "";
  return ` ${quoteGo(name)}${matchers}${modifier}${both}${duration(node.offset)}${at(node.at)}`;
}

const goKinds: Readonly<Record<Expr["kind"], string>> = {
  number: "NumberLiteral",
  string: "StringLiteral",
  selector: "VectorSelector",
  matrix: "MatrixSelector",
  subquery: "SubqueryExpr",
  aggregate: "AggregateExpr",
  call: "Call",
  binary: "BinaryExpr",
  unary: "UnaryExpr",
  paren: "ParenExpr",
};

function details(node: Expr): string {
  switch (node.kind) {
    case "number":
      return ` ${hex(node.value)} ${node.duration}`;
    case "string":
      return ` ${quoteGo(node.value)}`;
    case "selector":
      return selector(node);
    case "matrix":
      return duration(node.range);
    case "subquery":
      return duration(node.range) + duration(node.step) + duration(node.offset) + at(node.at);
    case "aggregate":
      return ` ${node.operator} without=${node.without} ${quotedList((node.grouping ?? []).map(({ name }) => name))}`;
    case "call":
      return ` ${node.name}`;
    case "binary":
      return ` ${node.operator} bool=${node.bool}${matching(node.matching)}`;
    case "unary":
      return ` ${node.operator}`;
    case "paren":
      return "";
  }
}

/** UTF-16 offsets of a text to byte offsets. */
function byteOffsets(text: string): (offset: number) => number {
  let ascii = true;
  for (let i = 0; i < text.length && ascii; i++) ascii = text.charCodeAt(i) < 0x80;
  if (ascii) return (offset) => offset;
  return (offset) => Buffer.byteLength(text.slice(0, offset));
}

/** Byte offsets of a text to UTF-16 offsets. */
export function utf16Offsets(text: string): (offset: number) => number {
  const utf8 = Buffer.from(text);
  if (utf8.length === text.length) return (offset) => offset;
  return (offset) => utf8.subarray(0, offset).toString("utf8").length;
}

/** Our tree as `program/dump.go` writes Prometheus'; the ends are those that Prometheus believes in. */
function dump(text: string, expr: Expr): string {
  const toBytes = byteOffsets(text);
  const write = (node: Expr): string => {
    const range = `${toBytes(node.span.start)}-${toBytes(upstreamEnd(node))}`;
    const below = children(node).map((child) => ` ${write(child)}`);
    return `(${goKinds[node.kind]} ${range}${details(node)}${below.join("")})`;
  };
  return write(expr);
}

/** How our answer for a text differs from Prometheus'; nothing where it does not. */
export function difference(text: string, ours: ParseResult, theirs: ExprAnswer): string | undefined {
  const toUtf16 = utf16Offsets(text);
  const list = (errors: readonly { start: number; message: string }[]): string =>
    errors.length === 0
      ? "  accepts"
      : errors.map(({ start, message }) => `  ${start}: ${message}`).join("\n");
  const want = list(theirs.errors.map(({ start, message }) => ({ start: toUtf16(start), message })));
  const got = list(ours.errors.map(({ span, message }) => ({ start: span.start, message })));
  if (want !== got) return `Prometheus:\n${want}\nours:\n${got}`;
  if (theirs.errors.length > 0) return undefined;
  if (ours.expr === undefined) return "no tree";
  if (ours.expr.type !== theirs.type) return `type ${ours.expr.type}, not ${theirs.type}`;
  const tree = dump(text, ours.expr);
  return tree === theirs.tree ? undefined : `Prometheus:\n  ${theirs.tree}\nours:\n  ${tree}`;
}

export interface Mismatch {
  readonly text: string;
  readonly options: ParserOptions;
  readonly difference: string;
}

/** Those of the texts for which we answer otherwise than Prometheus, with each of the options. */
export async function mismatches(
  oracle: Oracle,
  texts: Iterable<string>,
  options: readonly ParserOptions[] = [defaults, allOptions],
): Promise<Mismatch[]> {
  const found: Mismatch[] = [];
  let batch: Promise<void>[] = [];
  for (const text of texts) {
    for (const option of options) {
      const ask = async (): Promise<void> => {
        const differs = difference(text, parseExpr(text, option), await oracle.expr(text, option));
        if (differs !== undefined) found.push({ text, options: option, difference: differs });
      };
      batch.push(ask());
    }
    if (batch.length < 500) continue;
    await Promise.all(batch);
    batch = [];
  }
  await Promise.all(batch);
  return found;
}

/** The mismatches for a person to read, the first few of them. */
export function report(found: readonly Mismatch[]): string {
  return found
    .slice(0, 10)
    .map(({ text, options, difference: differs }) => {
      const named = Object.keys(options).join(", ");
      return `${JSON.stringify(text)}${named === "" ? "" : ` (${named})`}\n${differs}`;
    })
    .join("\n\n");
}
