import { readDocument } from "../../../server/src/model/read.ts";
import type { EnvironmentAccess } from "../../../server/src/world/environment.ts";
import type { Snapshot } from "../../../server/src/world/snapshot.ts";
import { emptyWorkspace } from "../../../server/src/world/workspace.ts";

/** A file with its cursor. */
export interface Marked {
  readonly snapshot: Snapshot;
  readonly offset: number;
}

export function snapshotOf(
  text: string,
  environments: readonly EnvironmentAccess[] = [],
  path = "rules/test.yaml",
  features: readonly string[] = [],
): Snapshot {
  const document = readDocument({ uri: `file:///w/${path}`, path, version: 1, text });
  return { document, workspace: emptyWorkspace, environments, features };
}

/** A file whose cursor is the `|` that is not a block scalar's; `‖` is the cursor where both are there. */
export function marked(text: string, environments: readonly EnvironmentAccess[] = [], path?: string): Marked {
  const cursor = text.includes("‖") ? "‖" : "|";
  const offset = text.indexOf(cursor);
  if (offset < 0) throw new Error("the fixture has no cursor");
  const clean = text.slice(0, offset) + text.slice(offset + 1);
  return { snapshot: snapshotOf(clean, environments, path), offset };
}

/** A rule file with one alert whose expression is written as given, behind `expr: `. */
export function ruleWith(expr: string): string {
  return `groups:\n  - name: g\n    rules:\n      - alert: A\n        expr: ${expr}\n        for: 5m\n`;
}
