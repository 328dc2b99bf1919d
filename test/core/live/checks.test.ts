import { describe, expect, test } from "vitest";
import { namesIn, rules } from "../names/workspace.ts";
import { dev } from "./dev.ts";
import { type FakeIndexOptions, fakeIndex, type Question, type State } from "./fake-index.ts";
import { liveFindings, liveFindingsIn, typeFindings } from "./live-check.ts";

describe("metrics", () => {
  test("that are there are not mentioned, and cost nothing but the question", () => {
    const index = dev();
    expect(liveFindings("queue_depth > 1", [index])).toEqual([]);
    expect(index.asked).toEqual(["presence queue_depth"]);
  });

  test("that are not there, with what was likely meant", () => {
    expect(liveFindings("queue_detph > 1", [dev()])).toEqual([
      'live.metric-missing warning "queue_detph" Dev has no metric `queue_detph` now; did you mean `queue_depth`?',
    ]);
    expect(liveFindings("frobnications > 1", [dev()])).toEqual([
      'live.metric-missing warning "frobnications" Dev has no metric `frobnications` now.',
    ]);
  });

  test("are told once however often they stand there", () => {
    expect(liveFindings("rate(frob_total[5m]) > 0 and rate(frob_total[1m]) > 3", [dev()])).toHaveLength(1);
  });

  test("an answer that is old says when it came", () => {
    expect(liveFindings("frobnications > 1", [dev({ age: 61_000 })])).toEqual([
      'live.metric-missing warning "frobnications" Dev has no metric `frobnications` (22:12 UTC).',
    ]);
  });

  test.each([
    "absent(frob)",
    "absent_over_time(frob[5m])",
    "absent(frob) or frob == 0",
    "frob or vector(0)",
    "sum(rate(frob[5m])) or vector(0) > 1",
    "queue_depth unless frob",
    "queue_depth unless on(job) sum by (job) (frob)",
    "frob or queue_depth",
    "queue_depth or frob",
    "frob offset 1d",
    "frob @ 0",
    "increase(frob[1d])",
    "max_over_time(rate(frob[5m])[1d:5m])",
    'ALERTS{alertname="X"}',
    "scrape_duration_seconds > 1",
    "up == 0",
    '{job="nothing"}',
  ])("that may well be missing are not mentioned: %s", (expr) => {
    const found = liveFindings(expr, [dev()]).filter((line) => line.includes("live.metric"));
    expect(found).toEqual([]);
  });

  test("on the left of unless, and where both sides of or are missing, they are", () => {
    expect(liveFindings("frob unless queue_depth", [dev()])).toHaveLength(1);
    expect(liveFindings("queue_depth unless frob > 5", [dev()])).toHaveLength(1);
    expect(liveFindings("frob or brof", [dev()])).toHaveLength(2);
  });

  test("that a rule of the workspace records", () => {
    const names = namesIn({ "a.yml": rules(["record job:up:sum: sum by (job) (up)"]) });
    expect(liveFindings("job:up:sum < 1", [dev()], { names })).toEqual([
      'live.metric-produced-by-rule info "job:up:sum" Not in Dev now: a rule in a.yml records it.',
    ]);
  });

  test("that a rule of the workspace records with a label that is not deployed yet", () => {
    const names = namesIn({ "a.yml": rules(["record job:up:sum: sum by (job, zone) (up)"]) });
    const old = fakeIndex({ series: [{ __name__: "job:up:sum", job: "x" }] });
    expect(liveFindings('job:up:sum{zone="a"} < 1', [old], { names })).toEqual([]);
    expect(liveFindings('job:up:sum{zone="a"} < 1', [old])).toHaveLength(1);
  });

  test("that some environments of the file have", () => {
    const prod = fakeIndex({ name: "Prod NA", series: [{ __name__: "frob" }] });
    expect(liveFindings("frob > 1", [dev(), prod])).toEqual([
      'live.metric-elsewhere hint "frob" `frob` is in Prod NA, not in Dev now.',
    ]);
  });

  test("that only an environment has which the file does not belong to", () => {
    const prod = fakeIndex({ name: "Prod NA", series: [{ __name__: "frob" }] });
    expect(liveFindings("frob > 1", [dev()], { otherEnvironments: [prod.access] })).toEqual([
      'live.metric-elsewhere warning "frob" `frob` is not in Dev now, only in Prod NA.',
    ]);
  });

  test("that another Prometheus of the same backend has", () => {
    const scoped = dev({
      scope: { cluster: "dev" },
      elsewhere: { frob: [{ labels: { cluster: "prod-na", prometheus: "infra" }, replicas: 1 }] },
    });
    expect(liveFindings("frob > 1", [scoped])).toEqual([
      'live.metric-elsewhere warning "frob" `frob` is not in Dev now, only in prod-na/infra.',
    ]);
  });

  test("a selector that contradicts the scope of an environment is none of its business", () => {
    const scoped = dev({ scope: { cluster: "dev" } });
    expect(liveFindings('frob{cluster="prod"} > 1', [scoped])).toEqual([]);
    expect(scoped.asked).toEqual([]);
  });

  test("an environment that does not tell makes it no more than an information", () => {
    const silent = fakeIndex({ name: "Prod", states: { presence: "partial" } });
    expect(liveFindings("frob > 1", [dev(), silent])).toEqual([
      'live.metric-missing info "frob" Dev has no metric `frob` now.',
    ]);
  });
});

describe("labels", () => {
  test("that are there with the value cost one question", () => {
    const index = dev();
    expect(liveFindings('up{job="node"} == 0', [index])).toEqual([]);
    expect(index.asked).toEqual(["presence up", "labelValues up job"]);
  });

  test("several that select something cost one question together", () => {
    const index = dev();
    expect(liveFindings('http_requests_total{job="api-server",code="200"} > 0', [index])).toEqual([]);
    expect(index.asked).toEqual([
      "presence http_requests_total",
      'selects {__name__="http_requests_total",job="api-server",code="200"}',
    ]);
  });

  test("that no series has", () => {
    expect(liveFindings('up{jbo="node"} == 0', [dev()])).toEqual([
      'live.label-missing warning "jbo" `up` has no label `jbo` in Dev now; did you mean `job`?',
    ]);
    expect(liveFindings('up{frobnication=~".+"} == 0', [dev()])).toEqual([
      'live.label-missing warning "frobnication" `up` has no label `frobnication` in Dev now.',
    ]);
  });

  test("that the Prometheus adds only to what leaves it", () => {
    expect(liveFindings('up{cluster="dev"} == 0', [dev({ external: [{ cluster: "dev" }] })])).toEqual([
      'live.label-missing warning "cluster" `cluster` is an external label of Dev: rules that it evaluates itself never see it.',
    ]);
  });

  test("whose values are others: a near one is a typo, no near one may be quiet", () => {
    expect(liveFindings('up{job="api-servr"} == 0', [dev()])).toEqual([
      'live.value-missing warning "job=\\"api-servr\\"" No `up` has job="api-servr" in Dev now; did you mean `api-server`?',
    ]);
    expect(liveFindings('up{job="database"} == 0', [dev()])).toEqual([
      'live.value-missing hint "job=\\"database\\"" No `up` has job="database" in Dev now; it may just be quiet.',
    ]);
    expect(liveFindings('http_requests_total{code=~"5.."} > 0', [dev()])).toEqual([
      'live.value-missing hint "code=~\\"5..\\"" No `http_requests_total` has code=~"5.." in Dev now; it may just be quiet.',
    ]);
  });

  test.each(["503", "405"])("numbers are near to each other without any typo: %s", (code) => {
    const [line = ""] = liveFindings(`http_requests_total{code="${code}"} > 0`, [dev()]);
    expect(line).toContain("live.value-missing hint");
  });

  test.each([
    'up{job=""}',
    'up{foo!="x"}',
    'up{foo!~"x.*"}',
    'up{foo=~".*"}',
    'up{foo=~"|x"}',
    'absent(up{job="x"})',
    'up{job="$job"}',
    'frob{job="x"} or vector(0)',
  ])("matchers that take series without the label, or may take none: %s", (expr) => {
    expect(liveFindings(expr, [dev()])).toEqual([]);
  });

  test.each([
    "# pint rule/set promql/series ignore/label-value job",
    "# pint rule/set promql/series(up) ignore/label-value job",
  ])("whose values a comment of pint says not to look at: %s", (comment) => {
    const lines = [
      "groups:",
      "- name: g",
      "  rules:",
      "  - alert: A",
      '    expr: up{job="api-servr"} == 0',
      "",
    ];
    const inside = [...lines.slice(0, 4), `    ${comment}`, ...lines.slice(4)].join("\n");
    const above = [...lines.slice(0, 3), `  ${comment}`, ...lines.slice(3)].join("\n");
    expect(liveFindingsIn(lines.join("\n"), [dev()])).toHaveLength(1);
    expect(liveFindingsIn(inside, [dev()])).toEqual([]);
    expect(liveFindingsIn(above, [dev()])).toEqual([]);
    expect(liveFindingsIn(inside.replace("value job", "value instance"), [dev()])).toHaveLength(1);
    expect(liveFindingsIn(inside.replace("up{job", "up{jbo"), [dev()])).toHaveLength(1);
  });

  test.each([
    ["disable promql/series", []],
    ["disable promql/counter", ["live.metric-missing"]],
  ])("what a comment of pint silences: %s", (words, told) => {
    const text = `groups:\n- name: g\n  rules:\n  # pint ${words}\n  - alert: A\n    expr: frobnications > 1\n`;
    expect(liveFindingsIn(text, [dev()]).map((line) => line.split(" ")[0])).toEqual(told);
  });

  test("that only an environment has which the file does not belong to", () => {
    const prod = fakeIndex({
      name: "Prod NA",
      series: [{ __name__: "up", job: "api-servr", zone: "a" }],
    });
    const more = { otherEnvironments: [prod.access] };
    expect(liveFindings('up{job="api-servr"} == 0', [dev()], more)).toEqual([
      'live.value-missing hint "job=\\"api-servr\\"" No `up` has job="api-servr" in Dev now, only in Prod NA.',
    ]);
    expect(liveFindings('up{zone="a"} == 0', [dev()], more)).toEqual([
      'live.label-missing warning "zone" `up` has no label `zone` in Dev now, only in Prod NA.',
    ]);
    const asked = [...prod.asked];
    expect(liveFindings('up{job="node"} == 0', [dev()], more)).toEqual([]);
    expect(prod.asked).toEqual(asked);
  });

  test("while others are asked nothing is said", () => {
    const slow = fakeIndex({ name: "Prod NA", states: { presence: "pending" } });
    expect(liveFindings('up{job="api-servr"} == 0', [dev()], { otherEnvironments: [slow.access] })).toEqual(
      [],
    );
    const away = fakeIndex({ name: "Prod NA", states: { presence: "unavailable" } });
    expect(
      liveFindings('up{job="api-servr"} == 0', [dev()], { otherEnvironments: [away.access] }),
    ).toHaveLength(1);
  });

  test("that a rule of the workspace writes and that is not deployed yet", () => {
    const names = namesIn({
      "a.yml": rules(['record job:up:sum: label_replace(sum by (job) (up), "tier", "gold", "", "")']),
    });
    const old = fakeIndex({ series: [{ __name__: "job:up:sum", job: "x", tier: "silver" }] });
    expect(liveFindings('job:up:sum{tier="gold"} < 1', [old], { names })).toEqual([]);
    expect(liveFindings('job:up:sum{tier="gold"} < 1', [old])).toHaveLength(1);
  });

  test("a value that any environment of the file has is not mentioned", () => {
    const prod = fakeIndex({ name: "Prod", series: [{ __name__: "up", job: "database" }] });
    expect(liveFindings('up{job="database"} == 0', [dev(), prod])).toEqual([]);
  });

  test("a value that all that have the metric lack names them", () => {
    const prod = fakeIndex({ name: "Prod", series: [{ __name__: "up", job: "web" }] });
    const none = fakeIndex({ name: "Empty", series: [{ __name__: "other" }] });
    expect(liveFindings('up{job="database"} == 0', [dev(), prod, none])).toEqual([
      'live.value-missing hint "job=\\"database\\"" No `up` has job="database" in Dev and Prod now; it may just be quiet.',
    ]);
  });
});

describe("types", () => {
  const typed = (more: FakeIndexOptions = {}) =>
    fakeIndex({
      series: [{ __name__: "x" }, { __name__: "x_total" }, { __name__: "lat_bucket" }, { __name__: "old" }],
      types: { x: "gauge", x_total: "counter", lat_bucket: "histogram", old: "unknown" },
      ...more,
    });

  test("a backend's word is an error or a warning", () => {
    expect(typeFindings("rate(x[5m]) > 0", [typed()])).toEqual([
      'promql.rate-on-gauge error "rate(x[5m])" `x` is a gauge in Dev: rate takes its falls for resets.',
    ]);
    expect(typeFindings("delta(x_total[5m]) > 0", [typed()])).toEqual([
      'promql.delta-on-counter warning "delta(x_total[5m])" `x_total` is a counter in Dev: delta takes its resets for falls.',
    ]);
    expect(typeFindings("x_total > 0", [typed()])).toEqual([
      'promql.counter-raw warning "x_total" `x_total` is a counter in Dev: its value tells little, take its rate or increase.',
    ]);
  });

  test("what is called a counter and told as a gauge may be told wrongly", () => {
    const wrong = typed({ types: { x_total: "gauge" } });
    expect(typeFindings("rate(x_total[5m]) > 0", [wrong])[0]).toContain("promql.rate-on-gauge warning");
    // Nothing is said of its value: the backend does not call it a counter.
    expect(typeFindings("x_total > 0", [wrong])).toEqual([]);
  });

  test.each([
    "rate(x_total[5m]) > 0",
    "rate(lat_bucket[5m]) > 0",
    "rate(old[5m]) > 0",
    "delta(x[5m]) > 0",
    "x > 0",
    "count(x_total) > 0",
    "absent(x_total)",
  ])("nothing is said of what fits: %s", (expr) => {
    expect(typeFindings(expr, [typed()])).toEqual([]);
  });

  test("the name decides where no type is known for sure, and then it is a hint", () => {
    const states = ["partial", "pending", "unavailable"] as const;
    for (const metadata of states) {
      expect(typeFindings("rate(x[5m]) > 0", [typed({ states: { metadata } })])).toEqual([]);
      const [line = ""] = typeFindings("x_total > 0", [typed({ states: { metadata } })]);
      expect(line).toContain("promql.counter-raw hint");
    }
    const other = typed({ name: "Prod", types: { x: "counter" } });
    expect(typeFindings("rate(x[5m]) > 0", [typed(), other])).toEqual([]);
  });
});

describe("external labels", () => {
  const rule = (labels: string): string =>
    `groups:\n- name: g\n  rules:\n  - record: a:b\n    expr: sum(up)\n    labels:\n      ${labels}\n`;
  const external = [{ cluster: "dev", prometheus: "k8s" }];

  test("a rule's own label of that name", () => {
    expect(liveFindingsIn(rule("cluster: prod"), [dev({ external })])).toEqual([
      'live.label-external-conflict warning "cluster" Dev has the external label cluster="dev": choose another name here.',
    ]);
    expect(liveFindingsIn(rule("cluster: dev"), [dev({ external })])).toEqual([
      'live.label-external-conflict info "cluster" Dev adds cluster="dev" to everything by itself: the label can go.',
    ]);
    expect(liveFindingsIn(rule("team: dev"), [dev({ external })])).toEqual([]);
    expect(
      liveFindingsIn(rule("cluster: dev"), [dev({ external: [...external, { region: "eu" }] })]),
    ).toEqual([]);
  });
});

describe("what is not known is not said", () => {
  const states: readonly State[] = ["partial", "pending", "unavailable"];
  const questions: readonly Question[] = ["presence", "labelNames", "labelValues", "selects"];
  const broken = [
    "frobnications > 1",
    'up{jbo="node"}',
    'up{job="api-servr"}',
    'http_requests_total{job="nothing",code="999"}',
    "rate(queue_detph[5m])",
  ];

  test.each(states)("nothing is said where every answer is %s", (state) => {
    const all = Object.fromEntries(
      [...questions, "elsewhere", "externalLabels", "metadata"].map((question) => [question, state]),
    );
    for (const expr of broken)
      expect(liveFindings(expr, [dev({ states: all, scope: { a: "b" } })])).toEqual([]);
  });

  test.each(states)("nothing is said of metrics where the names are %s", (state) => {
    const found = liveFindings("frobnications > 1", [dev({ states: { presence: state } })]);
    expect(found).toEqual([]);
  });

  test.each(states)("nothing is said of labels and values where the values are %s", (state) => {
    for (const expr of broken.slice(1, 4))
      expect(liveFindings(expr, [dev({ states: { labelValues: state } })])).toEqual([]);
  });

  test("nothing is said, and nobody is asked, without an environment", () => {
    for (const expr of broken) expect(liveFindings(expr, [])).toEqual([]);
  });

  test("nothing is said until it is known whether another has the metric", () => {
    const other = fakeIndex({ name: "Prod", states: { presence: "pending" } });
    expect(liveFindings("frob > 1", [dev()], { otherEnvironments: [other.access] })).toEqual([]);
  });
});
