import { describe, expect, test } from "vitest";
import { neverCancelled } from "../../../server/src/base/cancellation.ts";
import type { Budget } from "../../../server/src/features/budget.ts";
import { hover } from "../../../server/src/features/hover.ts";
import type { EnvironmentAccess } from "../../../server/src/world/environment.ts";
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
    expect(text).toContain("**Dev**: ");
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
      "**Metric** `job:up:sum`\n\nRecorded in this file as\n\n```promql\nsum by (job) (up)\n```",
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
    expect(text).toContain("- **Dev**: `idle`, `user`");
  });

  test.each(["foo > 1|0", "label_replace(a, 'b', '$|1', 'c', 'd')", "foo{a='b|'}", "foo # com|ment"])(
    "nothing at %s",
    async (expr) => {
      expect((await check(ruleWith(expr), [fakeEnvironment("Dev", prod)])).text).toBeUndefined();
    },
  );

  test("nothing without a backend and without a rule", async () => {
    expect((await check(cpu, [])).text).toBeUndefined();
  });
});
