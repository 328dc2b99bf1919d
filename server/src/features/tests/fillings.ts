import type { Expr } from "../../promql/ast.ts";
import { walk } from "../../promql/walk.ts";
import type { TestMetric } from "./test-series.ts";

/** The samples of a series of a test in promtool's notation; nothing where it is left out. */
export type Filling = (metric: TestMetric, at: number) => string | undefined;

/** How many samples, and how many seconds lie between two. */
export interface Grid {
  readonly count: number;
  readonly seconds: number;
}

/** Numbers that an expression compares with or computes with, those that are compared with first. */
export function numbersIn(exprs: readonly Expr[]): readonly number[] {
  const compared: number[] = [];
  const others: number[] = [];
  for (const expr of exprs)
    for (const node of walk(expr))
      if (node.kind === "binary") {
        const isComparison = /^(?:[<>]=?|[!=]=)$/.test(node.operator);
        for (const side of [node.left, node.right]) {
          const value = constantOf(side);
          if (value !== undefined) (isComparison ? compared : others).push(value);
        }
      }
  return [...new Set([...compared, ...others])].filter(Number.isFinite).slice(0, 6);
}

/** The value of arithmetic of numbers (`5 * 1024 * 1024`). */
function constantOf(expr: Expr): number | undefined {
  if (expr.kind === "number") return expr.value;
  if (expr.kind === "paren") return constantOf(expr.expr);
  if (expr.kind === "unary") {
    const value = constantOf(expr.expr);
    return value === undefined ? undefined : expr.operator === "-" ? -value : value;
  }
  if (expr.kind !== "binary") return undefined;
  const [left, right] = [constantOf(expr.left), constantOf(expr.right)];
  if (left === undefined || right === undefined) return undefined;
  switch (expr.operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    default:
      return undefined;
  }
}

/** A number as promtool's notation takes it: no exponent. */
export function numberText(value: number): string {
  const rounded = Number(value.toPrecision(6));
  const text = String(rounded);
  if (!text.includes("e")) return text;
  return Math.abs(rounded) >= 1 ? BigInt(Math.round(rounded)).toString() : rounded.toFixed(12);
}

function constant(value: number, { count }: Grid): string {
  return `${numberText(value)}x${count}`;
}

function rising(perSample: number, { count }: Grid, from = 0): string {
  const step = numberText(Math.abs(perSample));
  return `${numberText(from)}${perSample < 0 ? "-" : "+"}${step}x${count}`;
}

/** Two stretches, one after the other. */
function turning(first: string, second: string): string {
  return `${first} ${second}`;
}

/** Buckets that grow alike hold everything in the lowest; where the lower ones stand still, nothing is fast. */
function slow(fill: string, { count }: Grid, { height }: TestMetric): string {
  return height !== undefined && height < 0.5 ? `0x${count}` : fill;
}

/** Simple ways to fill series, told apart by their place; those first that a person would write. */
export function simpleFillings(numbers: readonly number[], grid: Grid): readonly Filling[] {
  const minute = grid.seconds / 60;
  const even =
    (first: string, second: string): Filling =>
    (_, at) =>
      at % 2 === 0 ? first : second;
  const head =
    (first: string, others: string): Filling =>
    (_, at) =>
      at === 0 ? first : others;
  const all =
    (text: string): Filling =>
    (metric) =>
      slow(text, grid, metric);
  const near = numbers.flatMap((number) => [
    all(constant(number * 2 + (number === 0 ? 1 : 0), grid)),
    all(constant(number, grid)),
    all(constant(number / 2 - (number === 0 ? 1 : 0), grid)),
    all(rising(number * 2 * grid.seconds, grid)),
  ]);
  const same: Filling = () => rising(60 * minute, grid);
  return [
    all(constant(1, grid)),
    all(constant(0, grid)),
    all(rising(60 * minute, grid)),
    same,
    ...near,
    all(rising(6_000_000 * minute, grid)),
    head(constant(100, grid), constant(1, grid)),
    head(constant(1, grid), constant(100, grid)),
    even(rising(600 * minute, grid), rising(601 * minute, grid)),
    even(rising(600 * minute, grid), rising(60 * minute, grid)),
    even(rising(60 * minute, grid), rising(6000 * minute, grid)),
    even(constant(0, grid), constant(1, grid)),
    even(constant(1, grid), constant(0, grid)),
    all(constant(1e12, grid)),
    all(rising(-1000 * minute, grid, grid.count * 1000 * minute)),
    all("0 1 ".repeat(Math.min(60, Math.ceil(grid.count / 2))).trim()),
    all(constant(-1, grid)),
    all(constant(-1e9, grid)),
    head(constant(0, grid), constant(1000, grid)),
    () => undefined,
  ];
}

/** Ways to fill each series for itself, drawn from what rules usually ask for; the same ones each time. */
export function drawnFillings(numbers: readonly number[], grid: Grid, most: number): readonly Filling[] {
  const minute = grid.seconds / 60;
  const half = Math.floor(grid.count / 2);
  const most4 = Math.max(2, Math.floor(grid.count / 8));
  const late = { ...grid, count: grid.count - most4 };
  const values = [
    0,
    1,
    2,
    100,
    ...numbers.flatMap((number) => [number, number + 1, number * 2, number / 2, number - 1]),
  ];
  const slopes = [1, 60, 6000, ...numbers.flatMap((number) => [number * 2 * 60, number * 30])];
  const palette: readonly (string | undefined)[] = [
    ...values.map((value) => constant(value, grid)),
    ...slopes.filter((slope) => slope > 0).map((slope) => rising(slope * minute, grid)),
    undefined,
    constant(1e12, grid),
    constant(-1e9, grid),
    turning(constant(1, { ...grid, count: half }), constant(100, { ...grid, count: half })),
    turning(constant(100, { ...grid, count: half }), constant(1, { ...grid, count: half })),
    turning(rising(1, late), rising(1000, { ...grid, count: most4 }, late.count + 1000)),
    turning(rising(60, late), constant(late.count * 60, { ...grid, count: most4 })),
    rising(-1000 * minute, grid, grid.count * 1000 * minute),
    "0 1 ".repeat(Math.min(60, Math.ceil(grid.count / 2))).trim(),
  ];
  let state = 1;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
  return Array.from({ length: most }, () => {
    const chosen = Array.from({ length: 40 }, () => palette[random(palette.length)]);
    const standing = random(2) === 0;
    return (metric, at) => {
      const text = chosen[at % chosen.length];
      return text === undefined || !standing ? text : slow(text, grid, metric);
    };
  });
}
