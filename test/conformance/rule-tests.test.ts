import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readJunit } from "../../server/src/adapters/promtool/junit.ts";
import { ruleTestChecks } from "../../server/src/checks/rule-test/index.ts";
import { runChecks } from "../../server/src/checks/run.ts";
import { yamlSyntax } from "../../server/src/checks/yaml/syntax.ts";
import { testsIn } from "../../server/src/features/tests/outcome.ts";
import { readDocument } from "../../server/src/model/read.ts";
import { emptyWorkspace } from "../../server/src/world/workspace.ts";
import { Random } from "../oracle/random.ts";
import { corpusFiles, shared } from "../shared.ts";
import { findTool } from "../stack/tools/locate.ts";

const seed = Number(process.env["SEED"] ?? 1);
const checks = [yamlSyntax, ...ruleTestChecks];

let promtool: string;
let folder: string;
beforeAll(async () => {
  const found = await findTool("promtool");
  if (found === undefined) throw new Error("promtool is not there: run `npm run tools` once to build it");
  promtool = found;
  folder = mkdtempSync(join(tmpdir(), "promscope-rule-tests-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sample = `rule_files:
  - absent.yml
evaluation_interval: 1m
group_eval_order: [a, b]
fuzzy_compare: true
tests:
  - name: one
    interval: 1m
    start_timestamp: 2024-01-01T00:00:00Z
    external_labels: {cluster: c}
    external_url: http://example.org
    input_series:
      - series: 'up{job="a", instance="x"}'
        values: '0+1x5 _x3 stale 1'
      - series: latency
        values: '{{schema:0 sum:5 count:4 buckets:[1 2 1]}}+{{sum:2 count:1 buckets:[1]}}x3'
    alert_rule_test:
      - eval_time: 5m
        alertname: Down
        exp_alerts: []
    promql_expr_test:
      - expr: sum by (job) (up)
        eval_time: 3m
        exp_samples:
          - labels: '{job="a"}'
            value: 3
      - expr: vector(1)
        eval_time: 90s
        exp_samples:
          - value: 1
`;

const replacements: readonly (readonly [RegExp, readonly string[]])[] = [
  [
    /\b(?:1m|5m|3m|90s)\b/,
    ["5 m", "0", "''", "1h30", "-1m", "1.5m", "5", "[1m]", "null", "1y2w", "99999999999y"],
  ],
  [/input_series/, ["input_serie", "series"]],
  [/interval: 1m\n {4}start/, ["interval: 1m\n    interval: 2m\n    start"]],
  [/cluster: c\}/, ["cluster: c, cluster: d}"]],
  [/alertname: Down/, ["alertname: Down\n        alertname: Down"]],
  [/rule_files/, ["rules_files", "rule_file"]],
  [/alertname: Down/, ["alertname: ''", "alertName: Down", "alertname:", "alert: Down"]],
  [/exp_samples/, ["exp_sample", "exp_alerts"]],
  [/\[a, b\]/, ["[a, a]", "a", "[a, [b]]", "{a: b}", "null", "[1, '1']"]],
  [/true/, ["yes", "off", "1", "'true'", "maybe", "null"]],
  [
    /2024-01-01T00:00:00Z/,
    [
      "1700000000",
      "2024-13-01T00:00:00Z",
      "2024-01-01",
      "now",
      "1.5e9",
      "2024-02-30T00:00:00Z",
      "2024-01-01T00:00:00+01:00",
      "''",
    ],
  ],
  [
    /value: [13]/,
    [
      "value: .inf",
      "value: NaN",
      "value: '1'",
      "value: 0x1f",
      "value: 1_000",
      "value: [1]",
      "value:",
      "values: 1",
      "value: 1e3",
      "value: .nan",
    ],
  ],
  [/\{cluster: c\}/, ["{cluster: 1}", "{cluster: [c]}", "[cluster]", "c", "{}"]],
  [
    /0\+1x5 _x3 stale 1/,
    [
      "0+1x 5",
      "1 2 x",
      "stale x3",
      "1x1.5",
      "0x10",
      "_ _4",
      "1,2",
      "",
      "{{}}",
      "{{schema:1 foo:2}}",
      "nan inf -Inf",
      "1 2 # c",
    ],
  ],
  [
    /up\{job="a", instance="x"\}/,
    [
      'up{job=~"a"}',
      'up{job="a"',
      "up job",
      "",
      'up{1="a"}',
      "sum",
      '{__name__="up"}',
      'up{"a.b"="c"}',
      "on",
    ],
  ],
  [/sum by \(job\) \(up\)/, ["sum by (job) (up", "sum(", "up[5m]", "1 +", "rate(up)", "''", '"a"']],
  [/'\{job="a"\}'/, ["'{job=a}'", "'up{job=\"a\"} 1'", "{job: a}", "''", "null", "'sum'"]],
  [/- name: one/, ["- nam: one", "- name: [one]", "- 1", "-"]],
  [
    /exp_alerts: \[\]/,
    [
      "exp_alerts: [{exp_labels: {a: 1}}]",
      "exp_alerts: {}",
      "exp_alerts: [{exp_label: {a: b}}]",
      "exp_alerts: [{exp_labels: {a: [1]}}]",
    ],
  ],
  [/\[1 2 1\]/, ["[1 2", "[1, 2]", "[]", "[a]", "[1 inf]"]],
];

function mutated(text: string, random: Random): string {
  let result = text;
  for (let count = 1 + random.below(2); count > 0; count--) {
    const [pattern, options] = random.pick(replacements);
    result = result.replace(pattern, () => random.pick(options));
  }
  return result;
}

/** What promtool says when it cannot run the tests; nothing where it runs them, whatever comes of them. */
function refusals(names: readonly string[]): readonly (string | undefined)[] {
  return names.map((name) => {
    const junit = join(folder, "out.xml");
    rmSync(junit, { force: true });
    const run = spawnSync(promtool, ["test", "rules", `--junit=${junit}`, name], {
      cwd: folder,
      encoding: "utf8",
      timeout: 20_000,
    });
    if (run.status === 0) return undefined;
    const failures = readJunit(existsSync(junit) ? readFileSync(junit, "utf8") : "").flatMap(
      (one) => one.failures,
    );
    if (failures.length === 0) return run.stderr.trim();
    return failures.find(isRefusal);
  });
}

/** Whether promtool means the file, and not what its tests found. */
function isRefusal(failure: string): boolean {
  if (/^(?: {4}name: .*\n)? {4}alertname: /.test(failure) || / {8}exp: /.test(failure)) return false;
  return /parse error|misses required attribute|expected 1 value|expected histogram|cannot merge|mix of/.test(
    failure,
  );
}

function ours(text: string): readonly string[] {
  const document = readDocument({ uri: "file:///t/tests.yml", path: "tests.yml", version: 1, text });
  if (testsIn(document) === undefined) return ["no test file"];
  const snapshot = { document, workspace: emptyWorkspace, environments: [], features: [] };
  return runChecks(snapshot, [], checks)
    .filter(({ refusedBy }) => refusedBy === "prometheus")
    .map(({ message }) => message);
}

function compare(texts: readonly string[]): readonly string[] {
  const names = texts.map((text, index) => {
    writeFileSync(join(folder, `${index}.yml`), text);
    return `${index}.yml`;
  });
  const theirs = refusals(names);
  return texts.flatMap((text, index) => {
    const mine = ours(text);
    const said = theirs[index];
    if (mine.length > 0 === (said !== undefined)) return [];
    return `promtool: ${said ?? "runs it"}\nours: ${mine.join("; ") || "runs"}\n${text}`;
  });
}

test(`mutated test files are refused where promtool refuses them, seed ${seed}`, () => {
  const random = new Random(seed);
  const texts = Array.from({ length: 300 }, () => mutated(sample, random));
  expect(ours(sample)).toEqual([]);
  const refused = texts.filter((text) => ours(text).length > 0).length;
  expect(refused).toBeGreaterThan(100);
  expect(refused).toBeLessThan(280);
  expect(compare([sample, ...texts])).toEqual([]);
}, 180_000);

const corpus = corpusFiles().filter(
  ({ text }) =>
    /^[ \t]+(?:- )?(?:alert_rule_test|promql_expr_test)[ \t]*:/m.test(text) && /^tests:/m.test(text),
);

test.skipIf(shared("corpus") === undefined)(
  "the corpus' test files (needs ../shared/corpus) are judged as promtool judges them",
  () => {
    expect(corpus.length).toBeGreaterThan(0);
    expect(compare(corpus.map(({ text }) => text))).toEqual([]);
  },
  180_000,
);

const upstream = join(
  homedir(),
  "go/pkg/mod/github.com/prometheus/prometheus@v0.316.0/cmd/promtool/testdata",
);
const upstreamTests = existsSync(upstream)
  ? readdirSync(upstream)
      .map((name) => join(upstream, name))
      .filter((name) => /\.ya?ml$/.test(name) && /^tests:/m.test(readFileSync(name, "utf8")))
  : [];

test.skipIf(upstreamTests.length === 0)(
  "promtool's own test files (needs Prometheus' sources as a Go module) are judged as promtool judges them",
  () => {
    expect(compare(upstreamTests.map((name) => readFileSync(name, "utf8")))).toEqual([]);
  },
  60_000,
);
