import uPlot from "uplot";
import type { QueryAnswer, Series } from "../../../server/src/protocol.ts";
import { h } from "./dom.ts";
import { count, distinctTexts, shortNumber, timeText, toNumber } from "./format.ts";

/** More lines than this tell nothing to an eye. */
const mostLines = 100;

/** A line graph of a range answer with a legend whose entries switch their line on and off. */
export function createGraph(answer: QueryAnswer): HTMLElement {
  const series = answer.series.filter(({ values }) => values.length > 0).slice(0, mostLines);
  const texts = distinctTexts(series);
  const values = series.map(() => h("span", { class: "at" }));
  const time = h("div", { class: "time" });
  const plot = h("div", { class: "plot", role: "img", "aria-label": describe(answer) });
  const entries = series.map((_, index) =>
    h(
      "button",
      { type: "button", "aria-pressed": "true", title: texts[index] ?? "" },
      h("span", { class: "swatch" }),
      h("span", { class: "name" }, texts[index] ?? ""),
      values[index] ?? "",
    ),
  );
  const legend = h("div", { class: "legend" }, time, ...entries);
  if (answer.series.length > series.length) legend.append(leftOut(answer.series.length, series.length));
  const element = h("div", { class: "graph" }, plot, legend);

  let chart: uPlot | undefined;
  const shown = series.map(() => true);
  entries.forEach((entry, index) => {
    entry.addEventListener("click", () => {
      shown[index] = !shown[index];
      entry.setAttribute("aria-pressed", String(shown[index]));
      chart?.setSeries(index + 1, { show: shown[index] ?? true });
    });
  });

  const readOut = (self: uPlot): void => {
    const at = self.cursor.idx ?? self.data[0].length - 1;
    const second = self.data[0][at];
    time.textContent = second === undefined ? "" : timeText(second);
    values.forEach((value, index) => {
      const number = self.data[index + 1]?.[at];
      value.textContent = number === null || number === undefined ? "–" : shortNumber(number);
    });
  };

  const data = align(series);
  const draw = (): void => {
    chart?.destroy();
    const colours = palette(series.length);
    entries.forEach((entry, index) => {
      const swatch = entry.querySelector<HTMLElement>(".swatch");
      if (swatch !== null) swatch.style.backgroundColor = colours[index] ?? "";
    });
    chart = new uPlot(options(plot, colours, shown, readOut), data, plot);
    readOut(chart);
  };
  observe(element, plot, draw, () => chart);
  return element;
}

/** Draws once the element has a size, follows its size, and draws anew in the colours of another theme. */
function observe(
  element: HTMLElement,
  plot: HTMLElement,
  draw: () => void,
  current: () => uPlot | undefined,
): void {
  const sizes = new ResizeObserver(() => {
    if (plot.clientWidth === 0 || plot.clientHeight === 0) return;
    const chart = current();
    if (chart === undefined) draw();
    else chart.setSize({ width: plot.clientWidth, height: plot.clientHeight });
  });
  sizes.observe(plot);
  const themes = new MutationObserver(() => {
    if (!element.isConnected) themes.disconnect();
    else if (current() !== undefined) draw();
  });
  themes.observe(document.body, { attributes: true, attributeFilter: ["class"] });
}

/** All series on one time axis. A point that a series does not have, and a value that is no finite number, is a gap. */
export function align(series: readonly Series[]): uPlot.AlignedData {
  const times = [...new Set(series.flatMap(({ values }) => values.map(([second]) => second)))].sort(
    (a, b) => a - b,
  );
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
  plot: HTMLElement,
  colours: readonly string[],
  shown: readonly boolean[],
  readOut: (self: uPlot) => void,
): uPlot.Options {
  const text = themeColour("--vscode-foreground", "#888");
  const axis = {
    stroke: text,
    font: `11px ${themeColour("--vscode-font-family", "sans-serif")}`,
    // Faint in every theme: high contrast is for the lines, not for what lies behind them.
    grid: { stroke: "#8883", width: 1 },
    ticks: { stroke: "#8883", width: 1 },
  };
  return {
    width: plot.clientWidth,
    height: plot.clientHeight,
    legend: { show: false },
    cursor: { drag: { x: true, y: false } },
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
    hooks: { setCursor: [readOut] },
  };
}

/** Times in the user's locale; the day stands where it begins, and in ranges of days alone. */
function timeTicks(_: uPlot, splits: number[], _axis: number, _space: number, step: number): string[] {
  let shown = "";
  return splits.map((second) => {
    const date = new Date(second * 1000);
    const day = date.toLocaleDateString(undefined, { month: "short", day: "numeric" });
    if (step >= 86400) return day;
    const time = date.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
    const begins = shown !== "" && shown !== day;
    shown = day;
    return begins ? `${time}\n${day}` : time;
  });
}

/** The theme's own chart colours first, then hues spread around the circle as bright as the theme needs. */
function palette(size: number): string[] {
  const own = ["blue", "green", "yellow", "purple", "red"]
    .map((name) => themeColour(`--vscode-charts-${name}`, ""))
    .filter((colour) => colour !== "");
  const light =
    document.body.classList.contains("vscode-light") ||
    document.body.classList.contains("vscode-high-contrast-light");
  return Array.from(
    { length: size },
    (_, index) => own[index] ?? `hsl(${Math.round((index * 137.5) % 360)} 65% ${light ? 38 : 65}%)`,
  );
}

function themeColour(name: string, otherwise: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim() || otherwise;
}

function describe(answer: QueryAnswer): string {
  return `Graph of ${count(answer.series.length, "series", "series")}; the Table tab has the values.`;
}

function leftOut(all: number, drawn: number): HTMLElement {
  return h(
    "div",
    { class: "note" },
    `${drawn} of ${count(all, "series", "series")} are drawn: narrow the query.`,
  );
}
