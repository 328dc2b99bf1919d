import { expect, test } from "vitest";
import { completeMonitor } from "../../../server/src/features/completion-monitor.ts";
import type { CompletionList } from "../../../server/src/features/types.ts";
import { snapshotOf } from "./reading.ts";

const files = {
  "web.yaml": `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, labels: {app: web, tier: front}}
spec:
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: main}, {name: http-metrics, port: 9102}]
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: data, labels: {app: db}}
spec: {selector: {app: db}, ports: [{name: sql, port: 5432}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, ports: [{name: main, containerPort: 8080}, {containerPort: 9102}]}]}
`,
};

const head = `apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: web
  namespace: shop
spec:
`;
const selector = `  selector:
    matchLabels:
      app: web
`;

function complete(marked: string): CompletionList | undefined {
  const offset = marked.indexOf("|");
  return completeMonitor(snapshotOf(marked.replace("|", ""), files), offset);
}

const labels = (marked: string): string[] => (complete(marked)?.items ?? []).map(({ label }) => label);

test.each([
  ["nothing typed", `${head}${selector}  endpoints:\n  - port: |\n`],
  [
    "a part of it, the selector below",
    `${head}  endpoints:\n    - interval: 30s\n      port: ht|\n${selector}`,
  ],
  ["in quotes", `${head}${selector}  endpoints:\n  - port: "ht|"\n`],
  ["on the last line", `${head}${selector}  endpoints:\n  - port: |`],
])("names of the Service's ports: %s", (_, text) => {
  const list = complete(text);
  expect(list?.items.map(({ label, kind, detail }) => ({ label, kind, detail }))).toEqual([
    { label: "http", kind: "port", detail: "Service web, port 80" },
    { label: "http-metrics", kind: "port", detail: "Service web, port 9102" },
  ]);
  const at = text.indexOf("|");
  const [{ span } = { span: { start: -1, end: -1 } }] = list?.items ?? [];
  expect(text.slice(span.start, at)).toBe(text.includes("ht|") ? "ht" : "");
});

test("ports of all Services in the namespace where the selector takes none", () => {
  expect(labels(`${head}  endpoints:\n  - port: |\n`)).toEqual(["http", "http-metrics"]);
  expect(labels(`${head}  namespaceSelector: {any: true}\n  endpoints:\n  - port: |\n`)).toEqual([
    "http",
    "http-metrics",
    "sql",
  ]);
});

test("container ports by name and by number", () => {
  expect(labels(`${head}${selector}  endpoints:\n  - targetPort: |\n`)).toEqual(["main", "8080", "9102"]);
  const pods = `${head.replace("ServiceMonitor", "PodMonitor")}${selector}  podMetricsEndpoints:\n  - port: |\n`;
  expect(labels(pods)).toEqual(["main"]);
});

test("keys and values of the selector", () => {
  expect(labels(`${head}  selector:\n    matchLabels:\n      |\n`)).toEqual(["app", "tier"]);
  expect(labels(`${head}  selector:\n    matchLabels:\n      app: web\n      t|\n`)).toEqual(["tier"]);
  expect(labels(`${head}  selector:\n    matchLabels:\n      app: |\n`)).toEqual(["web"]);
});

test("namespaces", () => {
  expect(labels(`${head}  namespaceSelector:\n    matchNames:\n    - |\n`)).toEqual(["shop", "data"]);
});

test("fields of the place, without those that are there", () => {
  const endpoint = labels(`${head}${selector}  endpoints:\n  - port: web\n    |\n    path: /x\n`);
  expect(endpoint).toContain("interval");
  expect(endpoint).toContain("metricRelabelings");
  expect(endpoint).not.toContain("port");
  expect(endpoint).not.toContain("path");
  const spec = complete(`${head}  |\n`)?.items ?? [];
  expect(spec.find(({ label }) => label === "selector")).toMatchObject({
    detail: "object, required",
    insertText: "selector:\n  $0",
    snippet: true,
  });
  expect(labels(`${head}  endpoints:\n  - port: a\n    metricRelabelings:\n    - so|\n`)).toContain(
    "sourceLabels",
  );
  expect(labels(`${head}${selector}  endpoints:\n  - port: a\n    scheme: |\n`)).toEqual([
    "http",
    "https",
    "HTTP",
    "HTTPS",
  ]);
});

test("silence outside of monitors and in comments", () => {
  expect(complete("kind: Service\nspec:\n  |\n")).toBeUndefined();
  expect(complete(`${head}  # about |\n`)).toBeUndefined();
  expect(
    complete(`${head}${selector}  endpoints:\n  - port: a\n---\nkind: Other\nspec:\n  |\n`),
  ).toBeUndefined();
});
