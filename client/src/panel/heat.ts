import { h, select } from "./dom.ts";
import { shortNumber, timeText } from "./format.ts";
import type { HeatGroup, HeatMap } from "./heat-data.ts";
import { isLight, keepDrawn, themeValue } from "./theme.ts";

const axisWidth = 64;
const axisHeight = 22;

/** Histograms over the time: the darker a cell, the more observations fell into its bucket. */
export function createHeatMap(groups: readonly HeatGroup[]): HTMLElement {
  let map: HeatMap | undefined = groups[0]?.map;
  let at = { row: 0, column: 0 };
  const said = h("span", { role: "status" });
  const canvas = h("canvas", {
    tabindex: "0",
    role: "application",
    "aria-roledescription": "heat map",
    "aria-label": "Heat map. Arrows move from bucket to bucket. The Table tab has the values.",
  });
  const place = h("div", { class: "plot heat" }, canvas);
  const choose = select(
    "Histogram",
    groups.map(({ label }, index) => [String(index), label]),
    (value) => {
      map = groups[Number(value)]?.map;
      draw();
    },
  );
  choose.hidden = groups.length < 2;
  const bar = h("div", { class: "table-bar" }, choose, said, h("span", { class: "grow" }), scale());
  const element = h("div", { class: "table" }, bar, place);

  const draw = (): void => {
    if (map !== undefined && place.clientWidth > 0) drawMap(canvas, place, map);
  };
  const tell = (row: number, column: number): void => {
    const bucket = map?.buckets[row];
    const second = map?.times[column];
    if (map === undefined || bucket === undefined || second === undefined) return;
    at = { row, column };
    const value = map.cells[row]?.[column] ?? Number.NaN;
    const bounds = `${shortNumber(bucket.lower)} to ${shortNumber(bucket.upper)}`;
    said.textContent = `${timeText(second)}, ${bounds}: ${Number.isNaN(value) ? "no sample" : shortNumber(value)}`;
  };

  canvas.addEventListener("pointermove", ({ offsetX, offsetY }) => {
    if (map === undefined) return;
    const width = canvas.clientWidth - axisWidth;
    const height = canvas.clientHeight - axisHeight;
    const column = Math.floor(((offsetX - axisWidth) / width) * map.times.length);
    const row = map.buckets.length - 1 - Math.floor((offsetY / height) * map.buckets.length);
    tell(row, column);
  });
  canvas.addEventListener("keydown", (event) => {
    const { row, column } = at;
    const to: Readonly<Record<string, readonly [number, number]>> = {
      ArrowUp: [row + 1, column],
      ArrowDown: [row - 1, column],
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
    };
    const next = to[event.key];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    tell(...next);
  });
  keepDrawn(element, place, draw);
  return element;
}

/** From nothing to the most, in words and in the colours of the map. */
function scale(): HTMLElement {
  const ramp = h("span", { class: "ramp", "aria-hidden": "true" });
  return h("span", { class: "common" }, "none ", ramp, " most");
}

function drawMap(
  canvas: HTMLCanvasElement,
  place: HTMLElement,
  { times, buckets, cells, max }: HeatMap,
): void {
  const [width, height] = [place.clientWidth, place.clientHeight];
  const ratio = globalThis.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  if (context === null) return;
  context.scale(ratio, ratio);
  context.clearRect(0, 0, width, height);
  const cellWidth = (width - axisWidth) / Math.max(1, times.length);
  const cellHeight = (height - axisHeight) / Math.max(1, buckets.length);
  context.fillStyle = themeValue("--vscode-charts-blue", isLight() ? "#0b5cad" : "#4ea1f3");
  cells.forEach((line, row) => {
    const top = height - axisHeight - (row + 1) * cellHeight;
    line.forEach((value, column) => {
      if (!(value > 0)) return;
      // The eye tells few from none better than many from more: the square root gives it what it needs.
      context.globalAlpha = 0.08 + 0.92 * Math.sqrt(value / max);
      context.fillRect(axisWidth + column * cellWidth, top, Math.ceil(cellWidth), Math.ceil(cellHeight));
    });
  });
  context.globalAlpha = 1;
  context.fillStyle = themeValue("--vscode-foreground", "#888");
  context.font = `11px ${themeValue("--vscode-font-family", "sans-serif")}`;
  context.textAlign = "right";
  context.textBaseline = "middle";
  const everyRow = Math.max(1, Math.ceil(18 / cellHeight));
  buckets.forEach(({ upper }, row) => {
    if (row % everyRow !== 0) return;
    const y = height - axisHeight - (row + 1) * cellHeight;
    context.fillText(shortNumber(upper), axisWidth - 8, Math.max(8, y));
  });
  context.textAlign = "center";
  context.textBaseline = "top";
  const everyTime = Math.max(1, Math.ceil(90 / cellWidth));
  times.forEach((second, column) => {
    if (column % everyTime !== Math.floor(everyTime / 2)) return;
    const text = new Date(second * 1000).toLocaleTimeString(undefined, {
      hour: "2-digit",
      minute: "2-digit",
    });
    context.fillText(text, axisWidth + (column + 0.5) * cellWidth, height - axisHeight + 6);
  });
}
