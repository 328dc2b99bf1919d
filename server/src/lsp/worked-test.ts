import { basename } from "node:path";
import { runRuleTests } from "../adapters/promtool/rule-tests.ts";
import type { Labels } from "../base/labels.ts";
import { expectedFrom } from "../features/tests/got.ts";
import type { Attempt, Expected, Scaffold } from "../features/tests/scaffold.ts";
import { testText } from "../features/tests/test-text.ts";

const deadlineMs = 60_000;

/** What the text of a test is made of. */
export interface Work {
  readonly scaffold: Scaffold;
  /** The file of the rules: its name stands in `rule_files`. */
  readonly path: string;
  readonly promtool: string;
  readonly features: readonly string[];
  readonly notes?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Label sets of real series, in the order of `scaffold.asked`. */
  readonly live?: readonly (readonly Labels[])[] | undefined;
}

/** A way to fill the series, and what the rule gives of them. */
export interface Worked {
  readonly attempt: Attempt;
  readonly expected: Expected;
}

/** The text of a new file with the test; nothing where promtool does not run the rules. */
export async function workedOut(work: Work): Promise<string | undefined> {
  const { scaffold, path, notes } = work;
  const chosen = await chosenOf(work);
  return chosen && testText(scaffold, chosen.attempt, chosen.expected, { ruleFile: basename(path), notes });
}

/**
 * Of all ways to fill the series of a test the first in which the rule gives something, else the first. Nothing where
 * promtool does not run the rules.
 */
export async function chosenOf(work: Work): Promise<Worked | undefined> {
  const { scaffold } = work;
  let chosen: Worked | undefined;
  for (const round of scaffold.rounds(work.live)) {
    const attempts = round();
    const outcomes = await outcomesOf(work, attempts);
    // One that takes too long leaves what was found before.
    if (outcomes === undefined) return chosen;
    for (const [at, expected] of outcomes.entries()) {
      const attempt = attempts[at];
      if (attempt === undefined || expected === undefined) continue;
      if (expected.alerts.length + expected.samples.length > 0) return { attempt, expected };
      chosen ??= { attempt, expected };
    }
  }
  return chosen;
}

/** What promtool gets from each way; nothing for one that fails otherwise, nothing at all where it runs none. */
async function outcomesOf(
  { scaffold, path, promtool, features, signal = new AbortController().signal }: Work,
  attempts: readonly Attempt[],
): Promise<readonly (Expected | undefined)[] | undefined> {
  const none: Expected = { alerts: [], samples: [] };
  const file = basename(path);
  const text = attempts
    .map((attempt, at) =>
      testText(scaffold, attempt, none, at === 0 ? { ruleFile: file } : undefined, String(at)),
    )
    .join("");
  const start = text.indexOf("  - ") + 4;
  const entry = { span: { start, end: text.indexOf("\n", start) }, value: file };
  const result = await runRuleTests(
    { path: `${path}.test`, text, ruleFiles: [entry] },
    {
      promtool,
      unsaved: new Map([[path, scaffold.rules]]),
      translate: () => undefined,
      features,
      deadlineMs,
      signal,
    },
  );
  if (!result.ok || result.refusal !== undefined) return undefined;
  return result.cases.map(({ failures }) =>
    failures.length === 0 ? none : failures.length === 1 ? expectedFrom(failures[0]) : undefined,
  );
}
