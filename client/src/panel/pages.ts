import type { QueryAnswer } from "../../../server/src/protocol.ts";
import type { PanelQuery } from "../panel-messages.ts";
import { compareTable, type NamedAnswer, together } from "./compare-data.ts";
import { button, field, h } from "./dom.ts";
import { answersJson } from "./export.ts";
import { createGraph, type GraphOptions, type Span } from "./graph.ts";
import { createHeatMap } from "./heat.ts";
import { hasHistograms, heatGroups } from "./heat-data.ts";
import { createTable } from "./table.ts";
import { tableData } from "./table-data.ts";
import type { Pages } from "./tabs.ts";

/** More text than this makes the page slow; the Copy button has all of it. */
const mostRawText = 200_000;

export interface PageOptions extends Pick<GraphOptions, "onZoom" | "onBack"> {
  readonly onCopy: (text: string) => void;
  readonly onMode: (mode: PanelQuery["mode"]) => void;
  /** Labels by which several environments are not told apart. */
  readonly ignored: readonly string[];
  readonly onIgnored: (names: readonly string[]) => void;
  /** Nothing where the answers are of one moment. */
  readonly span: Span | undefined;
}

/** The pages of one answer, or of several side by side. */
export function answerPages(answers: readonly NamedAnswer[], several: boolean, options: PageOptions): Pages {
  const all = together(answers);
  const [first] = answers;
  if (all === undefined || first === undefined) return {};
  const one = several ? all : first.answer;
  return {
    Table: () => (several ? sideBySide(answers, options) : table(first.answer, options)),
    Graph: () => graph(one, options),
    ...(hasHistograms(one) ? { "Heat map": () => createHeatMap(heatGroups(one)) } : {}),
    JSON: () => raw(answersJson(answers), options.onCopy),
  };
}

function table(answer: QueryAnswer, { onCopy }: PageOptions): HTMLElement {
  return answer.series.length === 0 ? noSeries([answer]) : createTable(tableData(answer), { onCopy });
}

function sideBySide(
  answers: readonly NamedAnswer[],
  { onCopy, ignored, onIgnored }: PageOptions,
): HTMLElement {
  if (answers.every(({ answer }) => answer.series.length === 0))
    return noSeries(answers.map(({ answer }) => answer));
  const ignore = field(
    "Without",
    {
      value: ignored.join(", "),
      placeholder: "labels",
      size: "14",
      title: "Labels that only tell the environments apart, with commas between them",
    },
    (text) => onIgnored(text.split(/[\s,]+/).filter((name) => name !== "")),
  );
  const data = compareTable(answers, ignored);
  const missingFrom = data.columns.length - answers.length;
  return createTable(data, { onCopy, missingFrom, before: [ignore.element] });
}

function graph(answer: QueryAnswer, { span, onZoom, onBack, onMode }: PageOptions): HTMLElement {
  if (answer.series.length === 0) return noSeries([answer]);
  if (answer.resultType === "matrix" && span !== undefined)
    return createGraph(answer, { span, onZoom, onBack });
  const ask = button("Run as Range", () => onMode("range"));
  return h("div", { class: "hint" }, h("p", {}, "A graph needs values over a time."), ask);
}

function noSeries(answers: readonly QueryAnswer[]): HTMLElement {
  const is = (status: QueryAnswer["completeness"]["status"]): boolean =>
    answers.some(({ completeness }) => completeness.status === status);
  const text = is("partial")
    ? "Nothing that answered has a series for this expression; some stores did not answer."
    : is("unknown")
      ? "No series came, and it is not known whether the backend has any."
      : "The query ran and no series matches it.";
  return h("p", { class: "hint" }, text);
}

function raw(text: string, onCopy: (text: string) => void): HTMLElement {
  const copy = button("Copy", () => onCopy(text), { class: "copy" });
  const cut =
    text.length > mostRawText ? `${text.slice(0, mostRawText)}\n… cut here; Copy has all of it` : text;
  return h(
    "div",
    { class: "raw" },
    copy,
    h("pre", { tabindex: "0", "aria-label": "The answer as JSON" }, cut),
  );
}
