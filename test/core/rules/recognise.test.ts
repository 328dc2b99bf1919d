import { describe, expect, test } from "vitest";
import { readDocument } from "../../../server/src/model/read.ts";

/** What the documents of a file are; rules that stand inside of something else make no rule file of it. */
function kindsOf(text: string, path = "x.yaml", languageId?: string): readonly string[] {
  const document = readDocument({ uri: `file:///${path}`, path, version: 1, text, languageId });
  const own = document.parts.filter(({ standing }) => standing !== "nested" && standing !== "embedded");
  return own.map(({ model }) => model.kind);
}

const rules = "groups:\n- name: a\n  rules:\n  - alert: A\n    expr: up\n";

describe("a rule file", () => {
  test.each([
    rules,
    rules.replace("groups", "grops"),
    rules.replace("rules", "rule"),
    rules.replace("alert", "alrt"),
    rules.replace("expr", "exprr"),
    `namespace: x\n${rules}`,
    '{"groups": [{"name": "a", "rules": [{"record": "r", "expr": "up"}]}]}',
    "groups:\n- name: a\n- name: a\n",
  ])("is known by its content: %j", (text) => {
    expect(kindsOf(text)).toEqual(["rules"]);
  });

  test.each(["groups: []\n", "groups:\n", "groups:\n- name: a\n  x: 1\n"])(
    "of little content is known by its path: %j",
    (text) => {
      expect(kindsOf(text)).toEqual([]);
      for (const path of ["alerts.yml", "a/node.rules.yaml", "rules/x.yml", "prometheus-rules/x.yml"])
        expect(kindsOf(text, path)).toEqual(["rules"]);
    },
  );

  test.each([
    "- name: a\n  rules:\n  - record: r\n    expr: up\n",
    "groups:\n- name: a\n  rules:\n  - alert: A\n    ex",
    "x\ngroups:\n- name: a\n  rules:\n  - alert: A\n    expr: up\n",
    "groups:\n- name: a\n  rules:\n\t- alert: A\n",
  ])("whose structure is lost is known by what is left: %j", (text) => {
    expect(kindsOf(text)).toEqual(["rules"]);
  });

  test.each([
    "- alert: A\n  expr: up\n",
    " labels: {}\nfor: 5m\n- alert: A\n  expr: up\n",
    "groups:\n  - name: test\n    int",
    "expr: up\nfor: 5m\nlabels: {a: |\n  - alert: A\n",
  ])("whose structure is lost is known by its path and what is left: %j", (text) => {
    expect(kindsOf(text)).toEqual([]);
    for (const path of ["alerts.yml", "rules/x.yml"]) expect(kindsOf(text, path)).toEqual(["rules"]);
  });

  test("that is a list for another program, or a group alone, is no rule file", () => {
    for (const text of ["- a: 1\n- b: 2\n", "name: a\nrules:\n- alert: A\n  expr: up\n"])
      expect(kindsOf(text, "rules/x.yml")).toEqual([]);
    for (const text of ["- name: a\n  rules: [{action: keep}]\n", "- alert: A\n", "- alert: A\n  expr: up\n"])
      expect(kindsOf(text, "other/x.yml")).toEqual([]);
  });

  test.each([
    "groups:\n- name: admins\n  members: [a]\n",
    "groups:\n  a: 1\n",
    "rules:\n- alert: A\n  expr: up\n",
    "- a\n- b\n",
    "a\n",
    "kind: X\ngroups:\n- name: a\n  rules: [{alert: A}]\n",
  ])("is not what has other content: %j", (text) => {
    expect(kindsOf(text)).toEqual([]);
  });
});

describe("objects", () => {
  const head = (kind: string, version = "monitoring.coreos.com/v1"): string =>
    `apiVersion: ${version}\nkind: ${kind}\nmetadata: {name: x}\n`;

  test("are known by kind and group", () => {
    for (const kind of ["PrometheusRule", "ServiceMonitor", "PodMonitor"])
      expect(kindsOf(head(kind))).toEqual([kind]);
    expect(kindsOf("kind: PrometheusRule\n")).toEqual(["PrometheusRule"]);
    expect(kindsOf(head("ServiceMonitor", "example.com/v1"))).toEqual([]);
    expect(kindsOf(head("Service", "v1"))).toEqual(["Service"]);
    expect(kindsOf(head("Service", "serving.knative.dev/v1"))).toEqual([]);
    expect(kindsOf(head("Deployment", "apps/v1"))).toEqual(["workload"]);
    expect(kindsOf(head("CronJob", "batch/v1"))).toEqual(["workload"]);
    expect(kindsOf(head("ConfigMap", "v1"))).toEqual([]);
  });

  test("stand each for itself in files of several and in lists", () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n- {kind: PrometheusRule}\n- {kind: ConfigMap}\n- {kind: PodMonitor}\n`;
    expect(kindsOf(`${head("ServiceMonitor")}---\n${list}`)).toEqual([
      "ServiceMonitor",
      "PrometheusRule",
      "PodMonitor",
    ]);
  });

  test("are none that Chainsaw and KUTTL hold a cluster against", () => {
    for (const name of [
      "01-assert.yaml",
      "tests/assert.yaml",
      "chainsaw-assert-rules.yaml",
      "x/02-errors.yaml",
    ])
      expect(kindsOf(head("PrometheusRule"), name)).toEqual([]);
    for (const name of ["assertions.yaml", "rules/errors.yaml", "high-errors.yml"])
      expect(kindsOf(head("PrometheusRule"), name)).toEqual(["PrometheusRule"]);
  });

  test("that cannot be read are known by their text", () => {
    expect(kindsOf("kind: ServiceMonitor\nspec: {\n")).toEqual(["ServiceMonitor"]);
    expect(kindsOf("a: {\n")).toEqual([]);
  });
});

describe("chart templates", () => {
  test.each([
    [rules.replace("up", "{{ .Values.expr }}"), "x.yaml"],
    [`{{- if .Values.on }}\n${rules}{{- end }}\n`, "x.yaml"],
    [rules.replace("name: a", "name: {{ template }}"), "x.yaml"],
    [`${rules}    annotations:\n      a: "{{ $labels.x }}"\n`, "charts/x/templates/rules.yaml"],
    [`${rules}    annotations:\n      a: '{{ .Release.Name }}'\n`, "x.yaml"],
    [`${rules}    annotations:\n      a: {{ include "x" . }}\n`, "x.yaml"],
    [`{% raw %}\n${rules}{% endraw %}\n`, "x.yaml"],
  ])("have no parts: %j in %s", (text, path) => {
    expect(kindsOf(text, path)).toEqual([]);
  });

  test.each([
    [
      `${rules}    annotations:\n      a: up {{ $labels.x }} {{ with query "up" }}{{ . | first | value }}{{ end }}\n`,
      "x.yaml",
    ],
    [
      `${rules}    annotations:\n      a: |\n        {{ range query "up" }}\n        x\n        {{ end }}\n`,
      "x.yaml",
    ],
    [`${rules}    annotations:\n      a: {{ $labels.x }}\n`, "x.yaml"],
    [rules, "charts/x/templates/rules.yaml"],
    [`${rules}    annotations:\n      a: '{{ include "x" . }} {{toYaml $value}'\n`, "x.yaml"],
    [`${rules}    annotations:\n      a: '{{ include "x" . }}'\n`, "x.rules.yaml"],
    [`${rules}    annotations:\n      a: '100 {%'\n`, "x.yaml"],
    [`${rules}    annotations:\n      a: '{{ $labels.x files include y }}'\n    for\n`, "x.yaml"],
  ])("are not what uses Prometheus' own templates: %j in %s", (text, path) => {
    expect(kindsOf(text, path)).toEqual(["rules"]);
  });
});

test("PromQL files are one expression", () => {
  const document = readDocument({
    uri: "file:///a.promql",
    path: "a.promql",
    version: 1,
    text: "sum(\n  up\n)",
  });
  const [part] = document.parts;
  expect(part?.model.kind).toBe("promql");
  if (part?.model.kind === "promql") expect(part.model.expression.map.toSource(7)).toBe(7);
  expect(kindsOf("up", "untitled", "promql")).toEqual(["promql"]);
});
