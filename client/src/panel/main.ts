import "uplot/dist/uPlot.min.css";
import "./panel.css";
import type { QueryAnswer } from "../../../server/src/protocol.ts";
import {
  defaultQuery,
  type HistoryEntry,
  type PanelEnvironment,
  type PanelQuery,
  type PanelResult,
  type ShareTarget,
  type ToPanel,
} from "../panel-messages.ts";
import type { NamedAnswer } from "./compare-data.ts";
import { button, h } from "./dom.ts";
import { answersCsv, answersJson } from "./export.ts";
import { count, timeText } from "./format.ts";
import type { Span } from "./graph.ts";
import { createHistory } from "./history-view.ts";
import { connect } from "./host.ts";
import { createMenu, type MenuItem } from "./menu.ts";
import { badge, failure, notices, noticesOfAll, samplesRead } from "./notices.ts";
import { answerPages } from "./pages.ts";
import { createTabs, type Pages } from "./tabs.ts";
import { createToolbar } from "./toolbar.ts";

type Results = Extract<ToPanel, { type: "results" }>;

const host = connect();
const toolbar = createToolbar(host.saved, {
  onRun: run,
  onCancel: () => host.send({ type: "cancel" }),
  onChange: () => host.save(toolbar.query()),
});
const tabs = createTabs();
const summary = h("div", { class: "summary", role: "status" });
const notes = h("div", { class: "notices" });
const back = button("Back", goBack, {
  class: "quiet",
  title: "Back to the time before the zoom (Backspace)",
});
const copyMenu = createMenu("Copy", copyItems);
const openMenu = createMenu("Open in", openItems);
const actions = h("div", { class: "actions" }, back, copyMenu, openMenu);
const empty = "Click Run above a rule, or press Ctrl+Alt+Enter (Cmd+Alt+Enter) in an expression.";

let environments: readonly PanelEnvironment[] = [];
let grafana = false;
let history: readonly HistoryEntry[] = [];
let shown: Results | undefined;
/** The queries before each zoom. */
let zooms: PanelQuery[] = [];
/** Labels that a comparison leaves out, once the user has said so. */
let ignored: readonly string[] | undefined;
let running = false;
let elapsed: ReturnType<typeof setInterval> | undefined;

document.body.append(
  toolbar.element,
  h("div", { class: "bar" }, tabs.element, summary, actions),
  notes,
  tabs.panel,
);
tabs.panel.append(h("p", { class: "hint" }, empty));
showActions();

function run(): void {
  zooms = [];
  send();
}

function send(): void {
  const query = toolbar.query();
  host.save(query);
  if (query.expr !== "") host.send({ type: "run", query });
}

function started(): void {
  running = true;
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

function stopped(): void {
  running = false;
  clearInterval(elapsed);
  toolbar.setRunning(false);
  tabs.panel.classList.remove("stale");
}

function arrived(message: Results): void {
  shown = message;
  if (message.done) stopped();
  else tabs.panel.classList.remove("stale");
  render();
}

/** The user said no: what was there before stays. */
function declined(): void {
  stopped();
  if (shown === undefined) summary.replaceChildren();
  else render();
}

function render(): void {
  if (shown === undefined) {
    showPages({});
    return;
  }
  const { query, results, done } = shown;
  const several = query.compare.length > 0;
  const [only] = results;
  if (!several && only !== undefined && !only.outcome.ok) {
    const { outcome } = only;
    summary.replaceChildren(h("span", {}, `${outcome.failure.elapsedMs} ms`));
    notes.replaceChildren(failure(query.expr, outcome.failure, () => host.send({ type: "openSettings" })));
    showPages({});
    return;
  }
  const waiting = done
    ? []
    : [h("span", { class: "running" }, `${results.length} of ${query.compare.length} answered`)];
  summary.replaceChildren(...results.map((result) => summaryOf(result, several)), ...waiting);
  notes.replaceChildren(...(several ? noticesOfAll(results, query.expr) : noticesOfOne(only, query)));
  const answers = answersIn(results);
  showPages(
    answerPages(answers, several, {
      onCopy: (text) => host.send({ type: "copy", text }),
      onMode: (mode) => change({ mode }),
      onZoom: zoom,
      onBack: goBack,
      ignored: ignored ?? scopeLabels(query),
      onIgnored: (names) => {
        ignored = names;
        render();
      },
      span: spanOf(results),
    }),
  );
}

function noticesOfOne(result: PanelResult | undefined, { expr }: PanelQuery): HTMLElement[] {
  return result?.outcome.ok === true ? notices(result.outcome.answer, expr) : [];
}

function summaryOf({ environment, outcome, params }: PanelResult, several: boolean): HTMLElement {
  const at = params.time ?? params.end;
  if (!outcome.ok)
    return h(
      "span",
      { class: "one" },
      h("b", {}, environment),
      h("span", { class: "badge partial" }, "failed"),
    );
  const { answer } = outcome;
  const name = answer.environment ?? answer.backend;
  return h(
    "span",
    { class: "one" },
    several ? h("b", {}, name) : h("span", {}, name),
    h("span", {}, count(answer.series.length, "series", "series")),
    h("span", { title: howText(answer, at) }, `${answer.elapsedMs} ms`),
    badge(answer),
  );
}

/** Of which moment an answer is, and what it took. */
function howText(answer: QueryAnswer, at: number | undefined): string {
  const moment = at === undefined ? "" : `At ${timeText(at)}.`;
  return [moment, samplesRead(answer)].filter((part) => part !== "").join(" ");
}

function showPages(pages: Pages): void {
  tabs.show({ ...pages, History: historyPage });
  showActions();
}

function historyPage(): HTMLElement {
  return createHistory(history, restore, () => host.send({ type: "forgetHistory" }));
}

function showActions(): void {
  const results = shown?.results ?? [];
  copyMenu.hidden = results.length === 0;
  openMenu.hidden = answersIn(results).length === 0;
  back.hidden = zooms.length === 0;
}

function answersIn(results: readonly PanelResult[]): NamedAnswer[] {
  return results.flatMap(({ outcome }) =>
    outcome.ok
      ? [{ name: outcome.answer.environment ?? outcome.answer.backend, answer: outcome.answer }]
      : [],
  );
}

/** The range that was asked; the same for all environments. */
function spanOf(results: readonly PanelResult[]): Span | undefined {
  const { start, end } = results[0]?.params ?? {};
  return start === undefined || end === undefined ? undefined : { start, end };
}

/** The labels of the scopes: by these the environments differ, and by nothing that is to be compared. */
function scopeLabels({ compare }: PanelQuery): readonly string[] {
  const scopes = environments.filter(({ name }) => compare.includes(name)).map(({ scope }) => scope ?? {});
  return [...new Set(scopes.flatMap((scope) => Object.keys(scope)))];
}

function change(part: Partial<PanelQuery>): void {
  toolbar.set({ ...toolbar.query(), ...part });
  send();
}

/** Runs again with this part of the time; the step is chosen anew, so that more of it is seen. */
function zoom({ start, end }: Span): void {
  if (end - start < 1) return;
  zooms.push(toolbar.query());
  change({
    mode: "range",
    startSeconds: Math.floor(start),
    endSeconds: Math.ceil(end),
    rangeSeconds: Math.ceil(end - start),
    stepSeconds: null,
  });
}

function goBack(): void {
  const before = zooms.pop();
  if (before !== undefined) change(before);
}

function restore(query: PanelQuery): void {
  toolbar.set(query);
  tabs.choose("Table");
  run();
}

function copyItems(): readonly MenuItem[] {
  const results = shown?.results ?? [];
  const answers = answersIn(results);
  const copy = (text: string) => () => host.send({ type: "copy", text });
  const ofAnswers: MenuItem[] =
    answers.length === 0
      ? []
      : [
          { text: "Copy as CSV", run: () => copy(answersCsv(answers))() },
          { text: "Copy as JSON", run: () => copy(answersJson(answers))() },
          { text: "Save as CSV…", run: () => save("csv", answersCsv(answers)) },
          { text: "Save as JSON…", run: () => save("json", answersJson(answers)) },
        ];
  const curl = results.map(({ environment, params, outcome }): MenuItem => {
    const expression = outcome.ok ? outcome.answer.expression : params.expr;
    return {
      text: results.length > 1 ? `Copy as curl for ${environment}` : "Copy as curl",
      title: "The command holds no credentials",
      run: () => host.send({ type: "copyCurl", params, expression }),
    };
  });
  return [...ofAnswers, ...curl];
}

function save(extension: "csv" | "json", text: string): void {
  host.send({ type: "save", name: `query.${extension}`, text });
}

function openItems(): readonly MenuItem[] {
  const results = shown?.results ?? [];
  const item = (text: string, target: ShareTarget, { params, outcome }: PanelResult): MenuItem => ({
    text,
    run: () =>
      host.send({
        type: "openIn",
        target,
        params,
        expression: outcome.ok ? outcome.answer.expression : params.expr,
      }),
  });
  return results.flatMap((result) => {
    const version = environments.find(({ name }) => name === result.environment)?.version ?? "";
    const flavour = /^\w+/.exec(version)?.[0] ?? "Prometheus";
    const of = results.length > 1 ? ` (${result.environment})` : "";
    return [
      ...(flavour === "Mimir" ? [] : [item(`${flavour}${of}`, "backend", result)]),
      item(grafana ? `Grafana${of}` : `Grafana${of}: set its address`, "grafana", result),
    ];
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && running) host.send({ type: "cancel" });
});

host.listen((message) => {
  switch (message.type) {
    case "environments":
      ({ environments, grafana } = message);
      return toolbar.setEnvironments(message.environments);
    case "open": {
      const { expr, environment, compare = [] } = message;
      // A moment, now: what the user left of the time belonged to another expression.
      const { endSeconds } = defaultQuery;
      toolbar.set({ ...toolbar.query(), expr, environment, compare, mode: "instant", endSeconds });
      return run();
    }
    case "restore":
      return restore(message.query);
    case "started":
      return started();
    case "declined":
      return declined();
    case "results":
      return arrived(message);
    case "history":
      history = message.entries;
      tabs.renew("History", historyPage);
  }
});
host.send({ type: "ready" });
