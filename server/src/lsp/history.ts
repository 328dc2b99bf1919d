import type { CodeAction } from "vscode-languageserver/node";
import { historyOf } from "../adapters/prometheus/history.ts";
import type { CancellationToken } from "../base/cancellation.ts";
import type { Span } from "../base/text.ts";
import type { Finding } from "../checks/check.ts";
import { historySentence } from "../checks/live/history-words.ts";
import { asksFor } from "../features/code-actions.ts";
import { selectorAt } from "../features/selector-at.ts";
import { commands, type HistoryAnswer, type HistoryParams } from "../protocol.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { askEach, oneAfterTheOther } from "./asked-queries.ts";
import { readPlace } from "./place-argument.ts";
import type { Session } from "./session.ts";

/**
 * `promscope.history`: when the selector at a position found something in the last week, in the environments of its
 * file; shown in the editor, and the answer. Null where no selector stands. Queries run, and are asked about as others.
 */
export async function historyCommand(
  session: Session,
  argument: unknown,
  token: CancellationToken,
): Promise<HistoryAnswer | null> {
  const { uri, position } = readPlace(argument, commands.history, "a selector");
  const snapshot = session.snapshot(uri);
  const selector = snapshot && selectorAt(snapshot, snapshot.document.lines.offsetAt(position));
  if (snapshot === undefined || selector === undefined) return null;
  const environments = await askEach(session, snapshot, async ({ name }) => {
    const run = oneAfterTheOther(session, name, token);
    const fact = await historyOf({ run }, name, { now: () => Date.now() })(selector);
    const message =
      fact.status === "unavailable"
        ? `${name}: ${fact.message}`
        : fact.status === "partial"
          ? `${name}: it cannot be told, ${fact.missing.join(", ")} did not answer.`
          : historySentence(name, selector, fact.value);
    return { environment: name, message };
  });
  return { selector, environments };
}

/** The action that looks back, on what a live check says is missing. */
export function historyActions(
  snapshot: Snapshot,
  findings: readonly Finding[],
  at: Span,
  only: readonly string[] | undefined,
): readonly CodeAction[] {
  if (!asksFor(only, "quickfix") || !snapshot.environments.some(({ queries }) => queries !== undefined))
    return [];
  const missing = findings.find(
    ({ check, span }) =>
      /^live\.(?:metric|label|value)-/.test(check) && span.start <= at.end && at.start <= span.end,
  );
  if (missing === undefined) return [];
  const { uri, lines } = snapshot.document;
  const params: HistoryParams = { uri, position: lines.positionAt(missing.span.start) };
  const title = "Check the history of this selector";
  return [{ title, kind: "quickfix", command: { title, command: commands.history, arguments: [params] } }];
}
