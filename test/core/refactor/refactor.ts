import { applyEdits } from "../../../server/src/base/text.ts";
import { refactorings } from "../../../server/src/features/refactor/index.ts";
import type { Refactoring } from "../../../server/src/features/refactor/refactoring.ts";
import type { Snapshot } from "../../../server/src/world/snapshot.ts";
import { snapshotOf } from "../features/files.ts";

/** A file with a selection between `«` and `»`, or a cursor `‖`. */
export function selected(text: string): { snapshot: Snapshot; offered: readonly Refactoring[] } {
  const start = text.search(/[«‖]/);
  const end = text.includes("»") ? text.indexOf("»") - 1 : start;
  if (start < 0) throw new Error("the fixture has no selection");
  const snapshot = snapshotOf(text.replaceAll(/[«»‖]/g, ""));
  return { snapshot, offered: refactorings(snapshot, { start, end }) };
}

/** The file after the refactoring with that title; nothing where it is not offered or cannot be done. */
export function refactored(text: string, title: string): string | undefined {
  const { snapshot, offered } = selected(text);
  const edits = offered.find((one) => one.title === title)?.edits();
  return edits === undefined ? undefined : applyEdits(snapshot.document.text, edits);
}

/** Titles of what is offered, of a kind. */
export function titles(text: string, id = ""): readonly string[] {
  return selected(text)
    .offered.filter((one) => one.id.startsWith(id))
    .map(({ title }) => title);
}

/** A rule file with one alert whose expression is written as given. */
export function alertWith(expr: string, rest = ""): string {
  return `groups:\n- name: g\n  rules:\n  - alert: A\n    expr: ${expr}\n${rest}`;
}
