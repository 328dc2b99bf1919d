import { access } from "node:fs/promises";
import { basename } from "node:path";
import {
  type CancellationToken,
  CodeActionKind,
  type CodeAction as LspCodeAction,
} from "vscode-languageserver/node";
import { findPromtool, noPromtool } from "../adapters/promtool/find.ts";
import { runRuleTests } from "../adapters/promtool/rule-tests.ts";
import type { Labels } from "../base/labels.ts";
import type { Position, Span } from "../base/text.ts";
import { asksFor } from "../features/code-actions.ts";
import { expectedFrom } from "../features/tests/got.ts";
import { liveLabels } from "../features/tests/live-labels.ts";
import { type Attempt, type Expected, type Scaffold, scaffoldOf } from "../features/tests/scaffold.ts";
import { testText } from "../features/tests/test-text.ts";
import type { RuleGroupModel, RuleModel } from "../model/rules.ts";
import { type CreateTestResult, commands } from "../protocol.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { budgetOf } from "./budget.ts";
import { filePathOf } from "./paths.ts";
import type { Session } from "./session.ts";

const title = "Create a Unit Test of This Rule";
const deadlineMs = 60_000;
/** How long the test waits for series of a backend. */
const liveBudgetMs = 5_000;

/** Offers a test of the rule that the span is in; its text is worked out when it is chosen. */
export function createTestAction(
  { document }: Snapshot,
  at: Span,
  only: readonly string[] | undefined,
): readonly LspCodeAction[] {
  if (!asksFor(only, "refactor.extract") || filePathOf(document.uri) === undefined) return [];
  if (ruleAt(document, at.start) === undefined) return [];
  const argument = { uri: document.uri, position: document.lines.positionAt(at.start) };
  const command = { title, command: commands.createTest, arguments: [argument] };
  return [{ title, kind: CodeActionKind.RefactorExtract, command }];
}

/** A rule that a test can be made of. */
interface TestableRule {
  readonly rule: RuleModel;
  /** What promtool evaluates together with it: the groups of its file. */
  readonly groups: readonly RuleGroupModel[];
  readonly isObject: boolean;
}

/** The rule at an offset of a rule file or a PrometheusRule; rules that stand elsewhere are no file that can be run. */
function ruleAt({ parts }: Snapshot["document"], offset: number): TestableRule | undefined {
  const models = parts.flatMap(({ model, standing }) => {
    if (standing !== undefined) return [];
    return model.kind === "rules" || model.kind === "PrometheusRule" ? [model] : [];
  });
  // Of a rule file promtool reads the first document.
  const readable = models[0]?.kind === "rules" ? models.slice(0, 1) : models.filter(isObject);
  const groups = readable.flatMap(({ rules }) => rules.groups);
  const rule = groups
    .flatMap(({ rules }) => rules)
    .find(({ node: { span } }) => span.start <= offset && offset <= span.end);
  if (rule?.name === undefined || rule.expr === undefined) return undefined;
  return { rule, groups, isObject: readable.some(isObject) };
}

function isObject({ kind }: { readonly kind: string }): boolean {
  return kind === "PrometheusRule";
}

/**
 * `promscope.createTest`: writes a test of the rule at a position into a new file beside its own. Its series are those
 * that the first environment of the file has, where it answers, else made up; what it expects is what promtool gets
 * from them, so that the test passes until the rule says something else.
 */
export async function createTest(
  session: Session,
  argument: unknown,
  token: CancellationToken,
): Promise<CreateTestResult> {
  const { uri, position } = (typeof argument === "object" && argument !== null ? argument : {}) as {
    readonly uri?: string;
    readonly position?: Position;
  };
  const snapshot = typeof uri === "string" ? session.snapshot(uri) : undefined;
  const path = typeof uri === "string" ? filePathOf(uri) : undefined;
  if (snapshot === undefined || path === undefined || position === undefined)
    return { ok: false, problem: "Save the rule file first: its test stands beside it." };
  const { document, environments } = snapshot;
  const found = ruleAt(document, document.lines.offsetAt(position));
  const scaffold = found === undefined ? undefined : scaffoldOf(found.rule, found.groups);
  if (found === undefined || scaffold === undefined)
    return { ok: false, problem: "There is no rule here that could be tested." };
  const promtool = await findPromtool(session.settings.promtool, process.env);
  if (promtool === undefined) return { ok: false, problem: noPromtool };
  const budget = budgetOf(liveBudgetMs);
  const live = await liveLabels(scaffold.asked, environments, token, budget).finally(budget.end);
  const notes = [
    ...(found.isObject ? [objectNote] : []),
    ...(live === undefined ? [] : [`Label values are those of series in ${oneLine(live.environment)}.`]),
  ];
  const features = session.settings.enableFeatures;
  const text = await workedOut({ scaffold, path, promtool, features, notes, live: live?.labels });
  if (text === undefined)
    return { ok: false, problem: "promtool cannot run this rule file: mend its errors first." };
  const target = await freeName(path);
  const newUri = new URL(encodeURIComponent(basename(target)), document.uri).href;
  const { applied } = await session.connection.workspace.applyEdit({
    label: title,
    edit: {
      documentChanges: [
        { kind: "create", uri: newUri, options: { ignoreIfExists: false } },
        {
          textDocument: { uri: newUri, version: null },
          edits: [
            { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, newText: text },
          ],
        },
      ],
    },
  });
  return applied
    ? { ok: true, uri: newUri }
    : { ok: false, problem: "The editor did not take the new file." };
}

const objectNote =
  "Run by Promscope, which takes the rules out of the PrometheusRule; promtool alone refuses it.";

/** A name of the user's own as part of one line of a comment. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{C}\u2028\u2029]/gu, " ");
}

/** What the text of a test is made of. */
export interface Work {
  readonly scaffold: Scaffold;
  /** The file of the rules: its name stands in `rule_files`. */
  readonly path: string;
  readonly promtool: string;
  readonly features: readonly string[];
  readonly notes?: readonly string[] | undefined;
  /** Label sets of real series, in the order of `scaffold.asked`. */
  readonly live?: readonly (readonly Labels[])[] | undefined;
}

/**
 * The text of the test: of all ways to fill its series the first in which the rule gives something, else the first.
 * Nothing where promtool does not run the rules.
 */
export async function workedOut(work: Work): Promise<string | undefined> {
  const { scaffold, path, notes } = work;
  const head = { ruleFile: basename(path), notes };
  let chosen: { readonly attempt: Attempt; readonly expected: Expected } | undefined;
  for (const round of scaffold.rounds(work.live)) {
    const attempts = round();
    const outcomes = await outcomesOf(work, attempts);
    if (outcomes === undefined) return undefined;
    for (const [at, expected] of outcomes.entries()) {
      const attempt = attempts[at];
      if (attempt === undefined || expected === undefined) continue;
      if (expected.alerts.length + expected.samples.length > 0)
        return testText(scaffold, attempt, expected, head);
      chosen ??= { attempt, expected };
    }
  }
  return chosen === undefined ? undefined : testText(scaffold, chosen.attempt, chosen.expected, head);
}

/** What promtool gets from each way; nothing for one that fails otherwise, nothing at all where it runs none. */
async function outcomesOf(
  { scaffold, path, promtool, features }: Work,
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
      signal: new AbortController().signal,
    },
  );
  if (!result.ok || result.refusal !== undefined) return undefined;
  return result.cases.map(({ failures }) =>
    failures.length === 0 ? none : failures.length === 1 ? expectedFrom(failures[0]) : undefined,
  );
}

/** `NAME_test.yml` beside the rules, with a number where it is taken. */
async function freeName(path: string): Promise<string> {
  const [, stem = path, ending = ".yml"] = /^(.*?)(\.ya?ml|\.rules)?$/.exec(path) ?? [];
  const suffix = ending === ".rules" ? ".yml" : ending;
  for (let number = 1; ; number++) {
    const candidate = `${stem}_test${number === 1 ? "" : `-${number}`}${suffix}`;
    const taken = await access(candidate).then(
      () => true,
      () => false,
    );
    if (!taken) return candidate;
  }
}
