import type { QueryAnswer, Series } from "../../../server/src/protocol.ts";
import { toNumber } from "./format.ts";

export interface Column {
  readonly name: string;
  /** Numbers are right-aligned and sorted by value. */
  readonly numeric: boolean;
}

/** Cells are the texts that are shown; a label that a series does not have is an empty text. */
export interface TableData {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

/** One row a series: its labels, then its value, or what its values over the range come to. */
export function tableData(answer: QueryAnswer): TableData {
  const labels = labelNames(answer.series);
  const range = answer.resultType === "matrix";
  const values = range ? ["last", "min", "max", "points"] : ["value"];
  return {
    columns: [
      ...labels.map((name) => ({ name, numeric: false })),
      ...values.map((name) => ({ name, numeric: answer.resultType !== "string" })),
    ],
    rows: answer.series.map((series) => [
      ...labels.map((name) => series.labels[name] ?? ""),
      ...(range ? overRange(series) : [lastValue(series)]),
    ]),
  };
}

/** The metric's name first, the other labels by name. */
function labelNames(series: readonly Series[]): string[] {
  const names = new Set(series.flatMap(({ labels }) => Object.keys(labels)));
  const others = [...names].filter((name) => name !== "__name__").sort();
  return names.has("__name__") ? ["__name__", ...others] : others;
}

function lastValue(series: Series): string {
  const value = series.values.at(-1)?.[1];
  if (value !== undefined) return value;
  const histogram = series.histograms?.at(-1)?.[1];
  return histogram === undefined ? "" : `histogram of ${histogram.count}, sum ${histogram.sum}`;
}

function overRange(series: Series): string[] {
  const numbers = series.values.map(([, value]) => toNumber(value)).filter((value) => !Number.isNaN(value));
  const points = String(series.values.length + (series.histograms?.length ?? 0));
  if (numbers.length === 0) return [lastValue(series), "", "", points];
  const min = numbers.reduce((a, b) => Math.min(a, b));
  const max = numbers.reduce((a, b) => Math.max(a, b));
  return [lastValue(series), String(min), String(max), points];
}

/** Rows in a new order; equal rows keep theirs, and NaN or empty cells come last either way. */
export function sortRows(
  { columns, rows }: TableData,
  column: number,
  descending: boolean,
): readonly (readonly string[])[] {
  const numeric = columns[column]?.numeric ?? false;
  const factor = descending ? -1 : 1;
  const compare = numeric ? compareNumbers : compareTexts;
  return [...rows].sort((a, b) => compare(a[column] ?? "", b[column] ?? "", factor));
}

function compareTexts(a: string, b: string, factor: number): number {
  if (a === "" || b === "") return a === b ? 0 : a === "" ? 1 : -1;
  return factor * a.localeCompare(b, undefined, { numeric: true });
}

function compareNumbers(a: string, b: string, factor: number): number {
  const [x, y] = [a, b].map((text) => (text === "" ? Number.NaN : toNumber(text))) as [number, number];
  if (Number.isNaN(x) || Number.isNaN(y))
    return Number.isNaN(x) === Number.isNaN(y) ? 0 : Number.isNaN(x) ? 1 : -1;
  return x === y ? 0 : factor * (x < y ? -1 : 1);
}
