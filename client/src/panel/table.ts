import { button, h } from "./dom.ts";
import { count } from "./format.ts";
import { filterRows, sortRows, type TableData } from "./table-data.ts";

/** Up to this many rows are all in the page; of more only those in view. */
const virtualAbove = 200;
/** Rows kept above and below the view, so that a scroll does not show a gap. */
const margin = 20;
/** Drawn before the page has a size. */
const firstRows = 60;
const rowHeight = 22;
/** Rows whose texts are measured for the widths of the columns. */
const measured = 500;

export interface TableOptions {
  readonly onCopy: (text: string) => void;
  /** Columns in which an empty cell is something that is missing: one environment has it, this one has not. */
  readonly missingFrom?: number;
  /** Controls of the caller, left of the filter. */
  readonly before?: readonly HTMLElement[];
}

/** The cell that the arrow keys move: -1 is the row of the headings. */
interface Place {
  readonly row: number;
  readonly column: number;
}

/** A grid of texts: sorted by its headings, filtered by words, walked with the arrow keys, copied by cell or row. */
export function createTable(
  data: TableData,
  { onCopy, missingFrom, before = [] }: TableOptions,
): HTMLElement {
  let rows = data.rows;
  let sorted: { readonly column: number; readonly descending: boolean } | undefined;
  let active: Place = { row: 0, column: 0 };
  const virtual = data.rows.length > virtualAbove;
  const body = h("tbody");
  const headings = data.columns.map((column, index) => {
    const element = h("th", { scope: "col", class: column.numeric ? "number" : "", "aria-sort": "none" });
    const sort = button(column.name, () => sortBy(index), {
      title: `Sort by ${column.name}`,
      tabindex: "-1",
    });
    sort.addEventListener("focus", () => {
      for (const cell of body.querySelectorAll("td[tabindex='0']")) cell.setAttribute("tabindex", "-1");
      active = { row: -1, column: index };
      keepStop();
    });
    element.append(sort);
    return element;
  });
  const table = h(
    "table",
    {
      role: "grid",
      "aria-label": "Series",
      "aria-rowcount": String(rows.length + 1),
      "aria-colcount": String(data.columns.length),
    },
    ...(virtual ? [widths(data)] : []),
    h("thead", {}, h("tr", { "aria-rowindex": "1" }, ...headings)),
    body,
  );
  const scroller = h(
    "div",
    { class: "scroller", role: "region", "aria-label": "Results", tabindex: "-1" },
    table,
  );
  const shown = h("span", { class: "shown", role: "status" });

  const cellAt = (row: number, column: number, text: string): HTMLElement => {
    const missing = missingFrom !== undefined && column >= missingFrom && text === "";
    const element = h(
      "td",
      {
        class: [data.columns[column]?.numeric ? "number" : "", missing ? "missing" : ""].join(" ").trim(),
        title: missing ? "There is no such series here" : text,
        tabindex: active.row === row && active.column === column ? "0" : "-1",
      },
      missing ? "–" : text,
    );
    return element;
  };
  const rowAt = (index: number): HTMLElement =>
    h(
      "tr",
      { "aria-rowindex": String(index + 2) },
      ...(rows[index] ?? []).map((text, column) => cellAt(index, column, text)),
    );

  const draw = (): void => {
    const focused = body.contains(document.activeElement);
    if (virtual) drawPart();
    else body.replaceChildren(...rows.map((_, index) => rowAt(index)));
    if (focused) (tdAt(active) ?? scroller).focus({ preventScroll: true });
    keepStop();
  };

  /** The Tab key stops at the grid once: at the chosen cell, or, where that is not drawn, at the first that is. */
  const keepStop = (): void => {
    headings.forEach((heading, index) => {
      const here = active.row < 0 && active.column === index;
      heading.querySelector("button")?.setAttribute("tabindex", here ? "0" : "-1");
    });
    if (table.querySelector("[tabindex='0']") === null)
      body.querySelector("tr[aria-rowindex] > td")?.setAttribute("tabindex", "0");
  };

  /** The rows that are in the page, the last one not included. */
  let inPage = { from: 0, to: 0 };

  const drawPart = (): void => {
    const first = Math.max(0, Math.floor(scroller.scrollTop / rowHeight) - margin);
    const view = scroller.clientHeight === 0 ? firstRows : Math.ceil(scroller.clientHeight / rowHeight);
    const from = Math.min(first, Math.max(0, rows.length - 1));
    const to = Math.min(rows.length, first + view + 2 * margin);
    inPage = { from, to };
    const drawn = Array.from({ length: Math.max(0, to - from) }, (_, index) => rowAt(from + index));
    body.replaceChildren(spacer(from * rowHeight), ...drawn, spacer((rows.length - to) * rowHeight));
  };

  const tdAt = ({ row, column }: Place): HTMLElement | null =>
    body.querySelector<HTMLElement>(`tr[aria-rowindex="${row + 2}"] > td:nth-child(${column + 1})`);

  const moveTo = (row: number, column: number): void => {
    tdAt(active)?.setAttribute("tabindex", "-1");
    active = {
      row: Math.max(-1, Math.min(rows.length - 1, row)),
      column: Math.max(0, Math.min(data.columns.length - 1, column)),
    };
    if (active.row < 0) {
      headings[active.column]?.querySelector("button")?.focus();
      return;
    }
    if (virtual) {
      const top = active.row * rowHeight;
      const view = scroller.clientHeight - rowHeight - rowHeight;
      if (top < scroller.scrollTop) scroller.scrollTop = top;
      else if (top > scroller.scrollTop + view) scroller.scrollTop = top - view;
      if (tdAt(active) === null) drawPart();
    }
    const cell = tdAt(active);
    cell?.setAttribute("tabindex", "0");
    cell?.focus({ preventScroll: virtual });
  };

  const copyCell = (): void => {
    const text = active.row < 0 ? data.columns[active.column]?.name : rows[active.row]?.[active.column];
    if (text !== undefined) onCopy(text);
  };
  const copyRow = (): void => {
    const row = active.row < 0 ? data.columns.map(({ name }) => name) : rows[active.row];
    if (row !== undefined) onCopy(row.join("\t"));
  };

  const sortBy = (column: number): void => {
    // Numbers are asked for by size: the largest first.
    const numeric = data.columns[column]?.numeric ?? false;
    const descending = sorted?.column === column ? !sorted.descending : numeric;
    sorted = { column, descending };
    arrange();
    headings.forEach((heading, index) => {
      heading.setAttribute("aria-sort", index !== column ? "none" : descending ? "descending" : "ascending");
    });
  };

  const arrange = (): void => {
    const found = filterRows(data, filter.value);
    rows = sorted === undefined ? found : sortRows(data, found, sorted.column, sorted.descending);
    table.setAttribute("aria-rowcount", String(rows.length + 1));
    active = { ...active, row: Math.min(active.row, Math.max(0, rows.length - 1)) };
    shown.textContent =
      filter.value.trim() === "" ? "" : `${rows.length} of ${count(data.rows.length, "row")}`;
    draw();
  };

  const filter = h("input", {
    type: "search",
    placeholder: "Filter",
    "aria-label": "Filter the rows",
    title: "Words that a row must hold; label=word looks into one column",
  });
  filter.addEventListener("input", arrange);

  table.addEventListener("keydown", (event) => {
    const page = Math.max(1, Math.floor(scroller.clientHeight / rowHeight) - 2);
    const { row, column } = active;
    const far = event.ctrlKey || event.metaKey;
    const to: Readonly<Record<string, readonly [number, number]>> = {
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      PageUp: [Math.max(0, row - page), column],
      PageDown: [row + page, column],
      Home: far ? [0, 0] : [row, 0],
      End: far ? [rows.length - 1, data.columns.length - 1] : [row, data.columns.length - 1],
    };
    const next = to[event.key];
    if (next !== undefined) moveTo(...next);
    else if (far && event.key.toLowerCase() === "c" && String(getSelection()) === "") copyCell();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  body.addEventListener("focusin", (event) => {
    const cell = event.target instanceof Element ? event.target.closest("td") : null;
    const row = cell?.parentElement;
    if (cell === null || row === null || row === undefined) return;
    for (const other of body.querySelectorAll("td[tabindex='0']")) other.setAttribute("tabindex", "-1");
    active = { row: Number(row.getAttribute("aria-rowindex")) - 2, column: [...row.children].indexOf(cell) };
    cell.setAttribute("tabindex", "0");
    keepStop();
  });

  draw();
  if (virtual) {
    table.classList.add("virtual");
    scroller.addEventListener("scroll", () => requestAnimationFrame(drawPartKeepingFocus), { passive: true });
    new ResizeObserver(draw).observe(scroller);
  }
  function drawPartKeepingFocus(): void {
    const top = Math.floor(scroller.scrollTop / rowHeight);
    const bottom = Math.min(rows.length, top + Math.ceil(scroller.clientHeight / rowHeight));
    // A short way stays within what is drawn already.
    if (top >= inPage.from && bottom <= inPage.to) return;
    const focused = body.contains(document.activeElement);
    drawPart();
    if (focused) (tdAt(active) ?? scroller).focus({ preventScroll: true });
    keepStop();
  }
  const bar = h(
    "div",
    { class: "table-bar" },
    ...before,
    ...commonText(data),
    h("span", { class: "grow" }),
    shown,
    filter,
    button("Copy Cell", copyCell, { class: "quiet", title: "The chosen cell: Ctrl+C (Cmd+C) does the same" }),
    button("Copy Row", copyRow, { class: "quiet", title: "The chosen row, cells apart by tabs" }),
  );
  return h("div", { class: "table" }, bar, scroller);
}

/** The labels that all rows share, told once. */
function commonText({ common }: TableData): HTMLElement[] {
  const pairs = Object.entries(common).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  if (pairs.length === 0) return [];
  const text = pairs.join(", ");
  return [h("span", { class: "common", title: `All rows have ${text}` }, "all: ", h("code", {}, text))];
}

/** Fixed widths: in a table of which only a part is there they would else jump as it scrolls. */
function widths({ columns, rows }: TableData): HTMLElement {
  const every = Math.max(1, Math.floor(rows.length / measured));
  return h(
    "colgroup",
    {},
    ...columns.map(({ name }, column) => {
      let longest = name.length + 2;
      for (let row = 0; row < rows.length; row += every)
        longest = Math.max(longest, rows[row]?.[column]?.length ?? 0);
      const element = h("col");
      element.style.width = `calc(${Math.min(60, longest)}ch + 28px)`;
      return element;
    }),
  );
}

/** An empty row that takes the place of those that are not drawn. */
function spacer(height: number): HTMLElement {
  const row = h("tr", { "aria-hidden": "true", class: "spacer" });
  row.style.height = `${height}px`;
  return row;
}
