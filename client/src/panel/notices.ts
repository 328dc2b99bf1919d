import type { QueryAnswer, QueryFailure } from "../../../server/src/protocol.ts";
import type { PanelQuery } from "../panel-messages.ts";
import { button, h } from "./dom.ts";
import { count, seriesText } from "./format.ts";

/** Whether all that could answer did; the colour is said in words as well. */
export function badge({ completeness }: QueryAnswer): HTMLElement {
  const { status, missing } = completeness;
  const titles = {
    complete: "Every store that could hold an answer gave it.",
    partial: "Some stores did not answer: what they hold is not in this result.",
    unknown: "This backend does not tell whether the answer is complete.",
  };
  const text = status === "partial" && missing.length > 0 ? `partial, ${missing.length} missing` : status;
  return h("span", { class: `badge ${status}`, title: titles[status] }, text);
}

/** What the server has to say beside the series: missing stores open, warnings and infos folded. */
export function notices(answer: QueryAnswer, asked: string): HTMLElement {
  const element = h("div", { class: "notices" });
  const { missing } = answer.completeness;
  if (missing.length > 0) {
    const lines = missing.map(({ store, labels, reason }) => {
      const holds = labels.map(seriesText).join(" ");
      return `${store}${holds === "" ? "" : ` ${holds}`}: ${reason}`;
    });
    element.append(fold(`${count(missing.length, "store")} did not answer`, lines, "warning", true));
  }
  if (answer.truncated !== undefined) {
    const { kept, total } = answer.truncated;
    const text = `The first ${kept.toLocaleString()} of ${count(total, "series", "series")} are shown: narrow the query.`;
    element.append(h("p", { class: "note warning" }, text));
  }
  if (answer.warnings.length > 0)
    element.append(fold(count(answer.warnings.length, "warning"), answer.warnings, "warning", false));
  if (answer.infos.length > 0)
    element.append(fold(count(answer.infos.length, "info"), answer.infos, "info", false));
  if (answer.expression.trim() !== asked.trim())
    element.append(fold("Sent with the scope of the environment", [answer.expression], "info", false));
  return element;
}

function fold(title: string, lines: readonly string[], kind: "warning" | "info", open: boolean): HTMLElement {
  const list = h("ul", {}, ...lines.map((line) => h("li", {}, line)));
  return h("details", { class: kind, ...(open ? { open: "" } : {}) }, h("summary", {}, title), list);
}

/** A query that failed: one sentence, and where the backend says so the place in the expression. */
export function failure(query: PanelQuery, of: QueryFailure, openSettings: () => void): HTMLElement {
  const kind = of.reason === "cancelled" ? "note" : "error";
  const element = h("div", { class: `failure ${kind}`, role: "alert" }, h("p", {}, of.message));
  if (of.position !== undefined && of.position <= query.expr.length) {
    const at = Math.min(of.position, Math.max(0, query.expr.length - 1));
    const place = h("code", {}, query.expr.slice(0, at), h("mark", {}, query.expr.slice(at)));
    element.append(h("pre", {}, place));
  }
  if (of.reason === "not-configured") element.append(button("Open Settings", openSettings));
  return element;
}
