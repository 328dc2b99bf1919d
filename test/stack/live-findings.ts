import type { Check, Finding } from "../../server/src/checks/check.ts";
import { runChecks } from "../../server/src/checks/run.ts";
import { readDocument } from "../../server/src/model/read.ts";
import type { EnvironmentAccess } from "../../server/src/world/environment.ts";
import type { NameIndex } from "../../server/src/world/names/index.ts";
import { emptyWorkspace } from "../../server/src/world/workspace.ts";

/** What checks say of a file once they know all that they ask. */
export async function settledFindings(
  text: string,
  environments: readonly EnvironmentAccess[],
  checks: readonly Check[],
  more: {
    readonly path?: string;
    readonly names?: NameIndex;
    readonly otherEnvironments?: readonly EnvironmentAccess[];
  } = {},
): Promise<readonly Finding[]> {
  const { path = "rules.yaml", names, otherEnvironments = [] } = more;
  const document = readDocument({ uri: `file:///${path}`, path, version: 1, text });
  const run = (): readonly Finding[] =>
    runChecks(
      { document, workspace: emptyWorkspace, names, environments, otherEnvironments, features: [] },
      [],
      checks,
    );
  const indexes = [...environments, ...otherEnvironments].flatMap(({ live, identity }) =>
    [live ?? [], identity ?? []].flat(),
  );
  let learnt = true;
  const listeners = indexes.map((index) =>
    index.onChange(() => {
      learnt = true;
    }),
  );
  let found: readonly Finding[] = [];
  while (learnt) {
    learnt = false;
    found = run();
    await Promise.all(indexes.map((index) => index.settled()));
  }
  for (const listener of listeners) listener.dispose();
  return found;
}
