import { expect, test } from "vitest";
import { check, fixed } from "./reading.ts";

const good = `apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: web
spec:
  selector: {}
  endpoints:
  - port: web
    relabelings:
    - action: keep
      sourceLabels: [a]
      regex: x
    # the second
    - action: drop
      regex: z
`;

test("items that slipped out of a list in the item before them go back", () => {
  const bad = good.replace(/( {4})(?=- action| {2}(?:source|regex)|# the)/g, "  ");
  const findings = check(bad);
  expect(findings.map(({ check: id, message }) => `${id}: ${message}`)).toEqual([
    "monitor.lost-indent: The items of `relabelings` have lost their indentation.",
  ]);
  expect(fixed(bad)).toBe(good);
});

test("a key behind the labels that only labels can have is said to be one of them, as a guess", () => {
  const bad = good.replace(
    "name: web\nspec",
    "name: web\n  labels:\n    app: web\n  app.kubernetes.io/name: web\nspec",
  );
  expect(check(bad)).toMatchObject([
    {
      check: "monitor.misplaced-key",
      message: "`app.kubernetes.io/name` belongs to `metadata.labels`, not to `metadata`.",
      fixes: [{ safe: false }],
    },
  ]);
});
