import type { HistoryEntry, PanelQuery } from "../panel-messages.ts";
import { button, h } from "./dom.ts";
import { durationText, momentText } from "./format.ts";

/** The queries that were run, the newest first; a click runs one again. */
export function createHistory(
  entries: readonly HistoryEntry[],
  onRun: (query: PanelQuery) => void,
  onForget: () => void,
): HTMLElement {
  if (entries.length === 0) return h("p", { class: "hint" }, "No query was run in this workspace yet.");
  const list = h("ul", { class: "history", "aria-label": "Queries that were run" });
  for (const { query, at, summary } of entries) {
    const run = button("", () => onRun(query), { title: "Run again" });
    run.append(h("code", {}, query.expr), h("span", { class: "meta" }, `${howText(query)}, ${summary}`));
    run.append(h("span", { class: "when" }, new Date(at).toLocaleString()));
    list.append(h("li", {}, run));
  }
  list.addEventListener("keydown", (event) => {
    const buttons = [...list.querySelectorAll("button")];
    const index = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowDown: index + 1, ArrowUp: index - 1 }[event.key];
    if (to === undefined) return;
    buttons[to]?.focus();
    event.preventDefault();
  });
  const bar = h(
    "div",
    { class: "table-bar" },
    h("span", { class: "grow" }),
    button("Forget All", onForget, { class: "quiet" }),
  );
  return h("div", { class: "table" }, h("div", { class: "scroller" }, list), bar);
}

/** Where and over which time: "Dev, last 1h". */
function howText({ environment, compare, mode, rangeSeconds, startSeconds, endSeconds }: PanelQuery): string {
  const where = compare.length > 0 ? compare.join(", ") : environment;
  const until = endSeconds === null ? "" : ` at ${momentText(endSeconds)}`;
  const when =
    mode === "instant"
      ? `instant${until}`
      : startSeconds === null
        ? `last ${durationText(rangeSeconds)}${until}`
        : `from ${momentText(startSeconds)}`;
  return where === "" ? when : `${where}, ${when}`;
}
