import { touches } from "../../base/text.ts";
import { parseDuration } from "../../checks/rule/duration.ts";
import type { TestGroup } from "../../model/rule-tests.ts";
import { parseSeries } from "../../promql/series/parse.ts";
import type { SeriesItem } from "../../promql/series/types.ts";
import { countValues, seriesValues } from "../../promql/series/values.ts";
import type { Snapshot } from "../../world/snapshot.ts";
import { textOf, valueAt } from "../../yaml/access.ts";
import { code, type MarkupText, markup, paragraphs, plain } from "../markdown.ts";
import type { Hover } from "../types.ts";
import { testsIn } from "./outcome.ts";

/** So many samples are written out. */
const shown = 20;

/** The samples that the notation under the cursor stands for, and from when to when. */
export function hoverTests({ document }: Snapshot, offset: number): Hover | undefined {
  const tests = testsIn(document);
  if (tests === undefined) return undefined;
  const fallback = textOf(valueAt(tests.root, "evaluation_interval"));
  for (const group of tests.tests)
    for (const { values } of group.series) {
      if (values === undefined || !touches(values.span, offset)) continue;
      const at = values.map.toValue(offset);
      if (at === undefined) continue;
      const { items, error } = parseSeries(`{} ${values.value}`);
      if (error !== undefined) return undefined;
      const index = items.findIndex(({ span }) => span.start - 3 <= at && at <= span.end - 3);
      const item = items[index];
      if (item === undefined) return undefined;
      const before = countValues(items.slice(0, index));
      const span = values.map.spanToSource({ start: item.span.start - 3, end: item.span.end - 3 });
      return { span, contents: docOf(item, before, intervalOf(group, fallback)) };
    }
  return undefined;
}

function docOf(item: SeriesItem, before: number, interval: number | undefined): MarkupText {
  const values = seriesValues([item], shown).map(String);
  const more = item.times > values.length ? " …" : "";
  const count = item.times === 1 ? "1 sample" : `${item.times.toLocaleString("en")} samples`;
  const last = before + Math.max(0, item.times - 1);
  const when =
    interval === undefined
      ? ""
      : item.times < 2
        ? ` at ${duration(before * interval)}`
        : ` from ${duration(before * interval)} to ${duration(last * interval)}`;
  return paragraphs([code(values.join(" ") + more), markup`${plain(`${count}${when}`)}`]);
}

/** In milliseconds. */
function intervalOf({ node }: TestGroup, fallback: string | undefined): number | undefined {
  const read = parseDuration(textOf(valueAt(node, "interval")) ?? fallback ?? "1m");
  if (!read.ok) return undefined;
  return read.milliseconds === 0n ? 60_000 : Number(read.milliseconds);
}

function duration(milliseconds: number): string {
  if (milliseconds === 0) return "0s";
  let rest = milliseconds;
  let text = "";
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
] as const;
