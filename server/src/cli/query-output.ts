import { csvText } from "../base/csv.ts";
import type { HistogramValue, QueryAnswer, Series } from "../world/query.ts";

export const queryFormats = ["table", "json", "csv"] as const;
export type QueryFormat = (typeof queryFormats)[number];

/** The answer as text. JSON is one object, exactly the {@link QueryAnswer}; CSV has a header and one row a sample. */
export function printAnswer(answer: QueryAnswer, format: QueryFormat): string {
  // Escaped, it is the same JSON, and steers no terminal either.
  if (format === "json") return `${printable(JSON.stringify(answer))}\n`;
  const table = rowsOf(answer);
  return format === "csv" ? csvText(table) : text(table);
}

type Table = readonly (readonly string[])[];

/** One row a sample: the labels that any series has, the time, the value. */
function rowsOf({ series, resultType }: QueryAnswer): Table {
  const names = [...new Set(series.flatMap((one) => Object.keys(one.labels)))].sort((a, b) =>
    a === "__name__" ? -1 : b === "__name__" ? 1 : a < b ? -1 : 1,
  );
  const rows = series.flatMap((one) => {
    const labels = names.map((name) => one.labels[name] ?? "");
    return pointsOf(one).map(([seconds, value]) => [...labels, timeText(seconds), value]);
  });
  return [[...names, "time", resultType === "string" ? "text" : "value"], ...rows];
}

function pointsOf(one: Series): readonly (readonly [number, string])[] {
  const native = (one.histograms ?? []).map(([seconds, value]) => [seconds, histogramText(value)] as const);
  return [...one.values, ...native].sort(([a], [b]) => a - b);
}

/** Count and sum; the buckets are in the JSON. */
function histogramText({ count, sum }: HistogramValue): string {
  return `{count:${count}, sum:${sum}}`;
}

function timeText(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString();
}

function text(table: Table): string {
  const shown = table.map((row) => row.map(printable));
  const columns = shown[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, column) =>
    shown.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), 0),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((value, column) => (column === columns - 1 ? value : value.padEnd(widths[column] ?? 0)))
      .join("  ");
  return shown.map((row) => `${line(row).trimEnd()}\n`).join("");
}

/** Label values come from anywhere: nothing in them may steer a terminal. */
export function printable(value: string): string {
  return value.replace(
    /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
