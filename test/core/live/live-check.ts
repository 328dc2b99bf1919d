import { expect } from "vitest";
import type { Check } from "../../../server/src/checks/check.ts";
import { counterChecks } from "../../../server/src/checks/counter/index.ts";
import { liveChecks } from "../../../server/src/checks/live/index.ts";
import { runChecks } from "../../../server/src/checks/run.ts";
import { readDocument } from "../../../server/src/model/read.ts";
import type { Snapshot } from "../../../server/src/world/snapshot.ts";
import { emptyWorkspace } from "../../../server/src/world/workspace.ts";
import type { FakeIndex } from "./fake-index.ts";

const indented = (text: string): string => text.replaceAll("\n", "\n      ");

/** What the live checks say of one alert with this expression: `id severity "source" message`. */
export function liveFindings(
  expr: string,
  environments: readonly FakeIndex[],
  more: Partial<Omit<Snapshot, "document" | "environments">> = {},
  checks: readonly Check[] = liveChecks,
): readonly string[] {
  return liveFindingsIn(
    `groups:\n- name: g\n  rules:\n  - alert: A\n    expr: |-\n      ${indented(expr)}\n`,
    environments,
    more,
    checks,
  );
}

/** What the checks of counters say of it. */
export function typeFindings(expr: string, environments: readonly FakeIndex[]): readonly string[] {
  return liveFindings(expr, environments, {}, counterChecks);
}

export function liveFindingsIn(
  text: string,
  environments: readonly FakeIndex[],
  more: Partial<Omit<Snapshot, "document" | "environments">> = {},
  checks: readonly Check[] = liveChecks,
): readonly string[] {
  const document = readDocument({ uri: "file:///rules.yml", path: "rules.yml", version: 1, text });
  const problems: string[] = [];
  const findings = runChecks(
    {
      document,
      workspace: emptyWorkspace,
      features: [],
      ...more,
      environments: environments.map(({ access }) => access),
    },
    problems,
    checks,
  );
  expect(problems).toEqual([]);
  for (const { message } of findings) expect(message.length).toBeLessThanOrEqual(120);
  return findings.map(
    ({ check, severity, span, message }) =>
      `${check} ${severity} ${JSON.stringify(text.slice(span.start, span.end))} ${message}`,
  );
}
