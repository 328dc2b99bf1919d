import { describe, expect, test } from "vitest";
import { type Known, known, unavailable } from "../../../server/src/base/known.ts";
import type { Labels } from "../../../server/src/base/labels.ts";
import { applyEdits } from "../../../server/src/base/text.ts";
import { allChecks } from "../../../server/src/checks/registry.ts";
import { runChecks } from "../../../server/src/checks/run.ts";
import type { OperatorObject } from "../../../server/src/model/kubernetes.ts";
import { readDocument } from "../../../server/src/model/read.ts";
import type { Cluster } from "../../../server/src/world/ports.ts";
import { declarationsOf, mergeDeclarations } from "../../../server/src/world/workspace.ts";
import { noCluster, noEnvironment } from "../environment.ts";

const object = (labels: string, namespace = ""): string =>
  `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: x
${namespace === "" ? "" : `  namespace: ${namespace}\n`}${labels === "" ? "" : `  labels: ${labels}\n`}spec:
  groups:
  - name: g
    rules:
    - alert: A
      expr: up == 0
`;
const ruler = (spec: string, kind = "Prometheus", namespace = ""): string =>
  `apiVersion: monitoring.coreos.com/v1\nkind: ${kind}\nmetadata: { name: main${namespace === "" ? "" : `, namespace: ${namespace}`} }\nspec: ${spec}\n`;

/** `severity "source" message` of each finding, and what the first fix makes of the text. */
function found(
  text: string,
  files: readonly string[],
  cluster?: Cluster,
): { readonly told: readonly string[]; readonly mended: string | undefined } {
  const documents = [text, ...files].map((each, index) =>
    readDocument({ uri: `file:///${index}.yaml`, path: `${index}.yaml`, version: 1, text: each }),
  );
  const [document] = documents;
  if (document === undefined) throw new Error("no document");
  const problems: string[] = [];
  const environments =
    cluster === undefined
      ? []
      : [{ environment: noEnvironment, metrics: undefined, queries: undefined, cluster }];
  const workspace = mergeDeclarations(documents.map(declarationsOf));
  const findings = runChecks({ document, workspace, environments, features: [] }, problems, allChecks).filter(
    ({ check }) => check.endsWith(".not-selected"),
  );
  expect(problems).toEqual([]);
  const edits = findings[0]?.fixes?.[0]?.edits;
  return {
    told: findings.map(
      ({ severity, span, message }) =>
        `${severity} ${JSON.stringify(text.slice(span.start, span.end))} ${message}`,
    ),
    mended: edits === undefined ? undefined : applyEdits(text, edits),
  };
}

describe("rule.not-selected, by files", () => {
  const release = ruler("{ ruleSelector: { matchLabels: { release: main } }, ruleNamespaceSelector: {} }");

  test("tells the label that is missing, with the edit that adds it", () => {
    const { told, mended } = found(object("{ team: web }"), [release]);
    expect(told).toEqual(['info "labels" No Prometheus here picks this object: main wants release: main.']);
    expect(mended).toContain("  labels: { release: main, team: web }\n");
    expect(found(object("\n    team: web"), [release]).mended).toContain(
      "    release: main\n    team: web\n",
    );
    expect(found(object(""), [release]).told).toHaveLength(1);
  });

  test("takes a value that is nearly right for a slip", () => {
    const { told, mended } = found(object("{ release: maim }"), [release]);
    expect(told).toEqual([
      'warning "labels" No Prometheus here picks this object: main wants release: main.',
    ]);
    expect(mended).toContain("{ release: main }");
  });

  test("is silent where any ruler picks the object, or there is none", () => {
    expect(found(object("{ release: main }"), [release]).told).toEqual([]);
    expect(found(object("{}"), [release, ruler("{ ruleSelector: {} }", "ThanosRuler")]).told).toEqual([]);
    expect(found(object("{}"), []).told).toEqual([]);
  });

  test("leaves rulers aside that load nothing, or only from their own namespace", () => {
    expect(found(object("{}"), [ruler("{}")]).told).toEqual([]);
    const own = ruler("{ ruleSelector: { matchLabels: { a: b } } }", "Prometheus", "monitoring");
    expect(found(object("{}", "web"), [own]).told).toEqual([]);
    expect(found(object("{}", "monitoring"), [own]).told).toHaveLength(1);
    expect(found(object("{}"), [own]).told).toHaveLength(1);
  });

  test("knows expressions of selectors", () => {
    const by = (expression: string): string =>
      ruler(`{ ruleSelector: { matchExpressions: [${expression}] } }`);
    expect(found(object("{ a: b }"), [by("{ key: a, operator: In, values: [b, c] }")]).told).toEqual([]);
    expect(found(object("{ a: d }"), [by("{ key: a, operator: Exists }")]).told).toEqual([]);
    expect(found(object("{ x: y }"), [by("{ key: a, operator: Exists }")]).told[0]).toContain(
      "main wants a label a.",
    );
    expect(found(object("{ a: d }"), [by("{ key: a, operator: DoesNotExist }")]).told[0]).toContain(
      "main wants no label a.",
    );
  });
});

describe("rule.not-selected, by a cluster", () => {
  const at = Date.UTC(2026, 0, 1, 12);
  const live = (spec: unknown, namespace = "monitoring"): OperatorObject => ({
    kind: "Prometheus",
    namespace,
    name: "k8s",
    labels: {},
    spec,
    status: undefined,
  });
  const clusterOf = (
    prometheuses: Known<readonly OperatorObject[]>,
    thanos: Known<readonly OperatorObject[]> = unavailable(
      "unsupported",
      "It has no ThanosRulers.",
      "dev",
      at,
    ),
    namespaces: Readonly<Record<string, Labels>> = {},
  ): Cluster => ({
    ...noCluster,
    operatorObjects: (kind) => (kind === "ThanosRuler" ? thanos : prometheuses),
    namespaces: () =>
      known(
        Object.entries(namespaces).map(([name, labels]) => ({ name, labels })),
        "dev",
        at,
      ),
  });
  const all = (...specs: readonly unknown[]): Known<readonly OperatorObject[]> =>
    known(
      specs.map((spec) => live(spec)),
      "dev",
      at,
    );
  const release = { ruleSelector: { matchLabels: { release: "main" } }, ruleNamespaceSelector: {} };

  test("is believed, with its environment and the time of its answer", () => {
    expect(found(object("{ team: web }"), [], clusterOf(all(release))).told).toEqual([
      'warning "labels" No Prometheus in Dev (12:00:00 UTC) picks this object: k8s wants release: main.',
    ]);
    expect(found(object("{ release: main }"), [], clusterOf(all(release))).told).toEqual([]);
    expect(found(object("{}"), [], clusterOf(all(release, { ruleSelector: {} }))).told).toEqual([]);
  });

  test("proves nothing where it does not show all", () => {
    const hidden = unavailable<readonly OperatorObject[]>("forbidden", "Not allowed.", "dev", at);
    expect(found(object("{}"), [], clusterOf(all(release), hidden)).told).toEqual([]);
    expect(found(object("{}"), [], clusterOf(hidden)).told).toEqual([]);
    expect(found(object("{}"), [], noCluster).told).toEqual([]);
  });

  test("knows the labels of namespaces", () => {
    const spec = { ...release, ruleNamespaceSelector: { matchLabels: { watch: "yes" } } };
    const cluster = clusterOf(all(spec), undefined, { web: {}, db: { watch: "yes" } });
    expect(found(object("{ a: b }", "web"), [], cluster).told).toEqual([]);
    expect(found(object("{ a: b }", "db"), [], cluster).told).toHaveLength(1);
  });
});

describe("monitor.not-selected", () => {
  const monitor = (kind: string, labels: string): string =>
    object(labels)
      .replace("PrometheusRule", kind)
      .replace(/spec:[\s\S]*/, "spec: { selector: {} }\n");
  const service = ruler("{ serviceMonitorSelector: { matchLabels: { release: main } } }");
  const pod = ruler("{ podMonitorSelector: { matchLabels: { release: main } } }", "PrometheusAgent");

  test("tells monitors that no server picks, each by the selector of its kind", () => {
    expect(found(monitor("ServiceMonitor", "{ a: b }"), [service]).told).toEqual([
      'info "labels" No Prometheus here picks this object: main wants release: main.',
    ]);
    expect(found(monitor("PodMonitor", "{ a: b }"), [pod]).told).toEqual([
      'info "labels" No PrometheusAgent here picks this object: main wants release: main.',
    ]);
    expect(found(monitor("ServiceMonitor", "{ release: main }"), [service]).told).toEqual([]);
    expect(found(monitor("ServiceMonitor", "{ release: main }"), [service]).mended).toBeUndefined();
  });

  test("asks no server that picks nothing of the kind", () => {
    expect(found(monitor("PodMonitor", "{ a: b }"), [service]).told).toEqual([]);
    expect(
      found(monitor("ServiceMonitor", "{ a: b }"), [ruler("{ ruleSelector: {} }", "ThanosRuler")]).told,
    ).toEqual([]);
    expect(
      found(object("{ a: b }"), [ruler("{ ruleSelector: { matchLabels: { a: c } } }", "PrometheusAgent")])
        .told,
    ).toEqual([]);
  });
});
