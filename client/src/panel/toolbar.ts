import type { PanelEnvironment, PanelQuery } from "../panel-messages.ts";
import { button, checkbox, h } from "./dom.ts";
import { createEnvironmentControls, type Where } from "./environment-controls.ts";
import { createTimeControls, type Times } from "./time-controls.ts";

export interface Toolbar {
  readonly element: HTMLElement;
  /** What the controls say now. */
  query(): PanelQuery;
  setEnvironments(environments: readonly PanelEnvironment[]): void;
  /** Puts all controls where a query has them; it is not run. */
  set(query: PanelQuery): void;
  setRunning(running: boolean): void;
}

/**
 * The controls above the results. `onRun` is called when the user asks for a run, or changes how the expression
 * that has already been run is asked; `onChange` on every change.
 */
export function createToolbar(
  saved: PanelQuery,
  events: { onRun(): void; onCancel(): void; onChange(): void },
): Toolbar {
  let running = false;

  const changed = (): void => {
    events.onChange();
    // While a query runs as well: the new one takes its place, so that what is shown is what the controls say.
    if (expression.value.trim() !== "") events.onRun();
  };

  const where = createEnvironmentControls(saved, changed);
  const times = createTimeControls(saved, changed);
  const dedup = checkbox("Dedup", "Show the replicas of a Prometheus pair as one (Thanos)", changed);
  const strict = checkbox("Strict", "Fail instead of answering in part (Thanos)", changed);
  const run = button("Run", () => (running ? events.onCancel() : events.onRun()), { class: "primary" });

  const expression = h("textarea", {
    rows: "1",
    spellcheck: "false",
    "aria-label": "Expression",
    placeholder: "Run an expression from the editor, or write one here",
  });
  expression.addEventListener("input", events.onChange);
  expression.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    events.onRun();
  });

  const set = (query: PanelQuery): void => {
    expression.value = query.expr;
    dedup.input.checked = query.dedup;
    strict.input.checked = query.strict;
    where.set(query satisfies Where);
    times.set(timesIn(query));
  };

  set(saved);
  return {
    element: h(
      "div",
      { class: "toolbar" },
      h("div", { class: "expression" }, expression, run),
      h("div", { class: "controls" }, ...where.elements, ...times.elements, dedup.element, strict.element),
    ),
    query: () => ({
      expr: expression.value.trim(),
      ...where.where(),
      ...times.times(),
      dedup: dedup.input.checked,
      strict: strict.input.checked,
    }),
    setEnvironments(environments) {
      where.setEnvironments(environments);
      // Only Thanos merges replicas and answers in part; who has not told what it is may be one.
      const federated = environments.some(({ version }) => version === "" || /^Thanos\b/.test(version));
      dedup.element.hidden = !federated;
      strict.element.hidden = !federated;
    },
    set,
    setRunning(now) {
      running = now;
      run.textContent = now ? "Cancel" : "Run";
      run.title = now ? "Escape cancels as well" : "";
      run.classList.toggle("primary", !now);
    },
  };
}

/** The part of a query that is about time, and nothing else of it. */
function timesIn({ mode, rangeSeconds, startSeconds, endSeconds, stepSeconds }: PanelQuery): Times {
  return { mode, rangeSeconds, startSeconds, endSeconds, stepSeconds };
}
