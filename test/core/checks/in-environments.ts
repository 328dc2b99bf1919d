import { expect } from "vitest";
import type { Finding } from "../../../server/src/checks/check.ts";
import { loadChecks } from "../../../server/src/checks/registry.ts";
import { runChecks } from "../../../server/src/checks/run.ts";
import { readDocument } from "../../../server/src/model/read.ts";
import type { Environment } from "../../../server/src/world/environment.ts";
import type { Identity } from "../../../server/src/world/ports.ts";
import { emptyWorkspace } from "../../../server/src/world/workspace.ts";
import { noEnvironment } from "../environment.ts";

/** What is said of whether a file loads in some environments, which have no backend but may tell who they are. */
export function refusedIn(
  text: string,
  environments: readonly Partial<Environment>[],
  identity?: Identity,
): readonly Finding[] {
  const document = readDocument({ uri: "file:///x.yml", path: "x.yml", version: 1, text });
  const problems: string[] = [];
  const findings = runChecks(
    {
      document,
      workspace: emptyWorkspace,
      environments: environments.map((given) => ({
        environment: { ...noEnvironment, ...given },
        metrics: undefined,
        queries: undefined,
        cluster: undefined,
        identity,
      })),
      features: [],
    },
    problems,
    loadChecks,
  );
  expect(problems).toEqual([]);
  return findings;
}

/** A file with a recording rule of this expression. */
export function ruleOf(expr: string): string {
  return `groups:\n  - name: g\n    rules:\n      - record: a:b\n        expr: ${expr}\n`;
}
