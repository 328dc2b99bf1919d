import type { Span } from "../../base/text.ts";
import { type HistogramKey, histogramKeys, type SeriesTokenType } from "./lexer.ts";
import type { SeriesReader } from "./reader.ts";
import type { HistogramFields, SeriesItem } from "./types.ts";

const customSchema = -53;
const listed = "histogram description key, e.g. buckets:[5 10 7]";

/** Where in a histogram the reader is, as upstream's messages say it. */
interface Place {
  readonly context: string;
  readonly expected: string;
}

/** Reads `{{schema:1 buckets:[2 3]}}+{{sum:1}}x3` behind its opening braces; gives the token behind it. */
export function readHistograms(reader: SeriesReader, items: SeriesItem[]): SeriesTokenType {
  const { start } = reader;
  const base = readFields(reader);
  let { end } = reader;
  let type = reader.next();
  let step: { readonly fields: HistogramFields; readonly sign: 1 | -1 } | undefined;
  let times = 1;
  if (type === "add" || type === "sub") {
    const sign = type === "add" ? 1 : -1;
    if (reader.next() !== "open") reader.refuse();
    step = { fields: readFields(reader), sign };
    type = reader.next();
    if (type !== "times") reader.refuse();
  }
  if (type === "times") {
    times = reader.uint(reader.next()) + 1;
    end = reader.end;
    if (step !== undefined && times > 1) noteUncombinable(reader, base, step.fields, { start, end });
    type = reader.next();
  }
  items.push({ kind: "histogram", base, step, times, span: { start, end } });
  return type;
}

function readFields(reader: SeriesReader): HistogramFields {
  const fields: Partial<Record<HistogramKey, number | readonly number[] | string>> = {};
  let type = reader.next();
  if (type === "space") {
    if (reader.next() !== "close") reader.refuse();
    return fields;
  }
  for (let count = 0; type !== "close"; count++) {
    const place =
      count === 0
        ? { context: "series values", expected: "" }
        : { context: "histogram description", expected: listed };
    if (type !== "descriptor") reader.refuse(place.expected, place.context);
    const word = reader.word().toLowerCase();
    const key = histogramKeys.find((candidate) => candidate === word);
    if (reader.next() !== "colon") reader.refuse(place.expected, place.context);
    const value = readValue(reader, key, place);
    if (key !== undefined && key in fields) reader.note(`duplicate key "${key}" in histogram`);
    else if (key !== undefined) fields[key] = value;
    type = reader.next();
    if (type !== "space") {
      if (type === "close") break;
      reader.refuse(listed, "histogram description");
    }
    type = reader.next();
  }
  return fields;
}

function readValue(
  reader: SeriesReader,
  key: HistogramKey | undefined,
  { context, expected }: Place,
): number | readonly number[] | string {
  const type = reader.next();
  switch (key) {
    case "schema":
    case "offset":
    case "n_offset":
      if (type === "sub") return -reader.uint(reader.next(), context, expected);
      return reader.uint(type, context, expected);
    case "z_bucket_w":
      if (type !== "number") reader.refuse(expected, context);
      return reader.signed(type, context, expected);
    case "buckets":
    case "n_buckets":
    case "custom_values":
      return readBuckets(reader, type, { context, expected });
    case "counter_reset_hint":
      if (type !== "hint") reader.refuse(expected, context);
      return reader.word().toLowerCase();
    default:
      return reader.signed(type, context, expected);
  }
}

function readBuckets(
  reader: SeriesReader,
  open: SeriesTokenType,
  { context, expected }: Place,
): readonly number[] {
  if (open !== "leftBracket") reader.refuse(expected, context);
  const values: number[] = [reader.signed(reader.next(), context, expected)];
  for (let type = reader.next(); type !== "rightBracket"; ) {
    // Upstream passes over what it does not understand here without a word.
    while (type !== "space" && type !== "rightBracket") {
      if (type === "end") reader.refuse(expected, context);
      type = reader.next();
    }
    if (type === "rightBracket") break;
    type = reader.next();
    if (type === "rightBracket") break;
    if (type === "number" || type === "sub") {
      values.push(reader.signed(type, context, expected));
      type = reader.next();
    }
  }
  return values;
}

/** Histograms of other schemas cannot be added (`histogramsSeries`, `FloatHistogram.Add`). */
function noteUncombinable(
  reader: SeriesReader,
  base: HistogramFields,
  added: HistogramFields,
  span: Span,
): void {
  const [from, to] = [Number(base.schema ?? 0), Number(added.schema ?? 0)];
  if (from > to) reader.note(`error combining histograms: cannot merge from schema ${to} to ${from}`, span);
  else if ((from === customSchema) !== (to === customSchema))
    reader.note(
      "cannot apply this operation on histograms with a mix of exponential and custom bucket schemas",
      span,
    );
}
