import type { QueryAnswer, QueryFailure } from "../../../server/src/protocol.ts";
import type { PanelResult } from "../panel-messages.ts";
import { button, h } from "./dom.ts";
import { count, seriesText } from "./format.ts";

/** Whether all that could answer did; the colour is said in words as well. */
export function badge({ completeness }: QueryAnswer): HTMLElement {
  const { status, missing } = completeness;
  const titles = {
    complete: "Every store that could hold an answer gave it.",
    partial: "Some stores did not answer: what they hold is not in this result.",
    unknown:
      "It is not known whether this answer is complete: the backend does not tell, or shows nothing at all.",
  };
  const texts = {
    complete: "complete",
    partial: missing.length > 0 ? `partial, ${missing.length} missing` : "partial",
    unknown: "completeness unknown",
  };
  return h("span", { class: `badge ${status}`, title: titles[status] }, texts[status]);
}

/** What the server has to say beside the series: missing stores open, warnings and infos folded. */
export function notices(answer: QueryAnswer, asked: string): HTMLElement[] {
  const elements = problems(answer);
  if (isScoped(answer, asked))
    elements.push(fold("Sent with the scope of the environment", [answer.expression], "info", false));
  return elements;
}

function isScoped(answer: QueryAnswer, asked: string): boolean {
  return answer.expression.trim() !== asked.trim();
}

function problems(answer: QueryAnswer): HTMLElement[] {
  const elements: HTMLElement[] = [];
  const { missing } = answer.completeness;
  if (missing.length > 0) {
    const lines = missing.map(({ store, labels, reason }) => {
      const holds = labels.map(seriesText).join(" ");
      return `${store}${holds === "" ? "" : ` ${holds}`}: ${reason}`;
    });
    elements.push(fold(`${count(missing.length, "store")} did not answer`, lines, "warning", true));
  }
  if (answer.truncated !== undefined) {
    const { kept, total } = answer.truncated;
    const text = `The first ${kept.toLocaleString()} of ${count(total, "series", "series")} are shown: narrow the query.`;
    elements.push(h("p", { class: "note warning" }, text));
  }
  if (answer.warnings.length > 0)
    elements.push(fold(count(answer.warnings.length, "warning"), answer.warnings, "warning", false));
  if (answer.infos.length > 0)
    elements.push(fold(count(answer.infos.length, "info"), answer.infos, "info", false));
  return elements;
}

/** What the server says that it read, where it says so. */
export function samplesRead({ stats }: QueryAnswer): string {
  const samples = (stats as { samples?: { totalQueryableSamples?: unknown; peakSamples?: unknown } } | null)
    ?.samples;
  const { totalQueryableSamples: total, peakSamples: peak } = samples ?? {};
  if (typeof total !== "number") return "";
  const most = typeof peak === "number" ? `, at most ${peak.toLocaleString()} at once` : "";
  return `The server looked at ${count(total, "sample")}${most}.`;
}

/** The notices of several environments, each under its name; what was sent is told for all together. */
export function noticesOfAll(results: readonly PanelResult[], asked: string): HTMLElement[] {
  const elements = results.flatMap(({ environment, outcome }) => {
    const own = outcome.ok
      ? problems(outcome.answer)
      : [h("p", { class: "note error" }, outcome.failure.message)];
    if (own.length === 0) return [];
    return [h("section", { class: "of", "aria-label": environment }, h("b", {}, environment), ...own)];
  });
  const sent = results.flatMap(({ environment, outcome }) =>
    outcome.ok && isScoped(outcome.answer, asked) ? [`${environment}: ${outcome.answer.expression}`] : [],
  );
  if (sent.length > 0) elements.push(fold("Sent with the scopes of the environments", sent, "info", false));
  return elements;
}

function fold(title: string, lines: readonly string[], kind: "warning" | "info", open: boolean): HTMLElement {
  const list = h("ul", {}, ...lines.map((line) => h("li", {}, line)));
  return h("details", { class: kind, ...(open ? { open: "" } : {}) }, h("summary", {}, title), list);
}

/** A query that failed: one sentence, and where the backend says so the place in the expression. */
export function failure(expr: string, of: QueryFailure, openSettings: () => void): HTMLElement {
  const kind = of.reason === "cancelled" ? "note" : "error";
  const element = h("div", { class: `failure ${kind}`, role: "alert" }, h("p", {}, of.message));
  if (of.position !== undefined && of.position <= expr.length) {
    const at = Math.min(of.position, Math.max(0, expr.length - 1));
    const place = h("code", {}, expr.slice(0, at), h("mark", {}, expr.slice(at)));
    element.append(h("pre", {}, place));
  }
  if (of.reason === "not-configured") element.append(button("Open Settings", openSettings));
  return element;
}
