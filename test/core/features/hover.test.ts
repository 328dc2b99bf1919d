import { describe, expect, test } from "vitest";
import { neverCancelled } from "../../../server/src/base/cancellation.ts";
import type { Budget } from "../../../server/src/features/budget.ts";
import { hover } from "../../../server/src/features/hover.ts";
import type { EnvironmentAccess } from "../../../server/src/world/environment.ts";
import { RunMemory } from "../../../server/src/world/last-runs.ts";
import { namesIn, rules } from "../names/workspace.ts";
import { asOf, fakeEnvironment, type World } from "./fakes.ts";
import { marked, ruleWith } from "./files.ts";

const prod: World = {
  series: [
    { __name__: "node_cpu_seconds_total", instance: "a", mode: "idle" },
    { __name__: "node_cpu_seconds_total", instance: "a", mode: "user" },
  ],
  metadata: {
    node_cpu_seconds_total: { type: "counter", help: "Seconds <b>per</b> mode.", unit: "seconds" },
  },
  holders: { node_cpu_seconds_total: [{ labels: { cluster: "prod-na", prometheus: "infra" }, replicas: 2 }] },
};
const empty: World = { series: [] };
const offline: World = { series: [], state: "offline" };
const cpu = ruleWith("rate(node_cpu_|seconds_total[5m]) > 1");

async function check(
  fixture: string,
  environments: readonly EnvironmentAccess[],
  budget?: Budget,
): Promise<{ text: string | undefined; on: string | undefined }> {
  const { snapshot, offset } = marked(fixture, environments);
  const found = await hover(snapshot, offset, neverCancelled, budget, asOf + 12_000);
  const { text } = snapshot.document;
  return { text: found?.contents, on: found && text.slice(found.span.start, found.span.end) };
}

describe("a metric", () => {
  test("with type, unit, help, series, holders and age", async () => {
    expect(await check(cpu, [fakeEnvironment("Prod NA", prod)])).toEqual({
      on: "node_cpu_seconds_total",
      text: [
        "**Metric** `node_cpu_seconds_total`",
        "`counter` in `seconds`",
        "Seconds &lt;b&gt;per&lt;/b&gt; mode.",
        "- **Prod NA**: 2 series · held by `prod-na/infra` (2 replicas)",
        "*Asked 12 s ago*",
      ].join("\n\n"),
    });
  });

  test("where it is and where it is not, on the word of complete facts", async () => {
    const { text } = await check(cpu, [
      fakeEnvironment("Prod NA", prod),
      fakeEnvironment("Prod EU", prod),
      fakeEnvironment("Dev", empty),
    ]);
    expect(text).toContain("In Prod NA and Prod EU, not in Dev.");
  });

  test.each([
    ["an environment that is down", offline],
    ["an answer in part", { ...empty, state: "partial" as const }],
  ])("says nothing of absence after %s", async (_what, world) => {
    const { text } = await check(cpu, [fakeEnvironment("Prod NA", prod), fakeEnvironment("Dev", world)]);
    expect(text).not.toContain("not in");
    expect(text).toContain("In Prod NA. Not known for Dev.");
    expect(text).toContain("**Dev**: ");
  });

  test("names all environments, those that have it, those that have not, and those that do not say", async () => {
    const { text } = await check(cpu, [
      fakeEnvironment("Prod NA", prod),
      fakeEnvironment("Dev", empty),
      fakeEnvironment("Prod EU", { ...prod, state: "partial" }),
      fakeEnvironment("Stage", offline),
    ]);
    expect(text).toContain("In Prod NA and Prod EU, not in Dev. Not known for Stage.");
    const nowhere = await check(cpu, [fakeEnvironment("Dev", empty), fakeEnvironment("Stage", offline)]);
    expect(nowhere.text).toContain("Not in Dev. Not known for Stage.");
    const down = await check(cpu, [fakeEnvironment("Dev", offline), fakeEnvironment("Stage", offline)]);
    expect(down.text).not.toMatch(/not in/i);
  });

  test("that a rule of another file records shows that rule, its file and line", async () => {
    const { snapshot, offset } = marked(ruleWith("job:x|:sum > 1"));
    const recorded = "record job:x:sum: sum by (job) (x)";
    const names = namesIn({ "a b(1).yaml": rules([recorded, recorded]) });
    const found = await hover({ ...snapshot, names }, offset, neverCancelled);
    expect(found?.contents).toBe(
      [
        "**Metric** `job:x:sum`",
        "Recorded in [a b(1).yaml:4](<file:///w/a%20b%281%29.yaml#L4>) as",
        "```promql\nsum by (job) (x)\n```",
        "Another rule of the workspace records it too.",
      ].join("\n\n"),
    );
  });

  test("with the course of its last run, and when that was", async () => {
    const { snapshot, offset } = marked(cpu, [fakeEnvironment("Prod NA", prod)]);
    const memory = new RunMemory();
    const expression = "sum(rate(node_cpu_seconds_total[5m]))";
    const values = [1, 2, 3, 4].map((value) => [value, String(value)] as const);
    memory.remember(
      "Prod NA",
      { expression, range: { start: 1, end: 4, step: 1 } },
      {
        backend: "http://x",
        expression,
        resultType: "matrix",
        series: [{ labels: {}, values }],
        warnings: [],
        infos: [],
        completeness: { status: "complete", missing: [] },
        elapsedMs: 1,
        stats: null,
      },
      asOf,
    );
    const found = await hover(
      { ...snapshot, lastRuns: memory },
      offset,
      neverCancelled,
      undefined,
      asOf + 300_000,
    );
    expect(found?.contents).toContain(
      `\`▁▃▆█\` \`1\` to \`4\`, last \`4\`: \`${expression}\`, run in Prod NA 5 min ago.`,
    );
  });

  test("whose texts are hostile stays text", async () => {
    const evil = "[x](command:y) <img src=x> ![i](http://e) `` ``` **b** $(bug)";
    const world: World = {
      series: [{ __name__: "node_cpu_seconds_total", mode: evil }],
      metadata: { node_cpu_seconds_total: { type: "gauge", help: evil, unit: evil } },
      holders: { node_cpu_seconds_total: [{ labels: { cluster: evil }, replicas: 1 }] },
    };
    const metric = await check(cpu, [fakeEnvironment(evil, world)]);
    const label = await check(ruleWith("node_cpu_seconds_total{mo|de!=''}"), [fakeEnvironment("Dev", world)]);
    for (const { text = "" } of [metric, label]) {
      const outside = text.replace(/(`+)[\s\S]*?[^`]\1(?!`)/g, "");
      expect(outside).not.toMatch(/(?<!\\)\]\(|<img|(?<!\\)!\[|(?<!\\)\$\(/);
    }
  });

  test("names the source that cannot be asked", async () => {
    const { text } = await check(cpu, [fakeEnvironment("Dev", offline)]);
    expect(text).toContain("Dev cannot be reached; check its address.");
  });

  test("tells a partial count as a lower bound, and what is missing", async () => {
    const { text } = await check(cpu, [fakeEnvironment("Dev", { ...prod, state: "partial" })]);
    expect(text).toContain("at least 2 series");
    expect(text).toContain("incomplete: store-1");
  });

  test("does not wait beyond its budget", async () => {
    const late: Budget = (work) => Promise.race([work, Promise.resolve(undefined)]);
    const { text } = await check(cpu, [fakeEnvironment("Dev", { ...prod, state: "hangs" })], late);
    expect(text).toContain("no answer in time");
  });

  test("that a rule of the file records shows the rule", async () => {
    const fixture = `groups:
  - name: g
    rules:
      - record: job:up:sum
        expr: sum by (job) (up)
      - alert: A
        expr: job:up|:sum < 1
`;
    expect((await check(fixture, [])).text).toBe(
      [
        "**Metric** `job:up:sum`",
        "Recorded in this file ([rules/test.yaml:4](<file:///w/rules/test.yaml#L4>)) as",
        "```promql\nsum by (job) (up)\n```",
      ].join("\n\n"),
    );
  });

  test("in quotes", async () => {
    const found = await check(ruleWith('sum({"node_cpu_s|econds_total"})'), [fakeEnvironment("Dev", prod)]);
    expect(found.on).toBe('"node_cpu_seconds_total"');
    expect(found.text).toContain("counter");
  });
});

describe("other words", () => {
  test.each([
    ["ra|te(foo[5m])", "rate", "rate(v range-vector)"],
    ["s|um(foo)", "sum", "sum(v instant-vector)"],
    ["sum(foo) b|y (a)", "by", "keeps only these labels"],
    ["a un|less b", "unless", "series on the left that match none on the right"],
    ["foo off|set 5m", "offset", "looks back by a duration"],
  ])("%s", async (expr, on, text) => {
    const found = await check(ruleWith(expr), []);
    expect(found.on).toBe(on);
    expect(found.text).toContain(text);
  });

  test("a label shows its values in the selector it stands in", async () => {
    const { text } = await check(ruleWith("node_cpu_seconds_total{mo|de='user'}"), [
      fakeEnvironment("Dev", prod),
    ]);
    expect(text).toContain('**Label** `mode` of `{__name__="node_cpu_seconds_total"}`');
    expect(text).toContain("- **Dev**: 2 values: `idle`, `user`");
  });

  test.each(["foo > 1|0", "label_replace(a, 'b', '$|1', 'c', 'd')", "foo # com|ment"])(
    "nothing at %s",
    async (expr) => {
      expect((await check(ruleWith(expr), [fakeEnvironment("Dev", prod)])).text).toBeUndefined();
    },
  );

  test("a value shows what its matcher takes", async () => {
    const { text } = await check(ruleWith("node_cpu_seconds_total{mode=~'us.|‖.*',instance='a'}"), [
      fakeEnvironment("Dev", prod),
      fakeEnvironment("Stage", offline),
    ]);
    expect(text).toContain("**Matcher** `mode=~'us.|.*'`");
    expect(text).toContain("- **Dev**: 2 of 2 values: `idle`, `user` · 2 series");
    expect(text).toContain("- **Stage**: Stage cannot be reached; check its address.");
  });

  test.each([
    ["rate(foo[1h3|0m])", "`1h30m` = 5,400 s"],
    ["foo offset 5|m", "`5m` = 300 s"],
    ["a at|an2 b", "angle of the two values"],
    ["a / on(x) group_le|ft(y) b", "copied from the right side"],
  ])("%s", async (expr, words) => {
    expect((await check(ruleWith(expr), [])).text).toContain(words);
  });

  test("nothing without a backend and without a rule", async () => {
    expect((await check(cpu, [])).text).toBeUndefined();
  });
});
