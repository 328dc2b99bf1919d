import { readHistograms } from "./histogram.ts";
import type { SeriesTokenType } from "./lexer.ts";
import type { SeriesReader } from "./reader.ts";
import type { SeriesItem } from "./types.ts";

const startsItem: ReadonlySet<SeriesTokenType> = new Set([
  "open",
  "blank",
  "identifier",
  "number",
  "add",
  "sub",
]);

/** Reads the values behind the metric, `0+10x5 _x3 stale`, and puts them into `items`. */
export function readItems(reader: SeriesReader, items: SeriesItem[]): void {
  let context = "series values";
  for (let type = reader.next(); type !== "end"; ) {
    if (type !== "space") reader.refuse("", context);
    // What could follow has been read by then: upstream no longer says of what the rest is no part.
    context = "";
    type = reader.next();
    if (type === "end") return;
    if (!startsItem.has(type)) reader.refuse("", context);
    if (type === "open") type = readHistograms(reader, items);
    else if (type === "blank") type = readOmitted(reader, items);
    else type = readNumbers(reader, type, items);
  }
}

/** `_x3`; what it gives is the token behind it, as below. */
function readOmitted(reader: SeriesReader, items: SeriesItem[]): SeriesTokenType {
  const { start } = reader;
  let { end } = reader;
  let type = reader.next();
  let times = 1;
  if (type === "times") {
    times = reader.uint(reader.next());
    end = reader.end;
    type = reader.next();
  }
  items.push({ kind: "omitted", times, span: { start, end } });
  return type;
}

/** `-1+2x3`, `stalex2` */
function readNumbers(reader: SeriesReader, first: SeriesTokenType, items: SeriesItem[]): SeriesTokenType {
  const { start } = reader;
  let isStale = false;
  let base = Number.NaN;
  if (first === "identifier") {
    isStale = true;
    if (reader.word() !== "stale") reader.noteUnexpected('number or "stale"');
  } else base = reader.signed(first);
  let { end } = reader;
  let type = reader.next();
  let step: number | undefined;
  let times = 1;
  const steps = type === "add" || type === "sub";
  if (steps) {
    step = reader.signed(type);
    type = reader.next();
    if (type !== "times") reader.refuse();
  }
  if (type === "times") {
    times = reader.uint(reader.next()) + 1;
    end = reader.end;
    type = reader.next();
  }
  const span = { start, end };
  if (!isStale) items.push({ kind: "float", base, step, times, span });
  else {
    // What is added to the mark makes an ordinary number of it that is none.
    const marks = steps ? Math.min(1, times) : times;
    items.push({ kind: "stale", times: marks, span });
    if (times > marks) items.push({ kind: "float", base, step: undefined, times: times - marks, span });
  }
  return type;
}
