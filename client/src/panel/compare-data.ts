import type { QueryAnswer, Series } from "../../../server/src/protocol.ts";
import { commonLabels, labelNames, lastValue, type TableData } from "./table-data.ts";

/** An answer and the environment that gave it. */
export interface NamedAnswer {
  readonly name: string;
  readonly answer: QueryAnswer;
}

interface Row {
  readonly labels: Series["labels"];
  readonly cells: string[];
}

/**
 * One row for each set of labels, one column for each environment. `ignored` are labels that only tell the
 * environments apart, such as those of their scopes. What an environment does not have is an empty cell; series of one
 * environment that differ in nothing but ignored labels get rows of their own.
 */
export function compareTable(answers: readonly NamedAnswer[], ignored: readonly string[]): TableData {
  const rows = new Map<string, Row>();
  answers.forEach(({ answer }, column) => {
    const seen = new Map<string, number>();
    for (const series of answer.series) {
      const labels = Object.fromEntries(
        Object.entries(series.labels).filter(([name]) => !ignored.includes(name)),
      );
      const own = keyOf(labels);
      const nth = seen.get(own) ?? 0;
      seen.set(own, nth + 1);
      const key = `${nth} ${own}`;
      const row = rows.get(key) ?? { labels, cells: answers.map(() => "") };
      row.cells[column] = lastValue(series);
      rows.set(key, row);
    }
  });
  const all = [...rows.values()];
  const common = commonLabels(all.map(({ labels }) => labels));
  const names = labelNames(all, common);
  return {
    common,
    columns: [
      ...names.map((name) => ({ name, numeric: false })),
      ...answers.map(({ name }) => ({ name, numeric: true })),
    ],
    rows: all.map(({ labels, cells }) => [...names.map((name) => labels[name] ?? ""), ...cells]),
  };
}

function keyOf(labels: Series["labels"]): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** One answer of all series, each with the label `environment`: what a graph of several environments shows. */
export function together(answers: readonly NamedAnswer[]): QueryAnswer | undefined {
  const [first] = answers;
  if (first === undefined) return undefined;
  const series = answers.flatMap(({ name, answer }) =>
    answer.series.map((one) => ({ ...one, labels: { environment: name, ...one.labels } })),
  );
  return { ...first.answer, series };
}
