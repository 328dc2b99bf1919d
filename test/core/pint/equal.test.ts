import { describe, expect, test } from "vitest";
import { withLevels } from "../../../server/src/checks/levels.ts";
import { allChecks } from "../../../server/src/checks/registry.ts";
import { runChecks } from "../../../server/src/checks/run.ts";
import { readDocument } from "../../../server/src/model/read.ts";
import { nameIndexOf } from "../../../server/src/world/names/index.ts";
import { idsOf, pintChecks } from "../../../server/src/world/pint/checks.ts";
import { readPintConfig } from "../../../server/src/world/pint/config.ts";
import { emptyWorkspace } from "../../../server/src/world/workspace.ts";
import { fakeIndex } from "../live/fake-index.ts";

interface Example {
  /** Items of a group of rules, or a whole file. */
  readonly rules: string;
  /** The same without the fault. */
  readonly mended: string;
  /** Of pint. */
  readonly config?: string;
}

const rule = (body: string): string => `rule {\n  ${body}\n}\n`;
const group = (name: string, rules: string, more = ""): string =>
  `- name: ${name}\n${more}  rules:\n${rules.replaceAll(/^(?=.)/gm, "  ")}`;
const file = (...groups: readonly string[]): string => `groups:\n${groups.join("")}`;
const alert = (expr: string, more = ""): string => `- alert: A\n  expr: '${expr}'\n${more}`;
const record = (expr: string, more = ""): string => `- record: a:b\n  expr: '${expr}'\n${more}`;
const texts = (text: string): string => `  annotations:\n    summary: '${text}'\n`;
const lasting = "  for: 5m\n";

/** For each check of pint something that it marks, and the same mended. */
const examples: Readonly<Record<string, Example>> = {
  "alerts/absent": {
    rules: alert('absent(up{job="api"})', "  for: 50s\n"),
    mended: alert('absent(up{job="api"})', "  for: 1m\n"),
  },
  "alerts/annotation": {
    rules: alert("up == 0", texts("x")),
    mended: alert("up == 0", texts("see https://a.b")),
    config: rule('annotation "summary" {\n    value = ".*https://.+"\n    required = true\n  }'),
  },
  "alerts/comparison": { rules: alert("up", lasting), mended: alert("up == 0", lasting) },
  "alerts/external_labels": {
    rules: alert("up == 0", texts("{{ $externalLabels.region }}")),
    mended: alert("up == 0", texts("{{ $externalLabels.site }}")),
  },
  "alerts/for": { rules: alert("up == 0", "  for: 0s\n"), mended: alert("up == 0") },
  "alerts/template": {
    rules: alert("sum(up) == 0", texts("{{ $labels.job }}")),
    mended: alert("sum by (job) (up) == 0", texts("{{ $labels.job }}")),
  },
  "group/interval": {
    rules: file(group("g", record("up"), "  interval: 10m\n")),
    mended: file(group("g", record("up"), "  interval: 5m\n")),
  },
  "labels/conflict": {
    rules: record("sum(up)", "  labels: { site: other }\n"),
    mended: record("sum(up)", "  labels: { place: other }\n"),
  },
  "promql/aggregate": {
    rules: record("sum(up)"),
    mended: record("sum by (job) (up)"),
    config: rule('aggregate ".+" { keep = ["job"] }'),
  },
  "promql/counter": {
    rules: alert("hits_total > 5"),
    mended: alert("increase(hits_total[5m]) > 5"),
  },
  "promql/fragile": { rules: alert("sum(up) / count(down) > 1"), mended: alert("sum(up) > 1") },
  "promql/impossible": {
    rules: alert("sum by (job) (up) / on (instance) down > 1", lasting),
    mended: alert("sum by (job) (up) / on (job) down > 1", lasting),
  },
  "promql/nan": { rules: record("sum(a / b)"), mended: record("sum(a / (b > 0))") },
  "promql/offset": { rules: record("up offset 20d"), mended: record("up offset 2d") },
  "promql/range_query": {
    rules: record("max_over_time(up[2h])"),
    mended: record("max_over_time(up[1h])"),
    config: rule('range_query { max = "1h" }'),
  },
  "promql/rate": {
    rules: record('rate(hits_total{job="api"}[45s])'),
    mended: record('rate(hits_total{job="api"}[5m])'),
  },
  "promql/regexp": { rules: record('up{job=~"a"}'), mended: record('up{job="a"}') },
  "promql/selector": {
    rules: record("hits_total"),
    mended: record('hits_total{job="api"}'),
    config: rule('selector "hits_.+" { requiredLabels = ["job"] }'),
  },
  "promql/series": { rules: alert("hit_total > 5"), mended: alert("queue > 5") },
  "promql/syntax": { rules: record("sum(up"), mended: record("sum(up)") },
  "promql/vector_matching": {
    rules: record('up{job="a"} / up{job="b"}'),
    mended: record('up{job="a"} / ignoring (job) up{job="b"}'),
  },
  "query/cost": {
    rules: `${record("sum by (job) (rate(hits_total[5m]))")}${alert("sum by (job) (rate(hits_total[5m])) > 5")}`,
    mended: `${record("sum by (job) (rate(hits_total[5m]))")}${alert("a:b > 5")}`,
  },
  "rule/dependency": {
    rules: file(group("f", record("sum(up)").replace("a:b", "c:d")), group("g", record("sum(c:d)"))),
    mended: record("sum(up)"),
  },
  "rule/duplicate": { rules: `${record("up")}${record("up")}`, mended: record("up") },
  "rule/for": {
    rules: alert("up == 0", "  for: 1m\n"),
    mended: alert("up == 0", lasting),
    config: rule('for { min = "5m" }'),
  },
  "rule/label": {
    rules: alert("up == 0"),
    mended: alert("up == 0", "  labels: { team: a }\n"),
    config: rule('label "team" {\n    values = ["a", "b"]\n    required = true\n  }'),
  },
  "rule/name": {
    rules: record("up"),
    mended: record("up").replace("a:b", "team:a:b"),
    config: rule('match { kind = "recording" }\n  name "team:.+" {}'),
  },
  "rule/owner": {
    rules: record("up"),
    mended: `# pint rule/owner bob\n${record("up")}`,
    config: 'owners { allowed = ["bob"] }\n',
  },
  "rule/reject": {
    rules: alert("up == 0", texts("http://a.b")),
    mended: alert("up == 0", texts("https://a.b")),
    config: rule('reject "http://.+" { annotation_values = true }'),
  },
  "rule/report": {
    rules: record("up").replace("a:b", "old:a"),
    mended: record("up"),
    config: rule('match { name = "old:.+" }\n  report {\n    comment = "no more"\n    severity = "bug"\n  }'),
  },
  "yaml/parse": { rules: record("up", "  label: { a: b }\n"), mended: record("up", "  labels: { a: b }\n") },
  "pint/comment": { rules: `# pint disable promql/serie\n${record("up")}`, mended: record("up") },
};

/** What others hold: it needs a server that runs queries, or says its version; and what is nothing here. */
const elsewhere = ["alerts/count", "promql/features", "rule/link", "ignore/file"];

const server = fakeIndex({
  series: [
    { __name__: "up", job: "api" },
    { __name__: "hits_total", job: "api" },
    { __name__: "queue", job: "api" },
  ],
  types: { hits_total: "counter", queue: "gauge" },
  external: [{ site: "lab" }],
  scrapes: { api: 30 },
  retention: 864_000,
});

const fileOf = (rules: string): string => (/^groups:/m.test(rules) ? rules : file(group("g", rules)));

/** The ids of what is said of an example. */
function said(rules: string, config = ""): readonly string[] {
  const text = fileOf(rules);
  const { project } = readPintConfig(config);
  const document = readDocument({ uri: "file:///a.yml", path: "a.yml", version: 1, text });
  const findings = runChecks(
    {
      document,
      workspace: emptyWorkspace,
      names: nameIndexOf([document]),
      environments: [server.access],
      features: [],
      policy: project.policy.of("a.yml"),
    },
    [],
    allChecks,
  );
  return withLevels(findings, project.checks).map(({ check }) => check);
}

describe("what a check of pint marks is told by those that docs/pint.md names for it", () => {
  test("each has an example", () => {
    expect([...Object.keys(examples), ...elsewhere].toSorted()).toEqual([...pintChecks.keys()].toSorted());
  });

  test.each(Object.entries(examples))("%s", (name, { rules, mended, config }) => {
    const check = pintChecks.get(name);
    const ids: readonly string[] = check === undefined ? [] : idsOf(check);
    expect(said(rules, config).filter((id) => ids.includes(id))).not.toEqual([]);
    expect(said(mended, config).filter((id) => ids.includes(id))).toEqual([]);
  });

  test.each(Object.entries(examples))(
    "%s is silenced by pint's comment, and by its configuration",
    (name, example) => {
      const { rules, config = "" } = example;
      // What no comment can be about: the comment itself, owners, and groups.
      if (["pint/comment", "rule/owner", "group/interval"].includes(name)) return;
      const check = pintChecks.get(name);
      const ids: readonly string[] = check === undefined ? [] : idsOf(check);
      const left = (text: string, more = ""): readonly string[] =>
        said(text, `${config}${more}`).filter((id) => ids.includes(id));
      expect(left(`# pint file/disable ${name}\n${fileOf(rules)}`)).toEqual([]);
      const off = left(rules, `checks { disabled = ["${name}"] }\n`);
      const others = new Set(
        [...pintChecks].filter(([other]) => other !== name).flatMap(([, each]) => each.ours),
      );
      expect(off.filter((id) => check?.ours.includes(id) === true && !others.has(id))).toEqual([]);
    },
  );
});
