import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { applyEdits } from "../../../server/src/base/text.ts";
import { serviceXAsMeant } from "../../service-x.ts";
import { check, fixed } from "./reading.ts";

const text = readFileSync(new URL("../../../examples/monitors/service-x.yaml", import.meta.url), "utf8");

test("the monitor from the field has two findings, each with one safe fix", () => {
  const findings = check(text);
  expect(
    findings.map(({ check: id, severity, message, span, fixes }) => ({
      id,
      severity,
      message,
      at: text.slice(span.start, span.end),
      safe: fixes?.map(({ safe }) => safe),
    })),
  ).toEqual([
    {
      id: "monitor.lost-indent",
      severity: "error",
      message:
        "The children of `metadata` have lost their indentation: indent `annotations`, `labels`, `name`, `namespace`.",
      at: "metadata",
      safe: [true],
    },
    {
      id: "monitor.lost-indent",
      severity: "error",
      message:
        "The children of `spec` have lost their indentation, and `selector` has slipped into `spec.endpoints[0]`.",
      at: "spec",
      safe: [true],
    },
  ]);
});

test("its fixes give what the author meant, at once and one by one in either order", () => {
  expect(parse(fixed(text))).toEqual(serviceXAsMeant);
  expect(check(fixed(text))).toEqual([]);
  for (const first of [0, 1]) {
    const edits = check(text)[first]?.fixes?.[0]?.edits ?? [];
    const half = applyEdits(text, edits);
    expect(check(half)).toHaveLength(1);
    expect(parse(fixed(half))).toEqual(serviceXAsMeant);
  }
});

test("its repaired text keeps the order and the style of the author", () => {
  expect(fixed(text)).toBe(`apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  annotations:
    meta.helm.sh/release-name: service-x
    meta.helm.sh/release-namespace: namespace-x
  labels:
    app: service-x
    app.kubernetes.io/managed-by: Helm
    chart: service-x-1.0.0
  name: service-x
  namespace: namespace-x
spec:
  endpoints:
  - interval: 15s
    path: /metrics
    port: express
  selector:
    matchLabels:
      app: service-x
      chart: service-x-1.0.0
`);
});
