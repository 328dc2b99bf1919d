import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createLiveIndex } from "../../../server/src/adapters/live-index.ts";
import type { RuleCheck } from "../../../server/src/checks/check.ts";
import { liveChecks } from "../../../server/src/checks/live/index.ts";
import { runChecks } from "../../../server/src/checks/run.ts";
import { SlicedChecks } from "../../../server/src/checks/sliced/checks.ts";
import { OpenText } from "../../../server/src/lsp/open-text.ts";
import { readDocument } from "../../../server/src/model/read.ts";
import { emptyWorkspace } from "../../../server/src/world/workspace.ts";
import { noEnvironment } from "../environment.ts";
import { fakeMetrics } from "./fake-metrics.ts";

let now = 0;
const clock = { now: () => now };
beforeEach(() => {
  now = 1_700_000_000_000;
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function opened(delayMs = 0, ...names: string[]) {
  const metrics = fakeMetrics(clock, ...names);
  const index = createLiveIndex(metrics, { clock, source: "Dev", delayMs });
  let changes = 0;
  index.onChange(() => changes++);
  return { metrics, index, changes: () => changes };
}

describe("an answer", () => {
  test("is pending, then known and told, and kept", async () => {
    const { metrics, index, changes } = opened(0, "up");
    expect(index.presence("up")).toMatchObject({ status: "unavailable", reason: "pending" });
    expect(index.presence("up")).toMatchObject({ status: "unavailable", reason: "pending" });
    await index.settled();
    expect(index.presence("up")).toMatchObject({ status: "ok", value: { exists: true } });
    expect(changes()).toBe(1);
    expect(metrics.asked).toEqual(["presence up"]);
  });

  test("that there is nothing is kept too, and asked again sooner", async () => {
    const { metrics, index, changes } = opened(0, "up");
    index.presence("up");
    index.presence("down");
    await index.settled();
    now += 30_000;
    index.presence("up");
    expect(index.presence("down")).toMatchObject({ status: "ok", value: { exists: false } });
    await index.settled();
    expect(metrics.asked).toEqual(["presence up", "presence down", "presence down"]);
    // It is the same as before: nobody need look.
    expect(changes()).toBe(2);
    metrics.names.push("down");
    now += 30_000;
    index.presence("down");
    await index.settled();
    expect(changes()).toBe(3);
    expect(index.presence("down")).toMatchObject({ status: "ok", value: { exists: true } });
  });

  test("that is the same keeps its value, and is as young as it is", async () => {
    const { index } = opened(0, "up");
    index.labelValues("up", "job");
    await index.settled();
    const before = index.labelValues("up", "job");
    now += 120_000;
    index.labelValues("up", "job");
    await index.settled();
    const after = index.labelValues("up", "job");
    expect(after.asOf).toBe(now);
    if (before.status !== "ok" || after.status !== "ok") throw new Error("there is no answer");
    expect(after.value).toBe(before.value);
  });

  test("that cannot be had is nothing that anyone could tell as missing", async () => {
    const { metrics, index } = opened(0, "up");
    metrics.broken = true;
    index.presence("up");
    await index.settled();
    expect(index.presence("up")).toMatchObject({ status: "unavailable", reason: "invalid" });
    expect(metrics.asked).toEqual(["presence up"]);
  });

  test("by which something is missing is asked again in the background", async () => {
    const { metrics, index } = opened(0, "up");
    index.presence("up");
    index.presence("down");
    await index.settled();
    now += 90_000;
    index.recheck();
    await index.settled();
    expect(metrics.asked).toEqual(["presence up", "presence down", "presence down"]);
  });
});

describe("while someone types", () => {
  test("a question is sent when it is asked again after the pause", async () => {
    const { metrics, index, changes } = opened(300, "up");
    index.presence("u");
    vi.advanceTimersByTime(299);
    index.presence("up");
    vi.advanceTimersByTime(299);
    expect(changes()).toBe(0);
    vi.advanceTimersByTime(1);
    expect(changes()).toBe(1);
    index.presence("up");
    await index.settled();
    expect(metrics.asked).toEqual(["presence up"]);
  });

  test("one that is known is answered at once", async () => {
    const { index } = opened(300, "up");
    index.presence("up");
    vi.advanceTimersByTime(300);
    index.presence("up");
    await index.settled();
    expect(index.presence("up").status).toBe("ok");
    expect(vi.getTimerCount()).toBe(0);
  });
});

test("of a large file only the rules that ask for what has changed are checked again", async () => {
  const uri = "file:///x.yaml";
  const rules = Array.from({ length: 50 }, (_, n) => `  - alert: A${n}\n    expr: metric_${n} > 0\n`);
  const text = `groups:\n- name: a\n  rules:\n${rules.join("")}`;
  const open = new OpenText({ uri, path: "x.yaml", version: 0, text, languageId: "yaml" });
  const asked: string[] = [];
  const counting: RuleCheck = {
    unit: "rule",
    id: "live.counting",
    severity: "info",
    kinds: ["rules"],
    summary: "",
    run({ rule }) {
      asked.push(rule.name?.value ?? "");
      return [];
    },
  };
  const { metrics, index } = opened(0, ...rules.map((_, n) => `metric_${n}`));
  const environment = {
    environment: noEnvironment,
    metrics,
    queries: undefined,
    cluster: undefined,
    live: index,
  };
  const registry = [counting, ...liveChecks];
  const checks = new SlicedChecks(registry);
  const told = (): readonly string[] => {
    const { sliced } = open.document;
    if (sliced === undefined) throw new Error("the file is not in slices");
    const facts = { workspace: emptyWorkspace, environments: [environment], features: [] };
    const problems: string[] = [];
    const found = [
      ...(checks.run(sliced, { document: open.document, ...facts }, problems)?.findings() ?? []),
    ];
    expect(problems).toEqual([]);
    const whole = readDocument({ uri, path: "x.yaml", version: 1, text });
    expect(found).toEqual(runChecks({ document: whole, ...facts }, [], liveChecks));
    return found.map(({ message }) => message);
  };
  index.onChange(() => checks.liveChanged());

  expect(told()).toEqual([]);
  await index.settled();
  expect(told()).toEqual([]);
  await index.settled();
  asked.length = 0;
  expect(told()).toEqual([]);
  expect(asked).toEqual([]);

  metrics.names = metrics.names.filter((name) => name !== "metric_7" && name !== "metric_23");
  now += 90_000;
  // The next look at the file asks for the rest, which is as old.
  index.presence("metric_7");
  await index.settled();
  expect(told()).toEqual(["Dev has no metric `metric_7` now."]);
  expect(asked).toEqual(["A7"]);
  await index.settled();
  asked.length = 0;
  expect(told()).toEqual(["Dev has no metric `metric_7` now.", "Dev has no metric `metric_23` now."]);
  expect(asked).toEqual(["A23"]);
});
