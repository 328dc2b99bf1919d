import { basename } from "node:path";
import {
  type CancellationToken,
  type CodeActionContext,
  CodeActionKind,
  type CodeAction as LspCodeAction,
} from "vscode-languageserver/node";
import { findPromtool, noPromtool } from "../adapters/promtool/find.ts";
import type { Position, Span } from "../base/text.ts";
import { testUncoveredRule } from "../checks/rule-test/uncovered.ts";
import { asksFor } from "../features/code-actions.ts";
import { liveLabels } from "../features/tests/live-labels.ts";
import { type Scaffold, scaffoldOf } from "../features/tests/scaffold.ts";
import { testText } from "../features/tests/test-text.ts";
import type { RuleGroupModel, RuleModel } from "../model/rules.ts";
import { type CreateTestResult, commands } from "../protocol.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { budgetOf } from "./budget.ts";
import type { ClientSupport } from "./client-support.ts";
import { filePathOf } from "./paths.ts";
import { isLeftAlone } from "./refactor.ts";
import type { Session } from "./session.ts";
import { placeOfTest } from "./test-place.ts";
import { documentAt } from "./tests.ts";
import { chosenOf, objectionTo } from "./worked-test.ts";

const title = "Create a Unit Test of This Rule";
/** How long the test waits for series of a backend. */
const liveBudgetMs = 5_000;

/** Offers a test of the rule that the span is in; its text is worked out when it is chosen. */
export function createTestAction(
  snapshot: Snapshot,
  at: Span,
  { only, triggerKind, diagnostics }: CodeActionContext,
): readonly LspCodeAction[] {
  const { document } = snapshot;
  const uncovered = diagnostics.filter(({ code }) => code === testUncoveredRule.id);
  const kind = uncovered.length > 0 ? CodeActionKind.QuickFix : CodeActionKind.RefactorExtract;
  if (!asksFor(only, kind) || filePathOf(document.uri) === undefined) return [];
  if (isLeftAlone(snapshot, triggerKind) || ruleAt(document, at.start) === undefined) return [];
  const argument = { uri: document.uri, position: document.lines.positionAt(at.start) };
  const command = { title, command: commands.createTest, arguments: [argument] };
  return [{ title, kind, command, ...(uncovered.length > 0 ? { diagnostics: uncovered } : {}) }];
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
 * `promscope.createTest`: writes a test of the rule at a position behind those of the test file beside its own, or into
 * a new one. Its series are those
 * that the first environment of the file has, where it answers, else made up; what it expects is what promtool gets
 * from them, so that the test passes until the rule says something else.
 */
export async function createTest(
  session: Session,
  support: ClientSupport,
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
  const { document } = snapshot;
  const found = ruleAt(document, document.lines.offsetAt(position));
  const scaffold = found === undefined ? undefined : scaffoldOf(found.rule, found.groups);
  if (found === undefined || scaffold === undefined)
    return { ok: false, problem: "There is no rule here that could be tested." };
  const promtool = await findPromtool(session.settings.promtool, process.env);
  if (promtool === undefined) return { ok: false, problem: noPromtool };
  const progress = support.showsProgress
    ? await session.connection.window.createWorkDoneProgress().catch(() => undefined)
    : undefined;
  progress?.begin("Creating a unit test", undefined, scaffold.name, true);
  const stop = new AbortController();
  const listeners = [token, progress?.token].map((one) => one?.onCancellationRequested(() => stop.abort()));
  try {
    return await written(
      { session, support, snapshot, path, found, scaffold, promtool, signal: stop.signal },
      token,
    );
  } finally {
    for (const listener of listeners) listener?.dispose();
    progress?.done();
  }
}

/** What a test is written with. */
interface Writing {
  readonly session: Session;
  readonly support: ClientSupport;
  readonly snapshot: Snapshot;
  readonly path: string;
  readonly found: TestableRule;
  readonly scaffold: Scaffold;
  readonly promtool: string;
  readonly signal: AbortSignal;
}

async function written(
  { session, support, snapshot, path, found, scaffold, promtool, signal }: Writing,
  token: CancellationToken,
): Promise<CreateTestResult> {
  const { document, environments } = snapshot;
  const budget = budgetOf(liveBudgetMs);
  const live = await liveLabels(scaffold.asked, environments, token, budget).finally(budget.end);
  const features = session.settings.enableFeatures;
  const work = { scaffold, path, promtool, features, signal, live: live?.labels };
  const worked = await chosenOf(work);
  const objection = "problem" in worked ? worked : await objectionTo(worked, work, document.text);
  if (signal.aborted) return { ok: false, problem: "The test was not made to the end: it was stopped." };
  if (objection !== undefined) return { ok: false, problem: objection.problem };
  if ("problem" in worked) return { ok: false, problem: worked.problem };
  const place = await placeOfTest(path, document.uri, scaffold, (at) => documentAt(session, at));
  const { uri: target, version } = place;
  const { attempt, expected } = worked;
  const source = attempt.isLive === true ? live?.environment : undefined;
  const notes = [
    ...(found.isObject ? [objectNote] : []),
    ...(source === undefined ? [] : [`Label values are those of series in ${oneLine(source)}.`]),
  ];
  const edit =
    place.kind === "new"
      ? {
          range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
          newText: testText(scaffold, attempt, expected, { ruleFile: basename(path), notes }),
        }
      : { range: place.range, newText: place.written(testText(scaffold, attempt, expected)) };
  const { connection } = session;
  const { applied } = await connection.workspace.applyEdit({
    label: title,
    edit: {
      documentChanges: [
        ...(place.kind === "new"
          ? [{ kind: "create" as const, uri: target, options: { ignoreIfExists: false } }]
          : []),
        { textDocument: { uri: target, version }, edits: [edit] },
      ],
    },
  });
  if (!applied) return { ok: false, problem: "The editor did not take the test." };
  if (support.showsDocuments)
    // The test is written, whether it is shown or not.
    await connection.window
      .showDocument({
        uri: target,
        takeFocus: true,
        selection: { start: edit.range.start, end: edit.range.start },
      })
      .catch(() => undefined);
  return { ok: true, uri: target };
}

const objectNote =
  "Run by Promscope, which takes the rules out of the PrometheusRule; promtool alone refuses it.";

/** A name of the user's own as part of one line of a comment. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{C}\u2028\u2029]/gu, " ");
}
