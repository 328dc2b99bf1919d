import { expect, test } from "vitest";
import { neverCancelled } from "../../../server/src/base/cancellation.ts";
import { type Known, known, partial, unavailable } from "../../../server/src/base/known.ts";
import type { Budget } from "../../../server/src/features/budget.ts";
import { hover } from "../../../server/src/features/hover.ts";
import { readDocument } from "../../../server/src/model/read.ts";
import type { LiveRule } from "../../../server/src/world/ports.ts";
import { emptyWorkspace } from "../../../server/src/world/workspace.ts";
import { noEnvironment } from "../environment.ts";

const now = 1_000_000_000;
const text = `groups:
- name: g
  rules:
  - alert: Down
    expr: up == 0
    labels: {severity: page}
`;

const rule: LiveRule = {
  kind: "alert",
  name: "Down",
  group: "g",
  query: "up == 0",
  labels: { severity: "page" },
  annotations: {},
  holdSeconds: 0,
  health: "ok",
  lastError: "",
  lastEvaluation: now - 5_000,
  alerts: [],
};

async function told(
  fact: Known<readonly LiveRule[]>,
  scope: Record<string, string> = {},
  budget?: Budget,
): Promise<string> {
  const document = readDocument({ uri: "file:///r.yml", path: "r.yml", version: 1, text });
  const environment = { ...noEnvironment, name: "Dev", scope };
  const access = { environment, metrics: undefined, queries: undefined, cluster: undefined };
  const environments = [{ ...access, rules: { named: async () => fact } }];
  const snapshot = { document, workspace: emptyWorkspace, environments, features: [] };
  const found = await hover(snapshot, text.indexOf("Down"), neverCancelled, budget, now);
  return found?.contents.slice(found.contents.indexOf("\n\n- ") + 4) ?? "";
}

test("what is not known is not said to be missing", async () => {
  expect(await told(known([], "Dev", now))).toBe("**Dev**: the server has no such rule");
  expect(await told(partial([], "Dev", now, ["a store"]))).toBe(
    "**Dev**: no such rule, but not all servers answered",
  );
  expect(await told(unavailable("offline", "dev cannot be reached.", "Dev", now))).toBe(
    "**Dev**: dev cannot be reached.",
  );
  expect(await told(known([rule], "Dev", now), {}, async () => undefined)).toBe(
    "**Dev**: did not answer in time",
  );
});

test("of a scope only its own alerts count, and of rules of one name that with the same labels", async () => {
  const alert = (labels: Record<string, string>, activeAt: number) =>
    ({ state: "firing", labels, annotations: {}, activeAt, value: "0" }) as const;
  const alerts = [
    alert({ alertname: "Down", cluster: "prod" }, now - 600_000),
    alert({ alertname: "Down", cluster: "dev" }, now - 60_000),
  ];
  const other: LiveRule = { ...rule, labels: { severity: "warn" }, query: "up == 9", alerts: [] };
  const fact = known([other, { ...rule, alerts }], "Dev", now);
  expect(await told(fact, { cluster: "dev" })).toContain("**Dev**: **1 firing**, the oldest since 60 s ago");
  expect(await told(fact)).toContain("**Dev**: **2 firing**, the oldest since 10 min ago");
});

test("where an alert stands is told by the labels that a Thanos gives the rule alone", async () => {
  const alerts = [
    { state: "firing", labels: { alertname: "Down" }, annotations: {}, activeAt: now, value: "0" } as const,
  ];
  const [dev, prod] = ["dev", "prod"].map((cluster) => ({
    ...rule,
    labels: { severity: "page", cluster },
    alerts,
  }));
  if (dev === undefined || prod === undefined) return;
  expect(await told(known([dev, prod], "Dev", now))).toContain('value `0`, `cluster="dev"`');
  expect(await told(known([dev, prod], "Dev", now), { cluster: "prod" })).toMatch(
    /1 firing[\s\S]*`cluster="prod"`/,
  );
});
