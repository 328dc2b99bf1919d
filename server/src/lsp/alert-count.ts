import type { CodeAction, CodeActionContext } from "vscode-languageserver/node";
import { liveQueries } from "../adapters/prometheus/live-queries.ts";
import type { CancellationToken } from "../base/cancellation.ts";
import type { Span } from "../base/text.ts";
import { type AlertLook, alertLookOf, alertWords, countIn } from "../checks/live/alert-count.ts";
import { fieldText } from "../checks/rule/context.ts";
import { asksFor } from "../features/code-actions.ts";
import { parseWith } from "../features/embedded.ts";
import type { RuleModel } from "../model/rules.ts";
import { type AlertCountAnswer, type AlertCountParams, commands } from "../protocol.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { askEach, oneAfterTheOther } from "./asked-queries.ts";
import { readPlace } from "./place-argument.ts";
import { isLeftAlone } from "./refactor.ts";
import type { Session } from "./session.ts";

const title = "Count the Alerts of the Last Day";

/** An alert whose expression can be run. */
interface CountableAlert {
  readonly rule: RuleModel;
  readonly name: string;
  readonly expression: string;
  readonly look: AlertLook;
}

function alertAt(snapshot: Snapshot, offset: number): CountableAlert | undefined {
  for (const { model } of snapshot.document.parts) {
    if (model.kind !== "rules" && model.kind !== "PrometheusRule") continue;
    for (const group of model.rules.groups)
      for (const rule of group.rules) {
        const { span } = rule.node;
        if (rule.kind !== "alert" || rule.expr === undefined || offset < span.start || offset > span.end)
          continue;
        const look = alertLookOf({
          for: fieldText(rule, "for"),
          keepFiringFor: fieldText(rule, "keep_firing_for"),
          interval: fieldText(group, "interval"),
        });
        const expression = rule.expr.text;
        const { expr, errors } = parseWith(snapshot, expression);
        if (look === undefined || errors.length > 0 || expr?.type !== "vector") return undefined;
        return { rule, name: rule.name?.value ?? "", expression, look };
      }
  }
  return undefined;
}

/**
 * `promscope.alertCount`: the alerts that the rule at a position would have fired in the last day, in the environments
 * of its file; shown in the editor, and the answer. Null where no alert stands that can be run. Queries run, and are
 * asked about as others.
 */
export async function alertCountCommand(
  session: Session,
  argument: unknown,
  token: CancellationToken,
): Promise<AlertCountAnswer | null> {
  const { uri, position } = readPlace(argument, commands.alertCount, "an alert");
  const snapshot = session.snapshot(uri);
  const alert = snapshot && alertAt(snapshot, snapshot.document.lines.offsetAt(position));
  if (snapshot === undefined || alert === undefined) return null;
  const { expression, look } = alert;
  const environments = await askEach(session, snapshot, async ({ name, replicaLabels }) => {
    const run = oneAfterTheOther(session, name, token);
    const queries = liveQueries({ run }, name, { now: () => Date.now() }, replicaLabels);
    const fact = await queries.times(expression, look.seconds, look.step);
    if (fact.status !== "ok") {
      const why = fact.status === "partial" ? "not all of it answers." : fact.message;
      return { environment: name, message: `${name}: ${why}`, fired: null };
    }
    const count = countIn(fact.value, look);
    return { environment: name, message: `${name}: ${alertWords(count)}.`, fired: count.fired };
  });
  return { alert: alert.name, environments };
}

/** The action that counts, on an alert of a file whose environments can be asked. */
export function alertCountAction(
  snapshot: Snapshot,
  at: Span,
  { only, triggerKind }: CodeActionContext,
): readonly CodeAction[] {
  const kind = "refactor";
  if (!asksFor(only, kind) || isLeftAlone(snapshot, triggerKind)) return [];
  if (!snapshot.environments.some(({ queries }) => queries !== undefined)) return [];
  if (alertAt(snapshot, at.start) === undefined) return [];
  const { uri, lines } = snapshot.document;
  const params: AlertCountParams = { uri, position: lines.positionAt(at.start) };
  return [{ title, kind, command: { title, command: commands.alertCount, arguments: [params] } }];
}
