import "uplot/dist/uPlot.min.css";
import "./panel.css";
import type { QueryAnswer } from "../../../server/src/protocol.ts";
import type { PanelQuery, ToPanel } from "../panel-messages.ts";
import { button, h } from "./dom.ts";
import { count, timeText } from "./format.ts";
import { createGraph } from "./graph.ts";
import { connect } from "./host.ts";
import { badge, failure, notices } from "./notices.ts";
import { createTable } from "./table.ts";
import { tableData } from "./table-data.ts";
import { createTabs } from "./tabs.ts";
import { createToolbar } from "./toolbar.ts";

/** More text than this makes the page slow; the Copy button has all of it. */
const mostRawText = 200_000;

const host = connect();
const toolbar = createToolbar(host.saved, {
  onRun: run,
  onCancel: () => host.send({ type: "cancel" }),
  onChange: () => host.save(toolbar.query()),
});
const tabs = createTabs(["Table", "Graph", "JSON"]);
const summary = h("div", { class: "summary", role: "status" });
const notes = h("div", {});
const empty = "Click Run above a rule, or press Ctrl+Alt+Enter (Cmd+Alt+Enter) in an expression.";

document.body.append(toolbar.element, h("div", { class: "bar" }, tabs.element, summary), notes, tabs.panel);
tabs.panel.append(h("p", { class: "hint" }, empty));

let elapsed: ReturnType<typeof setInterval> | undefined;

function run(): void {
  const query = toolbar.query();
  host.save(query);
  if (query.expr !== "") host.send({ type: "run", query });
}

function started(): void {
  toolbar.setRunning(true);
  const since = performance.now();
  const tell = (): void => {
    summary.replaceChildren(
      h("span", { class: "running" }, `Running, ${((performance.now() - since) / 1000).toFixed(1)} s`),
    );
  };
  tell();
  clearInterval(elapsed);
  elapsed = setInterval(tell, 100);
  // What is shown belongs to an earlier query until the answer is here.
  tabs.panel.classList.add("stale");
}

function finished({ query, params, outcome }: Extract<ToPanel, { type: "finished" }>): void {
  stopped();
  if (outcome.ok) {
    showAnswer(outcome.answer, query, params.time ?? params.end);
    return;
  }
  summary.replaceChildren(h("span", {}, `${outcome.failure.elapsedMs} ms`));
  notes.replaceChildren(failure(query, outcome.failure, () => host.send({ type: "openSettings" })));
  tabs.show({});
}

/** `at`: the moment asked for, or the end of the range, in seconds since the epoch. */
function showAnswer(answer: QueryAnswer, query: PanelQuery, at: number | undefined): void {
  summary.replaceChildren(
    h("span", {}, answer.environment ?? answer.backend),
    h("span", {}, count(answer.series.length, "series", "series")),
    h("span", { title: at === undefined ? "" : `at ${timeText(at)}` }, `${answer.elapsedMs} ms`),
    badge(answer),
  );
  notes.replaceChildren(notices(answer, query.expr));
  tabs.show({
    Table: () => (answer.series.length === 0 ? noSeries(answer) : createTable(tableData(answer))),
    Graph: () => graph(answer),
    JSON: () => raw(answer),
  });
}

function stopped(): void {
  clearInterval(elapsed);
  toolbar.setRunning(false);
  tabs.panel.classList.remove("stale");
}

function graph(answer: QueryAnswer): HTMLElement {
  if (answer.series.length === 0) return noSeries(answer);
  if (answer.resultType === "matrix") return createGraph(answer);
  const ask = button("Run as Range", () => {
    const { expr, environment } = toolbar.query();
    toolbar.setExpression(expr, environment, "range");
    run();
  });
  return h("div", { class: "hint" }, h("p", {}, "A graph needs values over a time."), ask);
}

function noSeries({ completeness }: QueryAnswer): HTMLElement {
  const text =
    completeness.status === "partial"
      ? "Nothing that answered has a series for this expression; some stores did not answer."
      : "The query ran and no series matches it.";
  return h("p", { class: "hint" }, text);
}

function raw(answer: QueryAnswer): HTMLElement {
  const text = JSON.stringify(answer, null, 2);
  const copy = button("Copy", () => host.send({ type: "copy", text }), { class: "copy" });
  const cut =
    text.length > mostRawText ? `${text.slice(0, mostRawText)}\n… cut here; Copy has all of it` : text;
  return h("div", { class: "raw" }, copy, h("pre", { tabindex: "0" }, cut));
}

host.listen((message) => {
  if (message.type === "environments") toolbar.setEnvironments(message.environments);
  else if (message.type === "open") {
    toolbar.setExpression(message.expr, message.environment, "instant");
    run();
  } else if (message.type === "started") started();
  else if (message.type === "declined") stopped();
  else finished(message);
});
host.send({ type: "ready" });
