import type { QueryAnswer, Series } from "../../../server/src/protocol.ts";
import { toNumber } from "./format.ts";

type Labels = Series["labels"];

export interface Column {
  readonly name: string;
  /** Numbers are right-aligned and sorted by value. */
  readonly numeric: boolean;
}

/** Cells are the texts that are shown; a label that a series does not have is an empty text. */
export interface TableData {
  /** Labels that all rows share, which are no columns then; empty for a single row. */
  readonly common: Labels;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

/** One row a series: its labels, then its value, or what its values over the range come to. */
export function tableData(answer: QueryAnswer): TableData {
  const common = commonLabels(answer.series.map(({ labels }) => labels));
  const names = labelNames(answer.series, common);
  const range = answer.resultType === "matrix";
  const values = range ? ["last", "min", "max", "points"] : ["value"];
  return {
    common,
    columns: [
      ...names.map((name) => ({ name, numeric: false })),
      ...values.map((name) => ({ name, numeric: answer.resultType !== "string" })),
    ],
    rows: answer.series.map((series) => [
      ...names.map((name) => series.labels[name] ?? ""),
      ...(range ? overRange(series) : [lastValue(series)]),
    ]),
  };
}

/** The labels with their values that all label sets have; none for a single set, which would lose everything. */
export function commonLabels(all: readonly Labels[]): Labels {
  const [first] = all;
  if (first === undefined || all.length === 1) return {};
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => all.every((labels) => labels[name] === value)),
  );
}

/** The metric's name first, the other labels by name, without those of `left`. */
export function labelNames(series: readonly Pick<Series, "labels">[], left: Labels): string[] {
  const names = new Set<string>();
  for (const { labels } of series) for (const name of Object.keys(labels)) names.add(name);
  for (const name of Object.keys(left)) names.delete(name);
  const others = [...names].filter((name) => name !== "__name__").sort();
  return names.has("__name__") ? ["__name__", ...others] : others;
}

/** The last value as the server wrote it, or what a native histogram comes to. */
export function lastValue(series: Series): string {
  const value = series.values.at(-1)?.[1];
  if (value !== undefined) return value;
  const histogram = series.histograms?.at(-1)?.[1];
  return histogram === undefined ? "" : `histogram of ${histogram.count}, sum ${histogram.sum}`;
}

function overRange(series: Series): string[] {
  const points = String(series.values.length + (series.histograms?.length ?? 0));
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let numbers = 0;
  for (const [, text] of series.values) {
    const value = toNumber(text);
    if (Number.isNaN(value)) continue;
    numbers++;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return numbers === 0
    ? [lastValue(series), "", "", points]
    : [lastValue(series), String(min), String(max), points];
}

const reading = new Intl.Collator(undefined, { numeric: true });

/** Rows in a new order; equal rows keep theirs, and NaN or empty cells come last either way. */
export function sortRows(
  { columns }: Pick<TableData, "columns">,
  rows: TableData["rows"],
  column: number,
  descending: boolean,
): TableData["rows"] {
  const numeric = columns[column]?.numeric ?? false;
  const factor = descending ? -1 : 1;
  if (!numeric) return rows.toSorted((a, b) => compareTexts(a[column] ?? "", b[column] ?? "", factor));
  // Read once: a comparison would read each number again and again.
  const keyed = rows.map((row) => ({ row, value: cellNumber(row[column] ?? "") }));
  return keyed.sort((a, b) => compareNumbers(a.value, b.value, factor)).map(({ row }) => row);
}

function cellNumber(text: string): number {
  return text === "" ? Number.NaN : toNumber(text);
}

function compareTexts(a: string, b: string, factor: number): number {
  if (a === "" || b === "") return a === b ? 0 : a === "" ? 1 : -1;
  return factor * reading.compare(a, b);
}

function compareNumbers(x: number, y: number, factor: number): number {
  if (Number.isNaN(x) || Number.isNaN(y))
    return Number.isNaN(x) === Number.isNaN(y) ? 0 : Number.isNaN(x) ? 1 : -1;
  return x === y ? 0 : factor * (x < y ? -1 : 1);
}

/**
 * Rows that hold every word of the text, in any cell, whatever their case; `name=word` looks into that column alone.
 */
export function filterRows(
  { columns, rows }: Pick<TableData, "columns" | "rows">,
  text: string,
): TableData["rows"] {
  const tests = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "")
    .map((word) => {
      const equals = word.indexOf("=");
      const column = columns.findIndex(({ name }) => name.toLowerCase() === word.slice(0, equals));
      const wanted = word.slice(equals + 1);
      if (equals > 0 && column >= 0)
        return (row: readonly string[]) => (row[column] ?? "").toLowerCase().includes(wanted);
      return (row: readonly string[]) => row.some((cell) => cell.toLowerCase().includes(word));
    });
  return tests.length === 0 ? rows : rows.filter((row) => tests.every((test) => test(row)));
}
