import { describe, expect, test } from "vitest";
import type { Environment } from "../../../server/src/world/environment.ts";
import { refusedIn } from "./in-environments.ts";

/** What both checks say for files of some environments: `id severity "source" message`. */
function found(text: string, ...environments: readonly Partial<Environment>[]): readonly string[] {
  return refusedIn(text, environments)
    .filter(({ check }) => check.endsWith("-version"))
    .map(
      ({ check, severity, span, message }) =>
        `${check} ${severity} ${JSON.stringify(text.slice(span.start, span.end))} ${message}`,
    );
}

const rules = `groups:
- name: g
  limit: 5
  query_offset: 1m
  labels: { team: web }
  rules:
  - alert: A
    expr: up == 0
    keep_firing_for: 5m
`;
const object = `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: { name: x }
spec:
${rules.replace(/^/gm, "  ").trimEnd()}
`;

describe("rule.field-version", () => {
  test("tells what is newer than a Prometheus, which refuses the file", () => {
    expect(found(rules, { name: "Prod", version: "2.53.1" })).toEqual([
      'rule.field-version error "labels" Prod (Prometheus 2.53.1) reads labels from 3.0 on and refuses the whole file.',
    ]);
    expect(found(rules, { version: "v2.41" }).map((line) => line.split(" ")[2])).toEqual([
      '"query_offset"',
      '"labels"',
      '"keep_firing_for"',
    ]);
    expect(found(rules, { version: "3.0.0" })).toEqual([]);
  });

  test("tells what the operator leaves out of an object", () => {
    expect(found(object, { name: "Prod", version: "2.45.0" })).toContain(
      'rule.field-version warning "query_offset" Prod (Prometheus 2.45.0) reads query_offset from 2.53 on; the operator leaves it out without a word.',
    );
  });

  test("knows versions of Thanos", () => {
    expect(found(rules, { version: "0.38.0", flavour: "thanos" }).map((line) => line.split(" ")[2])).toEqual([
      '"labels"',
    ]);
    expect(found(rules, { version: "0.39.0", flavour: "thanos" })).toEqual([]);
  });

  test("is silent where no version is known, or the server is of another kind", () => {
    expect(found(rules, {})).toEqual([]);
    expect(found(rules, { version: "2.10.0", flavour: "mimir" })).toEqual([]);
    expect(found(rules)).toEqual([]);
  });

  test("speaks of the first environment that is too old", () => {
    const lines = found(rules, { name: "New", version: "3.16.0" }, { name: "Old", version: "2.55.0" });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("Old (Prometheus 2.55.0)");
  });
});

describe("rule.name-version", () => {
  const names = `groups:
- name: g
  labels: { 'a b': x }
  rules:
  - record: http.requests
    expr: up
    labels: { team-name: web, team: web }
  - alert: A
    expr: up == 0
    annotations: { runbook-url: x, summary: x }
`;
  const told = (...environments: readonly Partial<Environment>[]): readonly (string | undefined)[] =>
    found(names, ...environments)
      .filter((line) => line.startsWith("rule.name-version"))
      .map((line) => /"[^"]*"/.exec(line)?.[0]);

  test("tells names that only Prometheus 3.0 takes", () => {
    const all = [`"'a b'"`, '"http.requests"', '"team-name"', '"runbook-url"'];
    expect(told({ version: "2.55.0" })).toEqual(all);
    expect(told({ version: "0.37.0", flavour: "thanos" })).toEqual(all);
  });

  test("is silent for newer servers, and where the names are switched on", () => {
    expect(told({ version: "3.0.0" })).toEqual([]);
    expect(told({ version: "0.38.0", flavour: "thanos" })).toEqual([]);
    expect(told({ version: "2.55.0", features: ["utf8-names"] })).toEqual([]);
    expect(told({})).toEqual([]);
  });
});
