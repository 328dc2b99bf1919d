import { button, h } from "./dom.ts";
import { sortRows, type TableData } from "./table-data.ts";

/** Above this many rows only those in view are in the page. */
const virtualAbove = 1000;
/** Rows kept above and below the view, so that a scroll does not show a gap. */
const margin = 30;
/** Rows measured to fix the widths of the columns of a table of which only a part is there. */
const measured = 200;

/** A table of texts with a sort button in each heading. */
export function createTable(data: TableData): HTMLElement {
  let rows = data.rows;
  let sorted: { readonly column: number; readonly descending: boolean } | undefined;
  const body = h("tbody");
  const virtual = rows.length > virtualAbove;
  const headings = data.columns.map((column, index) => {
    const element = h("th", { scope: "col", class: column.numeric ? "number" : "", "aria-sort": "none" });
    element.append(button(column.name, () => sortBy(index), { title: `Sort by ${column.name}` }));
    return element;
  });
  const table = h(
    "table",
    { "aria-rowcount": String(rows.length + 1) },
    h("thead", {}, h("tr", { "aria-rowindex": "1" }, ...headings)),
    body,
  );
  const scroller = h(
    "div",
    { class: "scroller", tabindex: "0", role: "region", "aria-label": "Results" },
    table,
  );

  const rowAt = (index: number): HTMLElement =>
    h(
      "tr",
      { "aria-rowindex": String(index + 2) },
      ...(rows[index] ?? []).map((text, column) =>
        h("td", { class: data.columns[column]?.numeric ? "number" : "", title: text }, text),
      ),
    );

  const draw = (): void => {
    if (virtual) drawPart();
    else body.replaceChildren(...rows.map((_, index) => rowAt(index)));
  };

  const drawPart = (): void => {
    const height = body.querySelector("tr[aria-rowindex]")?.getBoundingClientRect().height || 22;
    const first = Math.max(0, Math.min(rows.length, Math.floor(scroller.scrollTop / height)) - margin);
    const shown = Math.ceil(scroller.clientHeight / height) + 2 * margin;
    const last = Math.min(rows.length, first + Math.max(shown, scroller.clientHeight === 0 ? measured : 0));
    const drawn = Array.from({ length: last - first }, (_, index) => rowAt(first + index));
    body.replaceChildren(spacer(first * height), ...drawn, spacer((rows.length - last) * height));
  };

  const sortBy = (column: number): void => {
    // Numbers are asked for by size: the largest first.
    const numeric = data.columns[column]?.numeric ?? false;
    const descending = sorted?.column === column ? !sorted.descending : numeric;
    sorted = { column, descending };
    rows = sortRows(data, column, descending);
    headings.forEach((heading, index) => {
      heading.setAttribute("aria-sort", index !== column ? "none" : descending ? "descending" : "ascending");
    });
    draw();
  };

  draw();
  if (virtual) {
    table.classList.add("virtual");
    scroller.addEventListener("scroll", () => requestAnimationFrame(draw), { passive: true });
    new ResizeObserver(draw).observe(scroller);
  }
  return scroller;
}

/** An empty row that takes the place of those that are not drawn. */
function spacer(height: number): HTMLElement {
  const row = h("tr", { "aria-hidden": "true", class: "spacer" });
  row.style.height = `${height}px`;
  return row;
}
