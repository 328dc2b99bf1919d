import { describe, expect, test } from "vitest";
import { known } from "../../../server/src/base/known.ts";
import type { Environment } from "../../../server/src/world/environment.ts";
import type { BackendIdentity, Identity } from "../../../server/src/world/ports.ts";
import { refusedIn, ruleOf } from "./in-environments.ts";

/** The findings on one rule for files of some environments: `severity "source" message`. */
function findings(
  expr: string,
  environments: readonly Partial<Environment>[],
  told?: BackendIdentity,
): readonly string[] {
  const text = ruleOf(expr);
  const found = refusedIn(text, environments, told === undefined ? undefined : identityOf(told));
  return found.map(({ check, severity, span, message, refusedBy }) => {
    const source = JSON.stringify(text.slice(span.start, span.end));
    return `${check} ${refusedBy ?? severity} ${source} ${message}`;
  });
}

function identityOf(told: BackendIdentity): Identity {
  return {
    now: () => known(told, "http://prometheus", 0),
    settled: async () => {},
    onChange: () => ({ dispose() {} }),
  };
}

const experimental = ["promql-experimental-functions"];

describe("promql.features", () => {
  test("names the environment whose version is too old, at the construct", () => {
    const environments = [
      { name: "Prod", version: "2.53.1", flavour: "prometheus" as const },
      { name: "Dev", version: "3.16.0", flavour: "prometheus" as const },
      { name: "Global", version: "0.42.4", flavour: "thanos" as const },
    ];
    expect(findings("histogram_sum(foo) </ 5", environments)).toEqual([
      'promql.features error "</" Prod (Prometheus 2.53.1) does not know </; it came with Prometheus 3.11.',
      'promql.features error "</" Global (Thanos 0.42.4) does not know </; it came with Prometheus 3.11, its parser is of 3.9.',
    ]);
  });

  test("is silent where the version is not known, and on what is refused everywhere", () => {
    expect(findings("foo </ 5", [{}, { flavour: "mimir", version: "2.14.0" }])).toEqual([]);
    expect(findings("foo </", [{ version: "2.53.1" }])).toHaveLength(1);
  });

  test("is only sure of a feature where the environment says which are on", () => {
    const text = "rate(foo[5m] anchored)";
    const message =
      '"anchored" Dev (Prometheus 3.9) takes anchored only with --enable-feature=promql-extended-range-selectors.';
    expect(findings(text, [{ version: "3.9" }])).toEqual([`promql.features warning ${message}`]);
    expect(findings(text, [{ version: "3.9", features: experimental }])).toEqual([
      `promql.features error ${message}`,
    ]);
    expect(findings(text, [{ version: "3.9", features: ["promql-extended-range-selectors"] }])).toEqual([]);
  });

  test("what one environment has switched on is an error only in the others", () => {
    const other = { name: "Prod", version: "3.16.0", features: ["promql-binop-fill-modifiers"] };
    expect(findings("limitk(1, foo)", [{ features: experimental }])).toEqual([]);
    expect(findings("limitk(1, foo)", [{ features: experimental }, other])).toEqual([
      'promql.features error "limitk" Prod (Prometheus 3.16.0) takes limitk() only with --enable-feature=promql-experimental-functions.',
    ]);
    expect(findings("limitk(1, foo)", [{}])).toEqual([
      'promql.syntax prometheus "limitk(1, foo)" parse error: limitk() is experimental and must be enabled with --enable-feature=promql-experimental-functions',
    ]);
  });
});

describe("what the backend says of itself", () => {
  const old: BackendIdentity = { flavour: "prometheus", version: "2.53.1", features: [] };

  test("counts where the settings say nothing, and they win", () => {
    expect(findings("foo </ 0.5", [{}], old)).toEqual([
      'promql.features error "</" Dev (Prometheus 2.53.1) does not know </; it came with Prometheus 3.11.',
    ]);
    expect(findings("foo </ 0.5", [{ version: "3.16.0" }], old)).toEqual([]);
    const experimentalOn = { ...old, version: "3.16.0", features: experimental };
    expect(findings("limitk(1, foo)", [{}], experimentalOn)).toEqual([]);
  });

  test("is not about rules where it is a Thanos that was only met", () => {
    const thanos: BackendIdentity = { flavour: "thanos", version: "0.30.0", features: undefined };
    expect(findings("foo </ 0.5", [{}], thanos)).toEqual([]);
    expect(findings("foo </ 0.5", [{ flavour: "thanos" }], thanos)).toHaveLength(1);
  });
});

describe("promql.deprecated", () => {
  const text = "holt_winters(foo[5m], 0.5, 0.5)";

  test("tells the new name of a function", () => {
    expect(findings(text, [])).toContain(
      'promql.deprecated warning "holt_winters" holt_winters is called double_exponential_smoothing since Prometheus 3.0; rename it.',
    );
  });

  test("leaves it where every environment is older", () => {
    const told = findings(text, [{ version: "2.53.1" }]).filter((finding) => finding.includes("deprecated"));
    expect(told).toEqual([]);
  });
});
