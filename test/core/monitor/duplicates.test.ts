import { expect, test } from "vitest";
import { runChecks } from "../../../server/src/checks/run.ts";
import { fixed, snapshotOf } from "./reading.ts";

const text = `apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
labels:
app: web
name: front
annotations:
app: web
name: web
spec:
  selector: {}
  endpoints: []
`;

test("keys that collide only for want of indentation are no duplicates", () => {
  const findings = runChecks(snapshotOf(text));
  expect(findings.map(({ check }) => check)).toEqual(["monitor.lost-indent"]);
  expect(runChecks(snapshotOf(fixed(text, findings)))).toEqual([]);
  expect(fixed(text, findings)).toContain(
    "  labels:\n    app: web\n    name: front\n  annotations:\n    app: web\n  name: web\n",
  );
});

test("a key that stands twice in the object that was meant is one", () => {
  const twice = text.replace("labels:\napp: web\n", "labels:\napp: web\napp: shop\n");
  expect(runChecks(snapshotOf(twice)).map(({ check }) => check)).toEqual([
    "monitor.lost-indent",
    "yaml.duplicate-key",
  ]);
});
