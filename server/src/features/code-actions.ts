import type { Span, TextEdit } from "../base/text.ts";
import type { Finding, Fix } from "../checks/check.ts";
import type { SourceDocument } from "../model/document.ts";
import { formatEdits } from "./format/expressions.ts";
import type { CodeAction } from "./types.ts";

const fixAllTitle = "Fix all safe Promscope findings";

/**
 * Fixes of the findings that the span touches, the safe ones preferred, and one action for all safe fixes
 * of the file. `only` are LSP's kinds that the client asked for; nothing means all.
 */
export function codeActions(
  findings: readonly Finding[],
  at: Span,
  only: readonly string[] | undefined,
): readonly CodeAction[] {
  const actions: CodeAction[] = [];
  if (asksFor(only, "quickfix")) {
    for (const finding of findings) {
      if (finding.span.start > at.end || finding.span.end < at.start) continue;
      for (const fix of finding.fixes ?? []) actions.push(quickFix(finding, fix));
    }
  }
  if (asksFor(only, "source.fixAll")) {
    const all = fixAll(findings);
    if (all !== undefined) actions.push(all);
  }
  return actions;
}

/** An action of kind `a.b` answers a request for `a` as well as for `a.b`. */
export function asksFor(only: readonly string[] | undefined, kind: string): boolean {
  return (
    only === undefined || only.some((asked) => asked === "" || kind === asked || kind.startsWith(`${asked}.`))
  );
}

function quickFix(finding: Finding, fix: Fix): CodeAction {
  return {
    title: fix.title,
    kind: "quickfix",
    checks: [finding.check],
    preferred: fix.safe,
    edits: fix.edits,
  };
}

/** Lays out all PromQL of the file, for clients that run such actions on save; only where they ask for it. */
export function formatAction(
  document: SourceDocument,
  only: readonly string[] | undefined,
): CodeAction | undefined {
  if (only === undefined || !asksFor(only, "source.formatPromql")) return undefined;
  const edits = formatEdits(document);
  if (edits.length === 0) return undefined;
  return { title: "Format PromQL", kind: "source.formatPromql", checks: [], preferred: false, edits };
}

/** The first safe fix of each finding; a fix that meets an earlier one is left for the next time. */
function fixAll(findings: readonly Finding[]): CodeAction | undefined {
  const edits: TextEdit[] = [];
  const checks = new Set<string>();
  for (const finding of findings) {
    const fix = finding.fixes?.find(({ safe }) => safe);
    if (fix === undefined || fix.edits.some((edit) => edits.some((other) => meet(edit.span, other.span))))
      continue;
    edits.push(...fix.edits);
    checks.add(finding.check);
  }
  if (edits.length === 0) return undefined;
  return { title: fixAllTitle, kind: "source.fixAll", checks: [...checks], preferred: false, edits };
}

/** Edits at one place meet even where they are empty: their order would be a guess. */
function meet(a: Span, b: Span): boolean {
  return a.start === b.start || (a.start < b.end && b.start < a.end);
}
