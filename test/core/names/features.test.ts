import { expect, test } from "vitest";
import { applyEdits } from "../../../server/src/base/text.ts";
import {
  incomingCalls,
  outgoingCalls,
  prepareHierarchy,
} from "../../../server/src/features/names/call-hierarchy.ts";
import { definitions, highlights, references } from "../../../server/src/features/names/places.ts";
import { prepareRename, rename } from "../../../server/src/features/names/rename.ts";
import { workspaceSymbols } from "../../../server/src/features/names/workspace-symbols.ts";
import { refactorings } from "../../../server/src/features/refactor/index.ts";
import type { NamePlace } from "../../../server/src/world/names/rule.ts";
import type { Snapshot } from "../../../server/src/world/snapshot.ts";
import { type Files, rules, snapshotsOf } from "./workspace.ts";

const tests = `rule_files: [rules.yml]
tests:
  - input_series:
      - series: 'job:x:sum{job="a"}'
        values: 1 2
    alert_rule_test:
      - alertname: High
        eval_time: 1m
    promql_expr_test:
      - expr: job:x:sum * 2
        eval_time: 1m
        exp_samples:
          - labels: 'job:x:sum{job="a"}'
            value: 2
`;

const alertmanager = `route:
  receiver: a
  routes:
    - matchers: [ alertname="High", team="x" ]
    - matchers:
        - alertname =~ "High|Low"
    - match: { alertname: High }
inhibit_rules:
  - source_matchers: ['alertname="High"']
    target_match_re: { alertname: "Low|High" }
receivers: [{ name: a }]
`;

const dashboard = JSON.stringify(
  { panels: [{ targets: [{ expr: 'sum(job:x:sum{job=~"$job"}) / job:x:sum offset $by' }] }] },
  undefined,
  2,
);

const files: Files = {
  "rules.yml": rules(
    ["record job:x:sum: sum by (job) (x)"],
    ["alert High: job:x:sum > 1", 'alert Low: ALERTS{alertname="High"} unless job:x:sum'],
  ),
  "tests.yml": tests,
  "alertmanager.yml": alertmanager,
  "d.json": dashboard,
  "q.promql": "topk(3, job:x:sum)",
};

/** The snapshot of a file and the offset of the n-th place of a text in it. */
function cursor(path: string, text: string, nth = 0, given: Files = files): [Snapshot, number] {
  const snapshot = snapshotsOf(given).find(({ document }) => document.path === path);
  if (snapshot === undefined) throw new Error(`there is no file ${path}`);
  let at = -1;
  for (let n = 0; n <= nth; n++) at = snapshot.document.text.indexOf(text, at + 1);
  if (at < 0) throw new Error(`there is no ${text} in ${path}`);
  return [snapshot, at + 2];
}

/** Places as `path:line text`; the texts all have to be that of the name. */
function worded(places: readonly NamePlace[], given: Files = files): readonly string[] {
  return places.map(
    ({ path, range, span }) => `${path}:${range.start.line + 1} ${given[path]?.slice(span.start, span.end)}`,
  );
}

test("a metric leads to the rules that record it, the state of an alert to the alert", () => {
  expect(worded(definitions(...cursor("rules.yml", "job:x:sum", 1)))).toEqual(["rules.yml:4 job:x:sum"]);
  expect(worded(definitions(...cursor("rules.yml", "High", 1)))).toEqual(["rules.yml:8 High"]);
  expect(worded(definitions(...cursor("tests.yml", "High")))).toEqual(["rules.yml:8 High"]);
  expect(worded(definitions(...cursor("tests.yml", "job:x:sum", 1)))).toEqual(["rules.yml:4 job:x:sum"]);
  expect(worded(definitions(...cursor("q.promql", "job:x:sum")))).toEqual(["rules.yml:4 job:x:sum"]);
  expect(definitions(...cursor("rules.yml", "(x)"))).toEqual([]);
});

test("references are found in rules, tests, routes and dashboards", () => {
  expect(worded(references(...cursor("rules.yml", "job:x:sum"), false))).toEqual([
    "rules.yml:9 job:x:sum",
    "rules.yml:11 job:x:sum",
    "d.json:6 job:x:sum",
    "d.json:6 job:x:sum",
    "q.promql:1 job:x:sum",
    "tests.yml:4 job:x:sum",
    "tests.yml:10 job:x:sum",
    "tests.yml:13 job:x:sum",
  ]);
  expect(worded(references(...cursor("rules.yml", "High"), true))).toEqual([
    "rules.yml:8 High",
    "rules.yml:11 High",
    "alertmanager.yml:4 High",
    "alertmanager.yml:6 High",
    "alertmanager.yml:7 High",
    "alertmanager.yml:9 High",
    "alertmanager.yml:10 High",
    "tests.yml:7 High",
  ]);
});

test("highlights are those of the file", () => {
  expect(highlights(...cursor("rules.yml", "job:x:sum")).map(({ kind }) => kind)).toEqual([
    "write",
    "read",
    "read",
  ]);
});

test("a new name is written wherever the old one was; what dashboards say is confirmed", () => {
  const edits = rename(...cursor("rules.yml", "job:x:sum", 2), "job:y:sum");
  if ("refused" in edits) throw new Error(edits.refused);
  expect(edits.map(({ path, needsConfirmation }) => `${path} ${needsConfirmation}`)).toEqual([
    "rules.yml false",
    "rules.yml false",
    "rules.yml false",
    "d.json true",
    "d.json true",
    "q.promql false",
    "tests.yml false",
    "tests.yml false",
    "tests.yml false",
  ]);
  const after = Object.entries(files).map(([path, text]): [string, string] => {
    let edited = text;
    for (const { span, newText } of edits.filter((edit) => edit.path === path).toReversed())
      edited = edited.slice(0, span.start) + newText + edited.slice(span.end);
    return [path, edited];
  });
  for (const [path, text] of after) {
    expect(text).not.toContain("job:x:sum");
    expect(text).toBe(files[path]?.replaceAll("job:x:sum", "job:y:sum"));
  }
});

test("what cannot be renamed says why", () => {
  const refused = (answer: object): string => ("refused" in answer ? String(answer.refused) : "");
  expect(refused(prepareRename(...cursor("rules.yml", "(x)", 0)))).toContain(
    "No rule here records this metric",
  );
  expect(refused(prepareRename(...cursor("rules.yml", "groups")))).toContain("put the cursor on one");
  expect(prepareRename(...cursor("rules.yml", "High"))).toMatchObject({ name: "High" });
  for (const name of ["1x", "a-b", "", "job:x:sum"])
    expect(refused(rename(...cursor("rules.yml", "job:x:sum"), name))).not.toBe("");
  for (const name of ["a: b", "null", "On", "{{ x }}", 'a"b', ""])
    expect(refused(rename(...cursor("rules.yml", "High"), name))).not.toBe("");
  expect(refused(rename(...cursor("rules.yml", "High"), "Very high"))).toBe("");
});

test("a name that another rule has already is not given to a metric, and to an alert with a look first", () => {
  const given: Files = {
    "a.yml": rules(["record a:x: x", "record a:y: a:x", "alert High: a:x", "alert Low: a:y"]),
  };
  expect(rename(...cursor("a.yml", "a:x", 0, given), "a:y")).toEqual({
    refused: "a.yml records this name already: choose another, or edit one of them.",
  });
  for (const odd of ["nan", "Inf", "a:"])
    expect(rename(...cursor("a.yml", "a:x", 0, given), odd), odd).toHaveProperty("refused");
  const edits = rename(...cursor("a.yml", "High", 0, given), "Low");
  if ("refused" in edits) throw new Error(edits.refused);
  expect(edits.map(({ needsConfirmation }) => needsConfirmation)).toEqual([true]);
});

test("symbols of all files by some of their letters", () => {
  const [{ names } = { names: undefined }] = snapshotsOf(files);
  if (names === undefined) throw new Error("no index");
  const found = (query: string): readonly string[] =>
    workspaceSymbols(names, query).map(({ name, kind, container }) => `${kind} ${name} in ${container}`);
  expect(found("hi")).toEqual(["alert High in g1"]);
  expect(found("jsum")).toEqual(["record job:x:sum in g0"]);
  expect(found("g")).toEqual(["group g0 in rules.yml", "group g1 in rules.yml", "alert High in g1"]);
  expect(found("nothing")).toEqual([]);
});

test("the hierarchy tells what reads a rule and what feeds it", () => {
  const [record] = prepareHierarchy(...cursor("rules.yml", "job:x:sum", 1));
  const [{ names } = { names: undefined }] = snapshotsOf(files);
  if (record === undefined || names === undefined) throw new Error("no item");
  expect(record).toMatchObject({ name: "job:x:sum", kind: "record" });
  expect(
    incomingCalls(names, record).map(({ item, at }) => `${item.kind} ${item.name} ${at.length}`),
  ).toEqual(["alert High 1", "alert Low 1", "file d.json 2", "file q.promql 1", "file tests.yml 3"]);
  const [low] = prepareHierarchy(...cursor("rules.yml", "alert: Low"));
  if (low === undefined) throw new Error("no item");
  expect(outgoingCalls(names, low).map(({ item, at }) => `${item.name} ${at[0]?.start.line}`)).toEqual([
    "High 10",
    "job:x:sum 10",
  ]);
  expect(outgoingCalls(names, record)).toEqual([]);
});

test("names in quotes and block scalars are found where they are written", () => {
  const given: Files = {
    "a.yml": `groups:
  - name: g
    rules:
      - record: "a:b"
        expr: |
          sum(x)
          + on () a:c offset 5m
      - record: 'a:c'
        expr: >-
          {__name__="a:b"}
          / a:b
`,
  };
  expect(worded(references(...cursor("a.yml", "a:b", 0, given), true), given)).toEqual([
    "a.yml:4 a:b",
    "a.yml:10 a:b",
    "a.yml:11 a:b",
  ]);
  expect(worded(definitions(...cursor("a.yml", "a:c", 0, given)), given)).toEqual(["a.yml:8 a:c"]);
});

test("what queries in templates read is found and renamed, but for what is put together", () => {
  const given: Files = {
    "a.yml": `groups:
  - name: g
    rules:
      - record: job:a:sum
        expr: sum by (job) (a)
      - alert: Down
        expr: up == 0
        labels:
          tier: '{{ range query "job:a:sum > 1" }}{{ .Value }}{{ end }}'
        annotations:
          one: |
            {{ with printf "job:a:sum{job='%s'} / job:a:sum" $labels.job | query }}{{ . | first | value }}{{ end }}
          two: "{{ query \\"ALERTS{alertname='Down'}\\" | len }}"
          three: '{{ printf "job:%s:sum" "a" | query }} job:a:sum'
          four: '{{ query "my_job:a:sum" }}'
`,
  };
  const text = given["a.yml"] ?? "";
  expect(worded(references(...cursor("a.yml", "job:a:sum", 0, given), false), given)).toEqual([
    "a.yml:9 job:a:sum",
    "a.yml:12 job:a:sum",
    "a.yml:12 job:a:sum",
  ]);
  expect(worded(definitions(...cursor("a.yml", "job:a:sum", 2, given)), given)).toEqual([
    "a.yml:4 job:a:sum",
  ]);
  const edits = rename(...cursor("a.yml", "Down", 0, given), "Gone");
  if ("refused" in edits) throw new Error(edits.refused);
  expect(worded(edits, given)).toEqual(["a.yml:6 Down", "a.yml:13 Down"]);
  const [record] = prepareHierarchy(...cursor("a.yml", "job:a:sum", 0, given));
  const [{ names } = { names: undefined }] = snapshotsOf(given);
  if (record === undefined || names === undefined) throw new Error("no item");
  expect(incomingCalls(names, record).map(({ item, at }) => `${item.name} ${at.length}`)).toEqual(["Down 3"]);
  expect(text).toContain("job:a:sum");
});

test("names in templates of charts are found and renamed, but for what Helm has a part in", () => {
  const given: Files = {
    "rules.yml": rules(["record job:x:sum: sum by (job) (x)"], ["alert High: job:x:sum > 1"]),
    "chart/templates/rules.yaml": `{{- if .Values.enabled }}
groups:
  - name: {{ .Release.Name }}
    rules:
      - record: cluster:x:sum
        expr: sum(job:x:sum{job="{{ .Values.job }}"})
      - alert: Low
        expr: job:x:sum < {{ .Values.limit }} and {{ .Values.more }}
        annotations:
          summary: '{{ "{{" }} query "cluster:x:sum" {{ "}}" }}'
      - alert: {{ .Values.prefix }}Other
        expr: cluster:x:sum > 5
{{- end }}
`,
  };
  const path = "chart/templates/rules.yaml";
  const edits = rename(...cursor("rules.yml", "job:x:sum", 0, given), "job:y:sum");
  if ("refused" in edits) throw new Error(edits.refused);
  expect(worded(edits, given)).toEqual([
    "rules.yml:4 job:x:sum",
    "rules.yml:9 job:x:sum",
    `${path}:6 job:x:sum`,
    `${path}:8 job:x:sum`,
  ]);
  // What stands in an expression that only Helm knows is looked at by people.
  expect(edits.map(({ needsConfirmation }) => needsConfirmation)).toEqual([false, false, false, true]);
  const inChart = rename(...cursor(path, "cluster:x:sum", 0, given), "cluster:y:sum");
  if ("refused" in inChart) throw new Error(inChart.refused);
  expect(worded(inChart, given)).toEqual([
    `${path}:5 cluster:x:sum`,
    `${path}:10 cluster:x:sum`,
    `${path}:12 cluster:x:sum`,
  ]);
  expect(worded(definitions(...cursor(path, "cluster:x:sum", 2, given)), given)).toEqual([
    `${path}:5 cluster:x:sum`,
  ]);
  expect(rename(...cursor(path, "Other", 0, given), "New")).toHaveProperty("refused");
});

test("a range of what another file records is inlined with the interval of its group", () => {
  const records = rules(["record job:x:sum: sum by (job) (x)"]);
  const given: Files = {
    "a.yml": records.replace("- name: g0", "- name: g0\n    interval: 30s"),
    "b.yml": rules(["alert High: max_over_time(job:x:sum[1h]) > 1"]),
  };
  const [snapshot, offset] = cursor("b.yml", "job:x:sum", 0, given);
  const inlining = refactorings(snapshot, { start: offset, end: offset }).find(({ id }) => id === "inline");
  expect(inlining?.refused).toBeUndefined();
  expect(applyEdits(snapshot.document.text, inlining?.edits() ?? [])).toBe(
    rules(["alert High: max_over_time(sum by (job) (x)[1h:30s]) > 1"]),
  );
});
