import { describe, expect, test } from "vitest";
import { neverCancelled } from "../../../server/src/base/cancellation.ts";
import type { Budget } from "../../../server/src/features/budget.ts";
import { complete } from "../../../server/src/features/completion.ts";
import { resolveCompletion } from "../../../server/src/features/completion-resolve.ts";
import type { EnvironmentAccess } from "../../../server/src/world/environment.ts";
import type { Metrics, NameQuery } from "../../../server/src/world/ports.ts";
import { namesIn, rules } from "../names/workspace.ts";
import { check, exprOf, world } from "./completion.ts";
import { asOf, fakeEnvironment, fakeMetrics } from "./fakes.ts";
import { marked, ruleWith } from "./files.ts";

describe("metrics", () => {
  test("with functions and aggregations at the start of an expression", async () => {
    const { labels, asked } = await check(ruleWith("‖"));
    expect(labels).toEqual(expect.arrayContaining(["up", "node_load1", "rate", "sum"]));
    expect(asked).toEqual(["names *"]);
  });

  test("what is typed goes to the backend, and the whole word is replaced", async () => {
    const found = await check(ruleWith("sum(http_r‖old) by (job)"));
    expect(found.asked).toContain("names * http_r");
    expect(exprOf(found.choose("http_requests_total"))).toBe("sum(http_requests_total) by (job)");
  });

  test("only those with the matchers that are typed already", async () => {
    const { labels } = await check(ruleWith("rate(‖{job='api'}[5m])"));
    expect(labels).toContain("http_requests_total");
    expect(labels).not.toContain("node_load1");
  });

  test("counters come first where a counter is meant", async () => {
    const { labels } = await check(ruleWith("rate(‖"));
    expect(labels[0]).toBe("http_requests_total");
    const after = await check(ruleWith("avg_over_time(h‖"));
    expect(after.labels.slice(0, 2).toSorted()).toEqual(["http_in_flight", "http_requests_total"]);
  });

  test("the type that is known counts more than the name", async () => {
    const help = (type: "counter" | "gauge") => ({ type, help: "Some *help*.", unit: "" });
    const typed = (): readonly EnvironmentAccess[] => [
      fakeEnvironment("Dev", {
        series: [{ __name__: "jobs_total" }, { __name__: "jobs_run" }, { __name__: "jobs_open" }],
        metadata: { jobs_total: help("gauge"), jobs_run: help("counter"), jobs_open: help("gauge") },
      }),
    ];
    const found = await check(ruleWith("rate(jobs‖"), typed);
    expect(found.labels).toEqual(["jobs_run", "jobs_open", "jobs_total"]);
    const item = found.find("jobs_run");
    expect(item.detail).toBe("counter");
    // What it is comes when the item is looked at: a list of 200 would else carry 200 texts.
    expect(item.documentation).toBeUndefined();
    const documented = item.data && (await resolveCompletion(item.data, typed(), neverCancelled));
    expect(documented).toBe("`counter`\n\nSome \\*help\\*.");
    expect((await check(ruleWith("deriv(jobs‖"), typed)).labels.at(-1)).toBe("jobs_run");
  });

  test("names that are no identifiers are quoted, in braces, and so is the scalar", async () => {
    expect(exprOf((await check(ruleWith("sum(k8s‖)"))).choose("k8s.pod.restarts"))).toBe(
      'sum({"k8s.pod.restarts"})',
    );
    expect(exprOf((await check(ruleWith("k8s.p‖"))).choose("k8s.pod.restarts"))).toBe(
      "'{\"k8s.pod.restarts\"}'",
    );
    expect(exprOf((await check(ruleWith('"k8s‖"'))).choose("k8s.pod.restarts"))).toBe(
      '"{\\"k8s.pod.restarts\\"}"',
    );
    const inBraces = await check(ruleWith('sum({"k‖"})'));
    expect(exprOf(inBraces.choose("k8s.pod.restarts"))).toBe('sum({"k8s.pod.restarts"})');
  });

  test("a list that is cut says so and is asked for again", async () => {
    const series = Array.from({ length: 500 }, (_, i) => ({ __name__: `metric_${i}` }));
    const { list, labels } = await check(ruleWith("metric_‖"), () => [fakeEnvironment("Dev", { series })]);
    expect(list?.isIncomplete).toBe(true);
    expect(labels).toHaveLength(200);
    expect(labels.at(-1)).toBe("… only 199 shown: type on to see others");
    const untyped = await check(ruleWith("‖"), () => [fakeEnvironment("Dev", { series })]);
    expect(untyped.labels).toEqual(expect.arrayContaining(["rate", "sum", "metric_0"]));
  });

  test("of all environments of the file, and where each is", async () => {
    const { find } = await check(ruleWith("‖"), () => [
      fakeEnvironment("Dev", { series: [{ __name__: "a_metric" }, { __name__: "b_metric" }] }),
      fakeEnvironment("Prod", { series: [{ __name__: "b_metric" }, { __name__: "c_metric" }] }),
    ]);
    expect(find("a_metric").detail).toBe("Dev");
    expect(find("b_metric").detail).toBeUndefined();
    expect(find("c_metric").detail).toBe("Prod");
  });

  test("recording rules of the file, and what it uses where no backend answers", async () => {
    const text = `groups:
  - name: g
    rules:
      - record: job:up:sum
        expr: sum by (job) (up_elsewhere)
      - alert: A
        expr: ‖
`;
    const offline = await check(text, () => [fakeEnvironment("Dev", { series: [], state: "offline" })]);
    expect(offline.labels).toEqual(expect.arrayContaining(["job:up:sum", "up_elsewhere", "rate"]));
    const online = await check(text);
    expect(online.labels).toContain("job:up:sum");
    expect(online.find("up_elsewhere").detail).toBe("used in this file, found nowhere now");
    expect(online.labels.indexOf("up_elsewhere")).toBeGreaterThan(online.labels.indexOf("up"));
  });

  test("a backend that does not answer in time costs only its own items", async () => {
    const late: Budget = (work) => Promise.race([work, Promise.resolve(undefined)]);
    const { list, labels } = await check(
      ruleWith("‖"),
      () => [fakeEnvironment("Dev", { series: [], state: "hangs" })],
      late,
    );
    expect(labels).toContain("rate");
    expect(list?.isIncomplete).toBe(true);
  });
});

describe("functions, keywords and operators", () => {
  test("functions open their parentheses and show their signature", async () => {
    const found = await check(ruleWith("hist‖"));
    expect(found.find("histogram_quantile")).toMatchObject({ snippet: true, retrigger: "signature" });
    expect(exprOf(found.choose("histogram_quantile"))).toBe("histogram_quantile(‸)");
    expect(exprOf((await check(ruleWith("i‖rate(foo[5m])"))).choose("increase"))).toBe("increase(foo[5m])");
    expect(exprOf((await check(ruleWith("tim‖"))).choose("time"))).toBe("time()");
  });

  test.each([
    ["foo ‖", ["and", "unless", "offset", ">", "/"]],
    ["sum(foo) ‖", ["by", "without", "or"]],
    ["foo / ‖", ["on", "ignoring", "up", "rate"]],
    ["foo > ‖", ["bool"]],
    ["foo * on (job) ‖", ["group_left", "group_right"]],
    ["foo @ ‖", ["start()", "end()"]],
    ["foo[‖", ["5m", "1h", "step()"]],
    ["foo[15‖]", ["15m", "15s", "15h"]],
    ["foo offset ‖", ["5m"]],
    ["up{job‖}", ["job"]],
    ["foo{job ‖}", ["=", "!=", "=~", "!~"]],
    ["sum by (‖", ["job", "instance"]],
  ])("%s", async (expr, wanted) => {
    expect((await check(ruleWith(expr))).labels).toEqual(expect.arrayContaining(wanted));
  });

  test("fill modifiers only where they are switched on", async () => {
    expect((await check(ruleWith("a + on (x) ‖"))).labels).not.toContain("fill");
  });

  test.each(["foo > 5‖", "foo # ‖", "foo{a='b'‖", "sum by (a‖ b", "rate(foo[5‖m])"])(
    "nothing at %s",
    async (expr) => {
      const { list } = await check(ruleWith(expr), () => []);
      expect(list?.items ?? []).toEqual([]);
    },
  );
});

describe("where PromQL may stand", () => {
  test.each([
    ["an empty value", ruleWith("‖")],
    [
      "a block that is still empty",
      "groups:\n  - name: g\n    rules:\n      - alert: A\n        expr: |\n          ‖\n",
    ],
    ["behind blanks at the end", ruleWith("foo / ‖")],
    ["the second line of a block", ruleWith("|\n          foo /\n            ‖")],
    ["the next line of a plain scalar", ruleWith("foo /\n            ‖")],
    [
      "an expression at the end of the file",
      "groups:\n  - name: g\n    rules:\n      - alert: A\n        expr: ‖",
    ],
  ])("%s", async (_what, text) => {
    expect((await check(text)).labels).toContain("up");
  });

  test("quotes that are open: escapes count, and only the word is replaced", async () => {
    const { choose } = await check(ruleWith('"up{job=\\"api\\"} + u‖'));
    expect(choose("up")).toContain('expr: "up{job=\\"api\\"} + up\n');
  });

  test("a .promql file", async () => {
    expect((await check("sum(u‖", undefined, undefined, "a.promql")).labels).toContain("up");
  });

  test.each([
    ["a file that is not ours", "name: x\nexpr: ‖\n"],
    ["a comment behind the expression", ruleWith("foo # ‖")],
    [
      "a text that says expr",
      ruleWith("foo").replace("for: 5m", "annotations:\n          x: |\n            expr: ‖"),
    ],
    ["another key", ruleWith("foo").replace("alert: A", "alert: A‖")],
  ])("not in %s", async (_what, text) => {
    expect((await check(text)).list).toBeUndefined();
  });
});

describe("what the workspace and the stores know", () => {
  test("rules of other files are among the names, with their expression when they are looked at", async () => {
    const { snapshot, offset } = marked(ruleWith("job:u‖ > 1"));
    const names = namesIn({
      "other.yaml": rules([
        "record job:up:sum: sum by (job) (up)",
        "record cluster:up:sum: sum by (cluster) (up)",
      ]),
    });
    const found = await complete({ ...snapshot, names }, offset, neverCancelled);
    const item = found?.items.find(({ label }) => label === "job:up:sum");
    expect(item).toMatchObject({ kind: "recording-rule", detail: "recorded in other.yaml" });
    expect(found?.items.map(({ label }) => label)).not.toContain("cluster:up:sum");
    const doc = item?.data && (await resolveCompletion(item.data, [], neverCancelled));
    expect(doc).toBe("Recorded in `other.yaml` as\n\n```promql\nsum by (job) (up)\n```");
  });

  const external = [
    { cluster: "prod-na", prometheus: "infra" },
    { cluster: "dev", prometheus: "k8s" },
  ];

  test("labels that Prometheus adds on the way out stand first, and say so", async () => {
    const { list } = await check(ruleWith("up{‖}"), () => [fakeEnvironment("All", { ...world, external })]);
    expect(list?.items.slice(0, 2).map(({ label, detail }) => [label, detail])).toEqual([
      ["cluster", "external label"],
      ["prometheus", "external label"],
    ]);
    const by = await check(ruleWith("sum by (‖) (up)"), () => [
      fakeEnvironment("All", { ...world, external }),
    ]);
    expect(by.labels).toEqual(expect.arrayContaining(["job", "instance", "cluster"]));
  });

  test("their values come from the stores where the index does not answer, scoped by what is typed", async () => {
    const metrics = { ...fakeEnvironment("All", { ...world, external }).metrics } as Metrics;
    const silent = {
      ...metrics,
      labelValues: fakeMetrics("All", { ...world, state: "offline" }).labelValues,
    };
    const environment = { ...fakeEnvironment("All", world), metrics: silent };
    expect((await check(ruleWith('up{cluster="‖"}'), () => [environment])).labels).toEqual([
      "prod-na",
      "dev",
    ]);
    const scoped = await check(ruleWith('up{cluster="‖",prometheus="k8s"}'), () => [environment]);
    expect(scoped.labels).toEqual(["dev"]);
  });

  test("names that an environment told long ago are said to be old, in a line that changes nothing", async () => {
    const { snapshot, offset } = marked(ruleWith("up‖"), [
      fakeEnvironment("Dev", { ...world, state: "partial" }),
    ]);
    const found = await complete(snapshot, offset, neverCancelled, undefined, asOf + 3 * 3_600_000);
    expect(found?.items.at(-1)).toMatchObject({
      label: "… names in Dev are from 3 h ago and may be incomplete",
      insertText: "",
    });
    const soon = await complete(snapshot, offset, neverCancelled, undefined, asOf + 60_000);
    expect(soon?.items.every(({ kind }) => kind !== "text")).toBe(true);
  });

  test.each([
    ["rate(‖", "counter"],
    ["sum by (job) (increase(‖", "counter"],
    ["max_over_time(‖", "gauge"],
    ["histogram_quantile(0.9, sum by (le) (rate(‖", "histogram"],
    ["‖", undefined],
  ])("%s asks for what suits it", async (expr, fit) => {
    const asked: NameQuery[] = [];
    const { metrics } = fakeEnvironment("Dev", world);
    const noted = {
      ...metrics,
      metricNames: (query: NameQuery) => {
        asked.push(query);
        return fakeMetrics("Dev", world).metricNames(query, neverCancelled);
      },
    } as Metrics;
    await check(ruleWith(expr), () => [{ ...fakeEnvironment("Dev", world), metrics: noted }]);
    expect(asked.map(({ prefer }) => prefer)).toEqual([fit]);
  });
});
