import { describe, expect, test } from "vitest";
import { completionContext, type Expectation } from "../../../server/src/promql/context.ts";
import { hasSharedCases, sharedCases } from "../../shared.ts";

interface Case {
  readonly expr: string;
  readonly pos: number;
  readonly suite: string;
  readonly expectedContext?: readonly {
    readonly kind: string;
    readonly metricName?: string;
    readonly labelName?: string;
  }[];
  readonly expectedEnd?: number;
}

const operatorWords: readonly Expectation["kind"][] = ["operator", "keyword"];

/** The kinds of ours that say what a kind of theirs says. */
const same: Readonly<Record<string, readonly Expectation["kind"][]>> = {
  MetricName: ["expression", "metric-string"],
  Function: ["expression"],
  Aggregation: ["expression"],
  Number: ["expression"],
  AggregateOpModifier: ["keyword"],
  BinOp: ["operator"],
  BinOpModifier: ["keyword"],
  Bool: ["keyword"],
  Offset: operatorWords,
  LabelName: ["label-name", "grouping-label"],
  LabelValue: ["label-value"],
  MatchOp: ["match-operator"],
  Duration: ["duration"],
  DurationExpr: ["duration"],
  DurationExprOperator: ["duration", "duration-operator"],
  AtModifiers: ["at-modifier"],
};

/** Where ours says something else on purpose; the reason stands beside each. */
const ours: Readonly<Record<string, readonly Expectation["kind"][]>> = {
  // Behind a string in braces only a match operator can follow.
  'metric_name{"labelName"!|}': ["match-operator"],
};

const cases = hasSharedCases ? sharedCases<Case>("codemirror-complete-cases") : [];

describe.skipIf(!hasSharedCases)("contexts that codemirror-promql knows (needs ../shared/cases)", () => {
  for (const [i, { expr, pos, expectedContext, expectedEnd }] of cases.entries()) {
    const marked = `${expr.slice(0, pos)}|${expr.slice(pos)}`;
    if (expectedContext !== undefined) {
      test(`${i}: ${marked}`, () => {
        const kinds = completionContext(expr, pos).expects.map(({ kind }) => kind);
        const special = ours[marked];
        if (special !== undefined) expect(kinds).toEqual(special);
        else {
          for (const { kind } of expectedContext) {
            const wanted = same[kind.replace("ContextKind.", "")] ?? [];
            expect(
              kinds.some((k) => wanted.includes(k)),
              `${kind} among ${kinds.join(", ")}`,
            ).toBe(true);
          }
        }
      });
    } else if (expectedEnd !== undefined && expr.charAt(pos - 1).match(/\w/)) {
      test(`${i}: end of ${marked}`, () => {
        const ends = completionContext(expr, pos).expects.map(({ span }) => span.end);
        expect(ends).toContain(expectedEnd);
      });
    }
  }
});
