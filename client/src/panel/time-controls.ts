import { parseMoment, parseSpan } from "../../../server/src/promql/moments.ts";
import { automaticStep, type PanelQuery } from "../panel-messages.ts";
import { button, field, h, select } from "./dom.ts";
import { durationText, momentText } from "./format.ts";

const ranges = [900, 1800, 3600, 10800, 21600, 43200, 86400, 172800, 604800, 2592000];
const stepHints = ["15s", "30s", "1m", "5m", "15m", "1h"];
const custom = "custom";

export type Times = Pick<PanelQuery, "mode" | "rangeSeconds" | "startSeconds" | "endSeconds" | "stepSeconds">;

export interface TimeControls {
  readonly elements: readonly HTMLElement[];
  times(): Times;
  set(times: Times): void;
}

/** Chooses a moment or a range: lengths to pick from, or begin, end and step as text. */
export function createTimeControls(saved: Times, onChange: () => void): TimeControls {
  let now: Times = saved;

  const change = (next: Partial<Times>): void => {
    now = { ...now, ...next };
    show();
    onChange();
  };

  /** Reads a field; what cannot be read is marked and said, and changes nothing. */
  const read = (
    input: HTMLInputElement,
    text: string,
    parse: (text: string) => number | undefined,
    hint: string,
    use: (value: number | null) => void,
  ): void => {
    const value = text === "" ? null : parse(text);
    const wrong = value === undefined;
    input.setAttribute("aria-invalid", String(wrong));
    input.title = wrong ? `This cannot be read: write ${hint}.` : `Write ${hint}`;
    if (!wrong) use(value);
  };
  const moment = (text: string): number | undefined => {
    const seconds = parseMoment(text, Date.now() / 1000, "local");
    return seconds === undefined ? undefined : Math.round(seconds);
  };
  const span = (text: string): number | undefined => {
    const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : parseSpan(text);
    return seconds !== undefined && seconds > 0 ? seconds : undefined;
  };
  const momentHint = "now, -1h, or 2026-11-22 10:00";
  const spanHint = "15s, 1m or 1h30m";

  const instant = button("Instant", () => mode("instant"), { title: "The value at one moment" });
  const range = button("Range", () => mode("range"), { title: "The values over a time" });
  const mode = (next: Times["mode"]): void => {
    if (now.mode !== next) change({ mode: next });
  };
  const lengths = select(
    "Time range",
    [
      ...ranges.map((seconds): [string, string] => [String(seconds), `last ${durationText(seconds)}`]),
      [custom, "Custom…"],
    ],
    (value) => {
      if (value !== custom) return change({ rangeSeconds: Number(value), startSeconds: null });
      const end = now.endSeconds ?? Math.floor(Date.now() / 1000);
      change({ startSeconds: end - now.rangeSeconds });
      from.input.focus();
      from.input.select();
    },
  );
  const from = field("From", { placeholder: "-1h", size: "17", title: `Write ${momentHint}` }, (text) =>
    read(from.input, text, moment, momentHint, (startSeconds) => change({ startSeconds })),
  );
  const until = field("To", { placeholder: "now", size: "17", title: `Write ${momentHint}` }, (text) =>
    // "now" is no fixed time: it moves on with each run.
    read(until.input, text === "now" ? "" : text, moment, momentHint, (endSeconds) => change({ endSeconds })),
  );
  const untilLabel = until.element.firstChild;
  const step = field("Step", { list: "steps", size: "10", title: `Write ${spanHint}` }, (text) =>
    read(step.input, text === "auto" ? "" : text, span, spanHint, (stepSeconds) => change({ stepSeconds })),
  );
  const hints = h("datalist", { id: "steps" }, ...stepHints.map((value) => h("option", { value })));

  const show = (): void => {
    const isRange = now.mode === "range";
    instant.setAttribute("aria-pressed", String(!isRange));
    range.setAttribute("aria-pressed", String(isRange));
    lengths.hidden = !isRange;
    from.element.hidden = !isRange || now.startSeconds === null;
    step.element.hidden = !isRange;
    if (untilLabel !== null) untilLabel.textContent = isRange ? "To" : "At";
    lengths.value =
      now.startSeconds !== null || !ranges.includes(now.rangeSeconds) ? custom : String(now.rangeSeconds);
    from.input.value = now.startSeconds === null ? "" : momentText(now.startSeconds);
    until.input.value = now.endSeconds === null ? "" : momentText(now.endSeconds);
    step.input.value = now.stepSeconds === null ? "" : durationText(now.stepSeconds);
    const end = now.endSeconds ?? Date.now() / 1000;
    const length = now.startSeconds === null ? now.rangeSeconds : Math.max(1, end - now.startSeconds);
    step.input.placeholder = `auto (${durationText(automaticStep(length))})`;
    for (const { input } of [from, until, step]) input.setAttribute("aria-invalid", "false");
  };

  show();
  const modes = h(
    "div",
    { class: "segmented", role: "group", "aria-label": "Kind of query" },
    instant,
    range,
  );
  return {
    elements: [modes, lengths, from.element, until.element, step.element, hints],
    times: () => now,
    set(times) {
      now = times;
      show();
    },
  };
}
