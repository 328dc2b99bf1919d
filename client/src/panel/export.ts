import { csvText } from "../../../server/src/base/csv.ts";
import type { NamedAnswer } from "./compare-data.ts";
import { labelNames } from "./table-data.ts";

/** One row a sample: the environment where there are several, the labels, the time in UTC, the value. */
export function answersCsv(answers: readonly NamedAnswer[]): string {
  const several = answers.length > 1;
  const names = labelNames(
    answers.flatMap(({ answer }) => answer.series),
    {},
  );
  const rows = answers.flatMap(({ name, answer }) =>
    answer.series.flatMap(({ labels, values, histograms = [] }) => {
      const cells = [...(several ? [name] : []), ...names.map((label) => labels[label] ?? "")];
      return [
        ...values,
        ...histograms.map(([second, { count, sum }]) => [second, `{count:${count}, sum:${sum}}`] as const),
      ].map(([second, value]) => [...cells, isoTime(second), value]);
    }),
  );
  return csvText([[...(several ? ["environment"] : []), ...names, "time", "value"], ...rows]);
}

/** One answer as it came, or several under the names of their environments. */
export function answersJson(answers: readonly NamedAnswer[]): string {
  const [first] = answers;
  const value =
    answers.length === 1
      ? first?.answer
      : Object.fromEntries(answers.map(({ name, answer }) => [name, answer]));
  return JSON.stringify(value, null, 2) ?? "";
}

function isoTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString();
}
