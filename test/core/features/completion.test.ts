import { describe, expect, test } from "vitest";
import { neverCancelled } from "../../../server/src/base/cancellation.ts";
import { applyEdits } from "../../../server/src/base/text.ts";
import type { Budget } from "../../../server/src/features/budget.ts";
import { complete } from "../../../server/src/features/completion.ts";
import { resolveCompletion } from "../../../server/src/features/completion-resolve.ts";
import type { CompletionItem, CompletionList } from "../../../server/src/features/types.ts";
import type { EnvironmentAccess } from "../../../server/src/world/environment.ts";
import type { Metrics, NameQuery } from "../../../server/src/world/ports.ts";
import { namesIn, rules } from "../names/workspace.ts";
import { asOf, fakeEnvironment, fakeMetrics, type World } from "./fakes.ts";
import { marked, ruleWith } from "./files.ts";

const world: World = {
  series: [
    { __name__: "up", job: "node", instance: "a:1" },
    { __name__: "up", job: "api", instance: "b:1" },
    { __name__: "http_requests_total", job: "api", code: "200", path: 'a "quoted" path' },
    { __name__: "http_requests_total", job: "api", code: "500", path: "key: value" },
    { __name__: "node_load1", job: "node", "k8s.pod": "x" },
    { __name__: "http_in_flight", job: "api" },
    { __name__: "k8s.pod.restarts", job: "kube" },
  ],
};

interface Asked {
  readonly list: CompletionList | undefined;
  readonly labels: readonly string[];
  readonly asked: readonly string[];
  readonly text: string;
  find(label: string): CompletionItem;
  /** The file after the item was chosen, with `‸` where its first tab stop is. */
  choose(label: string): string;
}

async function check(
  fixture: string,
  environments?: (asked: string[]) => readonly EnvironmentAccess[],
  budget?: Budget,
  path?: string,
): Promise<Asked> {
  const asked: string[] = [];
  const list = environments?.(asked) ?? [fakeEnvironment("Dev", world, asked)];
  const { snapshot, offset } = marked(fixture, list, path);
  const found = await complete(snapshot, offset, neverCancelled, budget);
  const { text } = snapshot.document;
  const find = (label: string): CompletionItem => {
    const item = found?.items.find((candidate) => candidate.label === label);
    if (item === undefined)
      throw new Error(`${label} is not among ${found?.items.map((i) => i.label).join(", ")}`);
    return item;
  };
  return {
    list: found,
    labels: found?.items.map(({ label }) => label) ?? [],
    asked,
    text,
    find,
    choose(label) {
      const { insertText = label, snippet, span } = find(label);
      const newText = snippet ? insertText.replace("$1", "‸").replace(/\\([$}\\])/g, "$1") : insertText;
      return applyEdits(text, [{ span, newText }]);
    },
  };
}

const exprOf = (text: string): string => /expr: (.*)\n {8}for/s.exec(text)?.[1] ?? text;

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

describe("labels", () => {
  test("names of the selector's series without those that are used", async () => {
    const { labels, asked, choose } = await check(ruleWith("http_requests_total{job='api', c‖}"));
    expect(asked).toEqual(['labels {__name__="http_requests_total",job="api"} c']);
    expect(labels).toEqual(["code", "=", "!=", "=~", "!~"]);
    expect(exprOf(choose("code"))).toBe("http_requests_total{job='api', code=\"‸\"}");
  });

  test("a name before its operator is replaced alone", async () => {
    const { choose } = await check(ruleWith("up{j‖b='x'}"));
    expect(exprOf(choose("job"))).toBe("up{job='x'}");
  });

  test("quoted names", async () => {
    const { choose } = await check(ruleWith("node_load1{‖}"));
    expect(exprOf(choose("k8s.pod"))).toBe('node_load1{"k8s.pod"="‸"}');
  });

  test("values with the other matchers, before and behind, closed or not", async () => {
    const { labels, asked } = await check(ruleWith('up{instance="‖", job="node"}'));
    expect(asked).toEqual(['values instance {__name__="up",job="node"}']);
    expect(labels).toEqual(["a:1"]);
    const open = await check(ruleWith('up{job="node", instance="‖'));
    expect(exprOf(open.choose("a:1"))).toBe('up{job="node", instance="a:1"');
  });

  test.each([
    ["plain", 'http_requests_total{path="‖"}', 'http_requests_total{path="a \\"quoted\\" path"}'],
    ["plain", "http_requests_total{path='‖'}", "http_requests_total{path='a \"quoted\" path'}"],
    ["single", "'http_requests_total{path=\"‖\"}'", '\'http_requests_total{path="a \\"quoted\\" path"}\''],
    ["single", "'http_requests_total{path=‖}'", '\'http_requests_total{path="a \\"quoted\\" path"}\''],
    ["double", "\"http_requests_total{path='‖'}\"", '"http_requests_total{path=\'a \\"quoted\\" path\'}"'],
    [
      "double",
      '"http_requests_total{path=\\"‖\\"}"',
      '"http_requests_total{path=\\"a \\\\\\"quoted\\\\\\" path\\"}"',
    ],
    [
      "literal",
      "|\n          http_requests_total{path=`‖`}",
      '|\n          http_requests_total{path=`a "quoted" path`}',
    ],
    [
      "folded",
      '>\n          http_requests_total{path="‖"}',
      '>\n          http_requests_total{path="a \\"quoted\\" path"}',
    ],
  ])("values are escaped for PromQL's quotes and the %s style: %s", async (_style, before, after) => {
    const { choose } = await check(ruleWith(before));
    expect(exprOf(choose('a "quoted" path'))).toBe(after);
  });

  test("a value that would end a plain scalar is written in another way", async () => {
    const { choose } = await check(ruleWith('http_requests_total{path="‖"}'));
    expect(exprOf(choose("key: value"))).toBe('http_requests_total{path="key\\x3a value"}');
  });

  test("one alternative of a regex", async () => {
    const { choose, asked } = await check(ruleWith('up{job=~"node|a‖"}'));
    expect(asked).toEqual(['values job {__name__="up"} a']);
    expect(exprOf(choose("api"))).toBe('up{job=~"node|api"}');
  });

  test("of an aggregation's operand, wherever it stands", async () => {
    expect((await check(ruleWith("sum by (‖) (rate(http_requests_total[5m]))"))).asked).toEqual([
      'labels {__name__="http_requests_total"}',
    ]);
    const { labels } = await check(ruleWith("sum(http_requests_total) by (code, ‖)"));
    expect(labels).toEqual(["job", "path", "__name__"]);
  });

  test("that both sides of an operator have, before those of one side", async () => {
    const on = await check(ruleWith("up * on (‖) http_requests_total"));
    expect(on.labels).toEqual(["job", "__name__"]);
    const ignoring = await check(ruleWith("up * ignoring (‖) http_requests_total"));
    expect(ignoring.labels[0]).toBe("job");
    expect(ignoring.labels).toEqual(expect.arrayContaining(["code", "instance"]));
    const left = await check(ruleWith("up * on (job) group_left (‖) http_requests_total"));
    expect(left.labels).toEqual(["code", "job", "path", "__name__"]);
  });

  test("as arguments of label_replace", async () => {
    const { labels, choose } = await check(ruleWith('label_replace(up, "x", "$1", "‖", "(.*)")'));
    expect(labels).toEqual(["instance", "job"]);
    expect(exprOf(choose("job"))).toContain('"$1", "job", "(.*)"');
  });
});

describe("matchers that nothing fits", () => {
  test("show what the metric has, and say so", async () => {
    const { find, asked } = await check(ruleWith('up{job="typo", instance="‖"}'));
    expect(asked).toEqual(['values instance {__name__="up",job="typo"}', 'values instance {__name__="up"}']);
    expect(find("a:1").detail).toBe("not with the other matchers");
  });

  test("show what other metrics have where the metric is unknown", async () => {
    const { find } = await check(ruleWith("unknown{‖}"));
    expect(find("job").detail).toBe("of other metrics");
  });

  test("a label may be excluded twice, but not be equal to two things", async () => {
    expect((await check(ruleWith('up{job!="a", ‖}'))).labels).toContain("job");
    expect((await check(ruleWith('up{job="a", ‖}'))).labels).not.toContain("job");
  });
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
