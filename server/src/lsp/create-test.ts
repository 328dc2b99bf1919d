import { access } from "node:fs/promises";
import { basename } from "node:path";
import { CodeActionKind, type CodeAction as LspCodeAction } from "vscode-languageserver/node";
import { findPromtool, noPromtool } from "../adapters/promtool/find.ts";
import { runRuleTests } from "../adapters/promtool/rule-tests.ts";
import type { Position, Span } from "../base/text.ts";
import { asksFor } from "../features/code-actions.ts";
import { expectedFrom } from "../features/tests/got.ts";
import { type Expected, type Scaffold, scaffoldOf, testText } from "../features/tests/scaffold.ts";
import type { RuleFileModel, RuleModel } from "../model/rules.ts";
import { type CreateTestResult, commands } from "../protocol.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { filePathOf } from "./paths.ts";
import type { Session } from "./session.ts";

const title = "Create a Unit Test of This Rule";
const deadlineMs = 60_000;

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

/** The rule at an offset of a rule file; promtool reads no other files. */
function ruleAt(
  { parts }: Snapshot["document"],
  offset: number,
): { readonly rule: RuleModel; readonly file: RuleFileModel } | undefined {
  const [part] = parts;
  if (part?.model.kind !== "rules" || part.standing !== undefined) return undefined;
  const file = part.model.rules;
  const rule = file.groups
    .flatMap(({ rules }) => rules)
    .find(({ node: { span } }) => span.start <= offset && offset <= span.end);
  return rule?.name === undefined || rule.expr === undefined ? undefined : { rule, file };
}

/**
 * `promscope.createTest`: writes a test of the rule at a position into a new file beside its own. What it expects is
 * what promtool gets from the series, so that the test passes until the rule says something else.
 */
export async function createTest(session: Session, argument: unknown): Promise<CreateTestResult> {
  const { uri, position } = (typeof argument === "object" && argument !== null ? argument : {}) as {
    readonly uri?: string;
    readonly position?: Position;
  };
  const document = typeof uri === "string" ? session.documents.get(uri) : undefined;
  const path = typeof uri === "string" ? filePathOf(uri) : undefined;
  if (document === undefined || path === undefined || position === undefined)
    return { ok: false, problem: "Save the rule file first: its test stands beside it." };
  const found = ruleAt(document, document.lines.offsetAt(position));
  const scaffold = found === undefined ? undefined : scaffoldOf(found.rule, found.file.groups);
  if (scaffold === undefined) return { ok: false, problem: "There is no rule here that could be tested." };
  const promtool = await findPromtool(session.settings.promtool, process.env);
  if (promtool === undefined) return { ok: false, problem: noPromtool };
  const text = await workedOut(scaffold, path, document.text, promtool, session.settings.enableFeatures);
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

/**
 * The text of the test: of all ways to fill its series the first in which the rule gives something, else the first.
 * Nothing where promtool does not run the rule file.
 */
export async function workedOut(
  scaffold: Scaffold,
  path: string,
  rules: string,
  promtool: string,
  features: readonly string[],
): Promise<string | undefined> {
  const none: Expected = { alerts: [], samples: [] };
  const file = basename(path);
  const text = scaffold.attempts
    .map((attempt, at) => testText(scaffold, attempt, none, at === 0 ? file : undefined, String(at)))
    .join("");
  const start = text.indexOf("  - ") + 4;
  const entry = { span: { start, end: text.indexOf("\n", start) }, value: file };
  const result = await runRuleTests(
    { path: `${path}.test`, text, ruleFiles: [entry] },
    {
      promtool,
      unsaved: new Map([[path, rules]]),
      features,
      deadlineMs,
      signal: new AbortController().signal,
    },
  );
  if (!result.ok || result.refusal !== undefined) return undefined;
  const outcomes = result.cases.map(({ failures }) =>
    failures.length === 0 ? none : failures.length === 1 ? expectedFrom(failures[0]) : undefined,
  );
  const gives = outcomes.findIndex(
    (outcome) => outcome !== undefined && outcome.alerts.length + outcome.samples.length > 0,
  );
  const chosen = gives >= 0 ? gives : outcomes.findIndex((outcome) => outcome !== undefined);
  const [attempt, expected] = [scaffold.attempts[chosen], outcomes[chosen]];
  return attempt === undefined || expected === undefined
    ? undefined
    : testText(scaffold, attempt, expected, file);
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
