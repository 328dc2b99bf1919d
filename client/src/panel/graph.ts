import uPlot from "uplot";
import type { QueryAnswer, Series } from "../../../server/src/protocol.ts";
import { h } from "./dom.ts";
import { count, distinctTexts, shortNumber, timeText, toNumber } from "./format.ts";
import { createLegend } from "./legend.ts";
import { keepDrawn, palette, themeValue } from "./theme.ts";

/** More lines than this tell nothing to an eye. */
const mostLines = 100;

/** Seconds since the epoch. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface GraphOptions {
  /** The range that was asked: the axis shows all of it, also where nothing is. */
  readonly span: Span;
  /** The user chose a part of the time, or a wider one. */
  readonly onZoom: (span: Span) => void;
  /** Goes back to what was before the last zoom. */
  readonly onBack: () => void;
}

/** A line graph of a range answer: drag over a part of it to look closer, the legend chooses lines. */
export function createGraph(answer: QueryAnswer, { span, onZoom, onBack }: GraphOptions): HTMLElement {
  const series = answer.series.filter(({ values }) => values.length > 0).slice(0, mostLines);
  const data = align(series);
  const plot = h("div", {
    class: "plot",
    tabindex: "0",
    role: "application",
    "aria-roledescription": "graph",
    "aria-label": `Graph of ${count(answer.series.length, "series", "series")}. Arrows move along the time, plus and minus zoom, Backspace goes back. The Table tab has the values.`,
  });
  const legend = createLegend(distinctTexts(series), (index, show) => chart?.setSeries(index + 1, { show }));
  const element = h("div", { class: "graph" }, plot, legend.element);
  const drawable = answer.series.filter(({ values }) => values.length > 0).length;
  if (drawable > series.length) legend.note(leftOut(drawable, series.length));
  const histograms = answer.series.length - drawable;
  if (histograms > 0)
    legend.note(`${count(histograms, "series", "series")} of histograms: see the Heat map tab.`);

  let chart: uPlot | undefined;
  /** The point whose values are told: where the pointer or the arrow keys are, else the last one. */
  let at = data[0].length - 1;
  const readOut = (self: uPlot): void => {
    at = self.cursor.idx ?? at;
    const second = self.data[0][at];
    legend.values(
      second === undefined ? "" : timeText(second),
      series.map((_, index) => {
        const number = self.data[index + 1]?.[at];
        return number === null || number === undefined ? "–" : shortNumber(number);
      }),
    );
  };
  const selected = (self: uPlot): void => {
    const { left, width } = self.select;
    // A click that trembles is no zoom.
    if (width < 6) return;
    const [start, end] = [self.posToVal(left, "x"), self.posToVal(left + width, "x")];
    self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    onZoom({ start, end });
  };

  keepDrawn(element, plot, (onlySize) => {
    const size = { width: plot.clientWidth, height: plot.clientHeight };
    if (onlySize && chart !== undefined) return chart.setSize(size);
    chart?.destroy();
    const colours = palette(series.length);
    legend.colour(colours);
    chart = new uPlot(options(size, span, colours, legend.shown, { readOut, selected }), data, plot);
    readOut(chart);
  });

  plot.addEventListener("keydown", (event) => {
    const last = data[0].length - 1;
    const middle = data[0][at] ?? (span.start + span.end) / 2;
    const length = span.end - span.start;
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key];
    const around = (part: number): Span => ({ start: middle - length * part, end: middle + length * part });
    if (to !== undefined) {
      at = Math.max(0, Math.min(last, to));
      if (chart !== undefined) {
        moveCursor(chart, at);
        readOut(chart);
      }
    } else if (event.key === "+" || event.key === "=") onZoom(around(1 / 4));
    else if (event.key === "-") onZoom(around(1));
    else if (event.key === "Backspace") onBack();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return element;
}

function moveCursor(chart: uPlot, index: number): void {
  const second = chart.data[0][index];
  if (second !== undefined) chart.setCursor({ left: chart.valToPos(second, "x"), top: 0 });
}

/** All series on one time axis. A point that a series does not have, and a value that is no finite number, is a gap. */
function align(series: readonly Series[]): uPlot.AlignedData {
  const seen = new Set<number>();
  for (const { values } of series) for (const [second] of values) seen.add(second);
  const times = [...seen].sort((a, b) => a - b);
  const place = new Map(times.map((second, index) => [second, index]));
  const lines = series.map(({ values }) => {
    const line: (number | null)[] = times.map(() => null);
    for (const [second, text] of values) {
      const value = toNumber(text);
      if (Number.isFinite(value)) line[place.get(second) ?? 0] = value;
    }
    return line;
  });
  return [times, ...lines];
}

function options(
  size: { readonly width: number; readonly height: number },
  { start, end }: Span,
  colours: readonly string[],
  shown: readonly boolean[],
  hooks: { readonly readOut: (self: uPlot) => void; readonly selected: (self: uPlot) => void },
): uPlot.Options {
  const axis = {
    stroke: themeValue("--vscode-foreground", "#888"),
    font: `11px ${themeValue("--vscode-font-family", "sans-serif")}`,
    // Faint in every theme: high contrast is for the lines, not for what lies behind them.
    grid: { stroke: "#8883", width: 1 },
    ticks: { stroke: "#8883", width: 1 },
  };
  return {
    ...size,
    legend: { show: false },
    cursor: { drag: { x: true, y: false, setScale: false } },
    scales: { x: { time: true, range: () => [start, end] } },
    axes: [
      { ...axis, space: 80, values: timeTicks },
      { ...axis, size: 64, values: (_, splits) => splits.map(shortNumber) },
    ],
    series: [
      {},
      ...colours.map((stroke, index) => ({
        stroke,
        width: 1.5,
        show: shown[index] ?? true,
        spanGaps: false,
        // A lone point between gaps would otherwise be invisible.
        points: { size: 4 },
      })),
    ],
    hooks: { setCursor: [hooks.readOut], setSelect: [hooks.selected] },
  };
}

/** Times in the user's locale; the day stands where it begins, and in ranges of days alone. */
function timeTicks(_: uPlot, splits: number[], _axis: number, _space: number, step: number): string[] {
  let shown = "";
  return splits.map((second) => {
    const date = new Date(second * 1000);
    const day = date.toLocaleDateString(undefined, { month: "short", day: "numeric" });
    if (step >= 86400) return day;
    const time = date.toLocaleTimeString(undefined, {
      hour: "2-digit",
      minute: "2-digit",
      ...(step < 60 ? { second: "2-digit" } : {}),
    });
    const begins = shown !== "" && shown !== day;
    shown = day;
    return begins ? `${time}\n${day}` : time;
  });
}

function leftOut(all: number, drawn: number): string {
  return `${drawn} of ${count(all, "series", "series")} are drawn: narrow the query, or look at the table.`;
}
