import { automaticStep, type PanelEnvironment, type PanelQuery } from "../panel-messages.ts";
import { button, checkbox, h, select } from "./dom.ts";
import { durationText } from "./format.ts";

const ranges = [900, 3600, 10800, 21600, 43200, 86400, 172800, 604800];
const steps = [15, 30, 60, 300, 900, 3600];

export interface Toolbar {
  readonly element: HTMLElement;
  /** What the controls say now. */
  query(): PanelQuery;
  setEnvironments(environments: readonly PanelEnvironment[]): void;
  /** Puts an expression in; it is not run. */
  setExpression(expr: string, environment: string, mode: PanelQuery["mode"]): void;
  setRunning(running: boolean): void;
}

/**
 * The controls above the results. `onRun` is called when the user asks for a run, or changes how the expression
 * that has already been run is asked; `onChange` on every change.
 */
export function createToolbar(
  saved: Partial<PanelQuery>,
  events: { onRun(): void; onCancel(): void; onChange(): void },
): Toolbar {
  let mode: PanelQuery["mode"] = saved.mode === "range" ? "range" : "instant";
  let wanted = typeof saved.environment === "string" ? saved.environment : "";
  let running = false;

  const changed = (): void => {
    showMode();
    events.onChange();
    // While a query runs as well: the new one takes its place, so that what is shown is what the controls say.
    if (expression.value.trim() !== "") events.onRun();
  };

  const environment = select("Environment", [], (value) => {
    wanted = value;
    changed();
  });
  const instant = button("Instant", () => setMode("instant"), { title: "The value now" });
  const range = button("Range", () => setMode("range"), { title: "The values over a time" });
  const window = select(
    "Time range",
    ranges.map((seconds) => [String(seconds), `last ${durationText(seconds)}`]),
    changed,
  );
  const step = select(
    "Step between points",
    [["", "auto"], ...steps.map((seconds): [string, string] => [String(seconds), durationText(seconds)])],
    changed,
  );
  const stepLabel = h("label", { class: "step" }, "Step", step);
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

  const setMode = (next: PanelQuery["mode"]): void => {
    if (mode === next) return;
    mode = next;
    changed();
  };

  const showMode = (): void => {
    instant.setAttribute("aria-pressed", String(mode === "instant"));
    range.setAttribute("aria-pressed", String(mode === "range"));
    window.hidden = mode === "instant";
    stepLabel.hidden = mode === "instant";
    const automatic = step.options[0];
    if (automatic !== undefined)
      automatic.textContent = `auto (${durationText(automaticStep(Number(window.value)))})`;
  };

  window.value = String(ranges.find((seconds) => seconds === saved.rangeSeconds) ?? 3600);
  step.value = String(steps.find((seconds) => seconds === saved.stepSeconds) ?? "");
  dedup.input.checked = saved.dedup !== false;
  strict.input.checked = saved.strict === true;
  expression.value = typeof saved.expr === "string" ? saved.expr : "";
  showMode();

  const modes = h(
    "div",
    { class: "segmented", role: "group", "aria-label": "Kind of query" },
    instant,
    range,
  );
  const controls = h(
    "div",
    { class: "controls" },
    environment,
    modes,
    window,
    stepLabel,
    dedup.element,
    strict.element,
  );
  return {
    element: h("div", { class: "toolbar" }, controls, h("div", { class: "expression" }, expression, run)),
    query: () => ({
      expr: expression.value.trim(),
      environment: environment.value,
      mode,
      rangeSeconds: Number(window.value),
      stepSeconds: step.value === "" ? null : Number(step.value),
      dedup: dedup.input.checked,
      strict: strict.input.checked,
    }),
    setEnvironments(environments) {
      environment.replaceChildren(
        ...environments.map(({ name, health, version, message }) =>
          h(
            "option",
            { value: name, title: version === "" ? message : version },
            health === "down" ? `${name} (down)` : name,
          ),
        ),
      );
      environment.hidden = environments.length === 0;
      if (environments.some(({ name }) => name === wanted)) environment.value = wanted;
    },
    setExpression(expr, name, next) {
      expression.value = expr;
      mode = next;
      showMode();
      if (name !== "") wanted = name;
      if ([...environment.options].some(({ value }) => value === name)) environment.value = name;
    },
    setRunning(now) {
      running = now;
      run.textContent = now ? "Cancel" : "Run";
      run.classList.toggle("primary", !now);
    },
  };
}
