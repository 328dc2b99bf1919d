import {
  type CodeAction,
  ErrorCodes,
  MessageType,
  ResponseError,
  ShowMessageNotification,
} from "vscode-languageserver/node";
import { historyOf } from "../adapters/prometheus/history.ts";
import type { CancellationToken } from "../base/cancellation.ts";
import type { Span } from "../base/text.ts";
import type { Finding } from "../checks/check.ts";
import { historySentence } from "../checks/live/history-words.ts";
import { asksFor } from "../features/code-actions.ts";
import { selectorAt } from "../features/selector-at.ts";
import { commands, type HistoryAnswer, type HistoryParams } from "../protocol.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { oneAfterTheOther } from "./asked-queries.ts";
import type { Session } from "./session.ts";

/** So many environments of a file are asked at once: each may ask back before it runs a query. */
const maxEnvironments = 3;

function readParams(argument: unknown): HistoryParams {
  const { uri, position } = (argument ?? {}) as Partial<HistoryParams>;
  if (
    typeof uri !== "string" ||
    !Number.isInteger(position?.line) ||
    !Number.isInteger(position?.character) ||
    position === undefined
  )
    throw new ResponseError(
      ErrorCodes.InvalidParams,
      "promscope.history takes one argument: {uri, position} of a selector in a file.",
    );
  return { uri, position };
}

/**
 * `promscope.history`: when the selector at a position found something in the last week, in the environments of its
 * file; shown in the editor, and the answer. Null where no selector stands. Queries run, and are asked about as others.
 */
export async function historyCommand(
  session: Session,
  argument: unknown,
  token: CancellationToken,
): Promise<HistoryAnswer | null> {
  const { uri, position } = readParams(argument);
  const snapshot = session.snapshot(uri);
  const selector = snapshot && selectorAt(snapshot, snapshot.document.lines.offsetAt(position));
  if (snapshot === undefined || selector === undefined) return null;
  const named = snapshot.environments.filter(({ queries }) => queries !== undefined);
  const environments: { environment: string; message: string }[] = [];
  for (const { environment } of named.slice(0, maxEnvironments)) {
    const { name } = environment;
    const run = oneAfterTheOther(session, name, token);
    const fact = await historyOf({ run }, name, { now: () => Date.now() })(selector);
    const message =
      fact.status === "unavailable"
        ? `${name}: ${fact.message}`
        : fact.status === "partial"
          ? `${name}: it cannot be told, ${fact.missing.join(", ")} did not answer.`
          : historySentence(name, selector, fact.value);
    environments.push({ environment: name, message });
  }
  if (environments.length > 0 && !session.closed)
    void session.connection.sendNotification(ShowMessageNotification.type, {
      type: MessageType.Info,
      message: environments.map(({ message }) => message).join(" "),
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
