import { basename } from "node:path";
import { runRuleTests } from "../adapters/promtool/rule-tests.ts";
import type { Labels } from "../base/labels.ts";
import type { Span } from "../base/text.ts";
import { expectedFrom } from "../features/tests/got.ts";
import { textForPromtool } from "../features/tests/rule-text.ts";
import type { Attempt, Expected, Scaffold } from "../features/tests/scaffold.ts";
import { testText } from "../features/tests/test-text.ts";

/** Of one run of promtool, and of all that try to make a rule give something. */
const deadlineMs = 60_000;
const searchMs = 120_000;
/** So many ways are tried at once: where each costs much, what the first of them give is there soon. */
const batches: readonly number[] = [6, 12, 25];

/** What the text of a test is made of. */
export interface Work {
  readonly scaffold: Scaffold;
  /** The file of the rules: its name stands in `rule_files`. */
  readonly path: string;
  readonly promtool: string;
  readonly features: readonly string[];
  readonly signal?: AbortSignal | undefined;
  /** How long it may look for a way that makes the rule give something. */
  readonly withinMs?: number | undefined;
  /** Label sets of real series, in the order of `scaffold.asked`. */
  readonly live?: readonly (readonly Labels[])[] | undefined;
}

/** A way to fill the series, and what the rule gives of them. */
export interface Worked {
  readonly attempt: Attempt;
  readonly expected: Expected;
}

/** Why there is no test: one sentence for a person. */
export interface Unworked {
  readonly problem: string;
}

/**
 * Of all ways to fill the series of a test the first in which the rule gives something, else the first. A problem
 * where promtool does not run the rules, or none of the first ways in time.
 */
export async function chosenOf(work: Work): Promise<Worked | Unworked> {
  const until = Date.now() + (work.withinMs ?? searchMs);
  let chosen: Worked | undefined;
  for (const round of work.scaffold.rounds(work.live))
    for (const attempts of inBatches(round())) {
      const left = until - Date.now();
      const outcomes = left > 0 ? await outcomesOf(work, attempts, Math.min(left, deadlineMs)) : tooLong;
      // What takes too long leaves what was found before.
      if ("problem" in outcomes) return chosen ?? outcomes;
      for (const [at, expected] of outcomes.entries()) {
        const attempt = attempts[at];
        if (attempt === undefined || expected === undefined) continue;
        if (expected.alerts.length + expected.samples.length > 0) return { attempt, expected };
        chosen ??= { attempt, expected };
      }
    }
  return chosen ?? refused;
}

const tooLong: Unworked = {
  problem: "promtool needs too long for all that this rule looks back at: write its test by hand.",
};
const otherRules: Unworked = {
  problem: "promtool does not pass this test with all of the file: mend the errors in its other rules first.",
};
const refused: Unworked = { problem: "promtool cannot run this rule file: mend its errors first." };

function* inBatches(attempts: readonly Attempt[]): Iterable<readonly Attempt[]> {
  let at = 0;
  for (const size of [...batches, attempts.length]) {
    if (at < attempts.length) yield attempts.slice(at, at + size);
    at += size;
  }
}

/** Why promtool does not pass a test of the rule together with all of its file; nothing where it does. */
export async function objectionTo(
  { attempt, expected }: Worked,
  { scaffold, path, promtool, features, signal = new AbortController().signal }: Work,
  fileText: string,
): Promise<Unworked | undefined> {
  const file = basename(path);
  const text = testText(scaffold, attempt, expected, { ruleFile: file });
  const result = await runRuleTests(
    { path: `${path}.test`, text, ruleFiles: [entryIn(text, file)] },
    {
      promtool,
      unsaved: new Map([[path, fileText]]),
      translate: textForPromtool,
      features,
      deadlineMs,
      signal,
    },
  );
  if (!result.ok) return result.late === true ? tooLong : { problem: result.problem };
  const passes = result.cases.every(({ failures }) => failures.length === 0);
  return passes && result.refusal === undefined ? undefined : otherRules;
}

/** The entry of `rule_files` in the text of a test. */
function entryIn(text: string, value: string): { readonly span: Span; readonly value: string } {
  const start = text.indexOf("  - ") + 4;
  return { span: { start, end: text.indexOf("\n", start) }, value };
}

/** What promtool gets from each way; nothing for one that fails otherwise, a problem where it runs none. */
async function outcomesOf(
  { scaffold, path, promtool, features, signal = new AbortController().signal }: Work,
  attempts: readonly Attempt[],
  withinMs: number,
): Promise<readonly (Expected | undefined)[] | Unworked> {
  const none: Expected = { alerts: [], samples: [] };
  const file = basename(path);
  const text = attempts
    .map((attempt, at) =>
      testText(scaffold, attempt, none, at === 0 ? { ruleFile: file } : undefined, String(at)),
    )
    .join("");
  const result = await runRuleTests(
    { path: `${path}.test`, text, ruleFiles: [entryIn(text, file)] },
    {
      promtool,
      unsaved: new Map([[path, scaffold.rules]]),
      translate: () => undefined,
      features,
      deadlineMs: withinMs,
      signal,
    },
  );
  if (!result.ok) return result.late === true ? tooLong : { problem: result.problem };
  if (result.refusal !== undefined) return refused;
  return result.cases.map(({ failures }) =>
    failures.length === 0 ? none : failures.length === 1 ? expectedFrom(failures[0]) : undefined,
  );
}
