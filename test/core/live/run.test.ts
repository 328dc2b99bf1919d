import { describe, expect, test } from "vitest";
import { liveChecks } from "../../../server/src/checks/live/index.ts";
import type { LastRuns } from "../../../server/src/world/last-runs.ts";
import type { RunResult } from "../../../server/src/world/live.ts";
import { namesIn, rules } from "../names/workspace.ts";
import { type FakeIndexOptions, fakeIndex, gave } from "./fake-index.ts";
import { liveFindings, liveFindingsIn } from "./live-check.ts";

const duplicates = (side: "left" | "right", group: string, ...pair: readonly string[]): string =>
  `found duplicate series for the match group ${group} on the ${side} hand-side of the operation: [${pair.join(", ")}];many-to-many matching not allowed: matching labels must be unique on one side`;
const refused = (error: string): RunResult => ({ ok: false, error });
const counted = (expr: string): string => `count(${expr}\n)`;
const dev = (answers: Readonly<Record<string, RunResult>>, more: FakeIndexOptions = {}) =>
  fakeIndex({ answers, ...more });
/** What it costs is told of every rule, and has tests of its own. */
const others = liveChecks.filter(({ id }) => id !== "live.query-cost");
const run = (expr: string, answers: Readonly<Record<string, RunResult>>, more: FakeIndexOptions = {}) =>
  liveFindings(expr, [dev(answers, { series: known, ...more })], {}, others);
/** So that nothing is told as missing. */
const known = ["a", "b", "c"].map((__name__) => ({ __name__, job: "x" }));

describe("sides that are not unique", () => {
  const expr = "a * on (job) b";
  const error = duplicates(
    "right",
    '{job="x"}',
    '{__name__="b", instance="one", job="x"}',
    '{__name__="b", instance="two", job="x"}',
  );

  test("where the other is, it may be the one side", () => {
    const answers = { [counted(expr)]: refused(error) };
    expect(run(expr, answers)).toEqual([
      'live.many-to-many error "* on (job)" Dev: the right side has several series with job="x" (instance "one", "two"): aggregate it or write group_right.',
    ]);
  });

  test("where both are not, only aggregation helps", () => {
    const answers = {
      [counted(expr)]: refused(error),
      [counted("count by (job) (a\n) > 1")]: gave([{}, 3]),
    };
    expect(run(expr, answers)).toEqual([
      'live.many-to-many error "* on (job)" Dev: the right side has several series with job="x" (instance "one", "two"): aggregate it.',
    ]);
  });

  test.each(["prometheus_replica", "replica", "cluster"])(
    "replicas and clusters, which a Prometheus never sees together, are nobody's fault: %s",
    (label) => {
      const answers = {
        [counted(expr)]: refused(
          duplicates("right", '{job="x"}', `{job="x", ${label}="1"}`, `{job="x", ${label}="2"}`),
        ),
      };
      expect(run(expr, answers, { external: [{ cluster: "a" }] })).toEqual([]);
    },
  );

  test("of several operators it is the one that fails by itself", () => {
    const two = "(a * on (job) b) / on (job) c";
    const answers = {
      [counted(two)]: refused(error),
      [counted("a * on (job) b")]: refused(error),
      [counted("(a * on (job) b) / on (job) c")]: refused(error),
    };
    const [line = ""] = run(two, answers);
    expect(line).toMatch(/^live\.many-to-many error "\* on \(job\)" /);
  });

  test("labels tell which operator is meant", () => {
    const two = "(a * on (job) b) / on (job) sum by (job) (c)";
    expect(run(two, { [counted(two)]: refused(error) })[0]).toMatch(/error "\* on \(job\)"/);
    const other = "(a * on (pod) b) / on (job) c";
    expect(run(other, { [counted(other)]: refused(error) })[0]).toMatch(/error "\/ on \(job\)"/);
  });

  test("as much of the example as there is room for", () => {
    const long = duplicates(
      "right",
      '{job="a-very-long-name-of-a-job"}',
      '{instance="10.20.30.40:9100", job="a-very-long-name-of-a-job"}',
      '{instance="10.20.30.41:9100", job="a-very-long-name-of-a-job"}',
    );
    const [line = ""] = run(expr, { [counted(expr)]: refused(long) });
    expect(line).toBe(
      'live.many-to-many error "* on (job)" Dev: the right side has several of a match (instance "10.20.30.40…", "10.20.30.41…"): aggregate it or write group_right.',
    );
  });

  test("in the words of VictoriaMetrics", () => {
    const words = (side: string): string =>
      `cannot execute query: duplicate time series on the ${side} side of * on(job): {instance="one", job="x"} and {instance="two", job="x"}`;
    expect(run(expr, { [counted(expr)]: refused(words("right")) })).toEqual([
      'live.many-to-many error "* on (job)" Dev: the right side has several of a match (instance "one", "two"): aggregate it or write group_right.',
    ]);
    expect(run(expr, { [counted(expr)]: refused(words("left")) })).toEqual([
      'live.many-to-many error "* on (job)" Dev: the left side has several of a match (instance "one", "two"): aggregate it or write group_left.',
    ]);
  });

  test("values with any characters", () => {
    const odd = duplicates(
      "right",
      '{job="}, {[\\"x\\"]"}',
      '{instance="{a}", job="}, {[\\"x\\"]"}',
      '{"a.b"="]", job="}, {[\\"x\\"]"}',
    );
    expect(run(expr, { [counted(expr)]: refused(odd) })).toHaveLength(1);
  });

  test("several on the left need group_left, which only they who run it see", () => {
    const explicit =
      "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)";
    const answers = {
      [counted(expr)]: refused(explicit),
      ["(a\n) and on (job) topk(1, count by (job) (a\n) > 1)"]: gave(
        [{ __name__: "a", job: "x", instance: "one" }, 1],
        [{ __name__: "a", job: "x", instance: "two" }, 1],
      ),
    };
    expect(run(expr, answers)).toEqual([
      'live.many-to-many error "* on (job)" Dev: the left side has several series with job="x" (instance "one", "two"): aggregate it or write group_left.',
    ]);
  });

  test("nothing fails while the other side is empty, until it matters", () => {
    const sleeps = "a > 5 and a * on (job) b";
    const answers = {
      ["(b\n) and on (job) topk(1, count by (job) (b\n) > 1)"]: gave(
        [{ job: "x", instance: "one" }, 1],
        [{ job: "x", instance: "two" }, 1],
      ),
    };
    expect(run(sleeps, answers)).toEqual([
      'live.many-to-many error "* on (job)" Dev: the right side has several series with job="x" (instance "one", "two"): it fails once the left has one.',
    ]);
    expect(run(sleeps, { ...answers, [counted(sleeps)]: gave([{}, 1]) })).toEqual([]);
    expect(run(sleeps.replace("b", "sum by (job) (b)"), answers)).toEqual([]);
  });

  test("what failed in the editor is told there until the next letter", () => {
    const lastRuns: LastRuns = {
      ofExpression: () => undefined,
      ofMetric: () => undefined,
      failureOf: (name, text) => (name === "Dev" && text.trim() === expr ? error : undefined),
    };
    const index = fakeIndex({ series: known });
    expect(liveFindings(expr, [index], { lastRuns })[0]).toMatch(
      /^live\.many-to-many error "\* on \(job\)" /,
    );
    expect(liveFindings(`${expr} `, [index], { lastRuns })).toHaveLength(1);
    expect(liveFindings("a * on (jobs) b", [index], { lastRuns })).toEqual([]);
    expect(index.asked.filter((line) => line.startsWith("run"))).toEqual([]);
  });
});

describe("what a server does not evaluate", () => {
  test.each([
    [
      "query processing would load too many samples into memory in query execution",
      "Dev gives this up, for it reads more than is allowed there: narrow its selectors or its range.",
    ],
    [
      "the query exceeded the maximum number of series (limit: 5 series) (err-mimir-max-series-per-query)",
      "Dev gives this up, for it reads more than is allowed there: narrow its selectors or its range.",
    ],
    [
      "vector cannot contain metrics with the same labelset",
      "Dev: two results of this have the same labels; aggregate them, or keep what tells them apart.",
    ],
    ['parse error: unknown function with name "a"', 'Dev refuses this: unknown function with name "a".'],
  ])("for a reason that lies in it: %s", (words, message) => {
    expect(run("rate(a[5m])", { [counted("rate(a[5m])")]: refused(words) })).toEqual([
      `live.query-error error "rate(a[5m])" ${message}`,
    ]);
  });

  test("a regular expression that is none", () => {
    const expr = 'label_replace(a, "x", "$1", "y", "(")';
    const words = "invalid regular expression in label_replace(): (";
    expect(run(expr, { [counted(expr)]: refused(words) })).toEqual([
      'live.query-error error "\\"(\\"" Dev refuses this: invalid regular expression in label_replace(): (.',
    ]);
  });

  test.each([
    "expanding series: rpc error: code = Unavailable desc = connection refused",
    "expanding series: proxy Series(): rpc error: code = Aborted desc = fetch series for {}: receive series from Addr: x",
    "query timed out in expression evaluation",
    "something that nobody has seen",
  ])("for a reason of its own is silence: %s", (words) => {
    expect(run("rate(a[5m])", { [counted("rate(a[5m])")]: refused(words) })).toEqual([]);
  });
});

describe("sides that never match", () => {
  const expr = "a / on (pod) b > 5";
  const bare = counted("a / on (pod) b");
  const sides = (left: RunResult, right: RunResult): Record<string, RunResult> => ({
    "count by (pod) (a)": left,
    "count by (pod) (b)": right,
  });

  test("for one of them has no such label", () => {
    expect(run(expr, sides(gave([{ pod: "p" }, 1]), gave([{}, 4])))).toEqual([
      'live.vector-matching error "pod" Dev: no series on the right has the label `pod`, so nothing matches.',
    ]);
    expect(run(expr, sides(gave([{}, 1]), gave([{ pod: "p" }, 4])))).toEqual([
      'live.vector-matching error "pod" Dev: no series on the left has the label `pod`, so nothing matches.',
    ]);
    expect(run(expr, sides(gave([{}, 1]), gave([{}, 4])))).toEqual([
      'live.vector-matching warning "pod" Dev: no series on either side has the label `pod`, so nothing matches.',
    ]);
  });

  test("for the values are others now", () => {
    expect(run(expr, sides(gave([{ pod: "p:1" }, 1]), gave([{ pod: "p:2" }, 4])))).toEqual([
      'live.vector-matching info "/" Dev: no `pod` is on both sides now: left "p:1", right "p:2".',
    ]);
  });

  test("without on() for they have not the same labels", () => {
    const all = "a * b";
    const answers = {
      "count without (__name__) (a)": gave([{ job: "x", pod: "p" }, 1]),
      "count without (__name__) (b)": gave([{ job: "x", instance: "i" }, 1]),
    };
    expect(run(all, answers)).toEqual([
      'live.vector-matching error "a" Dev: nothing matches, for only the left has `pod` and only the right has `instance`: use on() or ignoring().',
    ]);
  });

  test("is not said where they match, whatever is compared with a number", () => {
    const answers = { ...sides(gave([{ pod: "p" }, 1]), gave([{}, 4])), [bare]: gave([{}, 3]) };
    expect(run(expr, answers)).toEqual([]);
  });

  test("is not said where something stands in for a side that is away", () => {
    const fallback = "a / on (pod) (b or vector(0))";
    const answers = {
      "count by (pod) (a)": gave([{ pod: "p" }, 1]),
      "count by (pod) ((b or vector(0)))": gave([{}, 1]),
    };
    expect(run(fallback, answers)).toEqual([]);
  });

  test("is not said where a side is not there, or has more series than were read", () => {
    expect(run(expr, sides(gave(), gave([{}, 4])))).toEqual([]);
    expect(run(expr, sides(gave([{ pod: "p" }, 1]), { ...gave([{}, 4]), total: 99 } as RunResult))).toEqual(
      [],
    );
  });

  test.each(["partial", "pending", "unavailable"] as const)("is not said where answers are %s", (state) => {
    expect(run(expr, sides(gave([{ pod: "p" }, 1]), gave([{}, 4])), { states: { run: state } })).toEqual([]);
  });

  test.each(["a unless on (pod) b", "a or on (pod) b", "absent(a * on (pod) b)"])(
    "is not said where nothing need match: %s",
    (text) => {
      expect(run(text, sides(gave([{ pod: "p" }, 1]), gave([{}, 4])))).toEqual([]);
    },
  );

  test("is not said of what a rule of the workspace records, which may be deployed otherwise", () => {
    const names = namesIn({ "a.yml": rules(["record b: sum by (pod) (c)"]) });
    const index = dev(sides(gave([{ pod: "p" }, 1]), gave([{}, 4])), { series: known });
    expect(liveFindings(expr, [index], { names }, others)).toEqual([]);
  });

  test("costs one query where the rule returns something", () => {
    const index = dev({ [counted(expr)]: gave([{}, 2]) }, { series: known });
    expect(liveFindings(expr, [index], {}, others)).toEqual([]);
    expect(index.asked.filter((line) => line.startsWith("run"))).toEqual([`run ${counted(expr)}`]);
  });
});

describe("costs", () => {
  const expr = "sum by (job) (a)";
  test("are an information, with the memory of what is recorded", () => {
    const cost = (text: string, answers: Readonly<Record<string, RunResult>>): readonly string[] =>
      liveFindingsIn(text, [dev(answers, { series: known })]).filter((line) => line.includes("cost"));
    const answers = {
      [counted(expr)]: gave([{}, 31_000]),
      "avg(avg_over_time(go_memstats_alloc_bytes[2h]) / avg_over_time(prometheus_tsdb_head_series[2h]))":
        gave([{}, 3_000]),
    };
    const alert = `groups:\n- name: g\n  rules:\n  - alert: A\n    expr: ${expr}\n`;
    expect(cost(alert, answers)).toEqual([
      'live.query-cost info "sum by (job) (a)" Dev: 31k series from 1000 samples, at most 50 at a time, in 2 ms.',
    ]);
    expect(cost(alert.replace("alert: A", "record: a:b"), answers)).toEqual([
      'live.query-cost info "sum by (job) (a)" Dev: 31k series from 1000 samples, at most 50 at a time, in 2 ms; keeping them takes 89 MiB.',
    ]);
  });
});

describe("alerts of the last day", () => {
  const day = 86_400;
  const counts = (rule: string, stretches: readonly (readonly [number, number])[][]): readonly string[] => {
    const times = (_: string, seconds: number, step: number) => ({
      from: day - seconds,
      to: day,
      step,
      series: stretches,
    });
    const text = `groups:\n- name: g\n  rules:\n  - alert: A\n    expr: a > 1\n${rule}`;
    return liveFindingsIn(text, [fakeIndex({ series: known, times })]).flatMap(
      (line) => /^live.alert-count info "a > 1" (.*)$/.exec(line)?.[1] ?? [],
    );
  };

  test("are told with how long and how many of them fire", () => {
    expect(counts("", [])).toEqual(["Dev: no alert in the last day."]);
    expect(counts("", [[[600, 1_200]], [[day - 600, day]]])).toEqual([
      "Dev: 2 alerts in the last day, the longest for 10 minutes; 1 fires now.",
    ]);
  });

  test("wait for `for`", () => {
    expect(counts("    for: 15m\n", [[[600, 1_200]]])).toEqual([
      "Dev: no alert in the last day: `for` was not reached, one waited for it.",
    ]);
    expect(counts("    for: 10m\n", [[[600, 1_200 + 7_200]]])).toEqual([
      "Dev: 1 alert in the last day, for 2 hours.",
    ]);
  });

  test("go on for `keep_firing_for`, and are the same when they come back in that time", () => {
    const flapping = [
      [600, 1_200],
      [1_500, 2_100],
      [9_000, 9_600],
    ] as const;
    expect(counts("", [[...flapping]])[0]).toMatch(/^Dev: 3 alerts /);
    expect(counts("    keep_firing_for: 10m\n", [[...flapping]])[0]).toMatch(/^Dev: 2 alerts /);
    expect(counts("    keep_firing_for: 5h\n", [[...flapping]])[0]).toMatch(/^Dev: 1 alert /);
  });

  test("that were over a day ago do not count", () => {
    expect(counts("    for: 1h\n", [[[-7_200, -60]]])).toEqual(["Dev: no alert in the last day."]);
  });
});

test("nothing is run where nobody asked for it", () => {
  const index = fakeIndex({ series: known });
  expect(liveFindings("a * on (job) b", [index])).toEqual([]);
  expect(index.asked).toEqual(["presence a", "presence b"]);
});
