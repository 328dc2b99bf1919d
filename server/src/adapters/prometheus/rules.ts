import type { CancellationToken } from "../../base/cancellation.ts";
import { type Known, known, partial } from "../../base/known.ts";
import type { Clock, LiveAlert, LiveRule, ServerRules } from "../../world/ports.ts";
import { FactCache, type Policy } from "../fact-cache.ts";
import { about } from "../http/failures.ts";
import { isPartialWarning } from "./annotations.ts";
import type { BackendSession } from "./session.ts";
import { bag, isBag, labels, list, text } from "./wire.ts";

const deadlineMs = 8_000;
/** Alerts of one rule that are kept: a person reads a handful. */
const mostAlerts = 2_000;

const policy: Policy<readonly LiveRule[]> = {
  ttlMs: 10_000,
  bytes: (rules) => 200 + rules.reduce((sum, { alerts }) => sum + 500 + alerts.length * 600, 0),
  isNothing: (rules) => rules.length === 0,
};

/** The rules of a server (`/api/v1/rules`): those of one name, so that little is sent where it can choose. */
export function createServerRules(session: BackendSession, clock: Clock): ServerRules {
  const cache = new FactCache({ clock, source: session.source });
  return {
    named: (kind, name, token) =>
      cache.ask(JSON.stringify([kind, name]), policy, (inside) => ask(session, kind, name, inside), token),
  };
}

async function ask(
  session: BackendSession,
  kind: LiveRule["kind"],
  name: string,
  token: CancellationToken,
): Promise<Known<readonly LiveRule[]>> {
  const params = new URLSearchParams({ type: kind, "rule_name[]": name });
  const answer = await session.call({ endpoint: "rules", params, deadlineMs }, token);
  if (!answer.ok) return session.unavailable(answer.failure);
  const { data, warnings } = answer.reply;
  const groups = isBag(data) ? data["groups"] : undefined;
  if (!Array.isArray(groups) || !groups.every(isBag))
    return session.unavailable({
      reason: "invalid",
      message: about(session.host, "sent rules that cannot be read; check the path of the backend's URL."),
    });
  const rules = groups.flatMap((group) =>
    list(group["rules"]).flatMap((rule) => ruleIn(bag(rule), text(group["name"]), kind, name)),
  );
  const missing = warnings.filter(isPartialWarning);
  const asOf = session.clock.now();
  return missing.length === 0
    ? known(rules, session.source, asOf)
    : partial(rules, session.source, asOf, missing);
}

/** Nothing for rules of other names, which a server sends that does not know how to choose. */
function ruleIn(
  rule: ReturnType<typeof bag>,
  group: string,
  kind: LiveRule["kind"],
  name: string,
): readonly LiveRule[] {
  const written = text(rule["type"]) === "recording" ? "record" : "alert";
  if (written !== kind || text(rule["name"]) !== name) return [];
  const seconds = Number(rule["duration"] ?? 0);
  return [
    {
      kind,
      name,
      group,
      query: text(rule["query"]),
      labels: labels(rule["labels"]),
      annotations: labels(rule["annotations"]),
      holdSeconds: Number.isFinite(seconds) ? seconds : 0,
      health: text(rule["health"]),
      lastError: text(rule["lastError"]),
      lastEvaluation: timeIn(rule["lastEvaluation"]),
      alerts: list(rule["alerts"])
        .slice(0, mostAlerts)
        .flatMap((alert) => alertIn(bag(alert))),
    },
  ];
}

function alertIn(alert: ReturnType<typeof bag>): readonly LiveAlert[] {
  const state = text(alert["state"]);
  if (state !== "firing" && state !== "pending") return [];
  return [
    {
      state,
      labels: labels(alert["labels"]),
      annotations: labels(alert["annotations"]),
      activeAt: timeIn(alert["activeAt"]),
      value: text(alert["value"]),
    },
  ];
}

/** Go's zero time means that it never was. */
function timeIn(value: unknown): number | undefined {
  const time = Date.parse(text(value));
  return Number.isNaN(time) || time <= 0 ? undefined : time;
}
