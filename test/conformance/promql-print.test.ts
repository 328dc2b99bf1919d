import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ParserOptions } from "../../server/src/promql/ast.ts";
import { parseExpr } from "../../server/src/promql/parse.ts";
import { prettyExpr } from "../../server/src/promql/pretty.ts";
import { printExpr } from "../../server/src/promql/print.ts";
import { Generator } from "../oracle/generate-promql.ts";
import { type Oracle, startOracle } from "../oracle/oracle.ts";
import { allOptions, defaults, unquotedNames } from "../oracle/promql.ts";
import { Random } from "../oracle/random.ts";
import { hasSharedCases, sharedCases, sharedLines } from "../shared.ts";

interface FormatCase {
  readonly input: string;
  readonly output: string;
  readonly kind: "String()" | "Pretty()";
}

interface Printed {
  readonly text: string;
  readonly ours: string;
  readonly theirs: string;
}

/** What makes one vector of another. */
const wrappers = [
  ..."($)|-$|+$|-($ ^ $)|$ ^ $|$ or $|$ / on (job, a) group_left (x) $|sum($)|topk(5, $)|topk(scalar($), $)".split(
    "|",
  ),
  ...'sum by (job) ($)|avg without (é) ($)|count_values("x", $)|label_replace($, "a", "é", "b", ".*")|abs($)'.split(
    "|",
  ),
  ..."max_over_time($[5m:1m])|(-max_over_time(($)[5m:] @ 5 offset -1m))|-rate(($)[step() + 5m:])|$ > bool $".split(
    "|",
  ),
];

describe("PromQL, printed", () => {
  let oracle: Oracle;
  beforeAll(async () => {
    oracle = await startOracle();
  });
  afterAll(async () => await oracle.close());

  /** Where we print otherwise than Prometheus, and how many of the texts it printed on more than one line. */
  async function compare(
    texts: Iterable<string>,
    allOf: readonly ParserOptions[],
  ): Promise<{ differing: Printed[]; printed: number; broken: number }> {
    const differing: Printed[] = [];
    let printed = 0;
    let broken = 0;
    const one = async (text: string, options: ParserOptions): Promise<void> => {
      const answer = await oracle.expr(text, options);
      const { expr } = parseExpr(text, options);
      if (answer.errors.length > 0 || expr === undefined) return;
      printed++;
      const { string = "", pretty = "" } = answer;
      if (pretty.includes("\n")) broken++;
      const ours = [printExpr(expr, options), prettyExpr(expr, options)];
      for (const [i, theirs] of [string, pretty].entries())
        if (ours[i] !== theirs) differing.push({ text, ours: ours[i] ?? "", theirs });
    };
    let batch: Promise<void>[] = [];
    for (const text of texts) {
      for (const options of allOf) batch.push(one(text, options));
      if (batch.length < 500) continue;
      await Promise.all(batch);
      batch = [];
    }
    await Promise.all(batch);
    return { differing: differing.slice(0, 10), printed, broken };
  }

  test.each([11, 12, 13])(
    "10,000 expressions of seed %i are printed as Prometheus prints them",
    async (seed) => {
      const generator = new Generator(new Random(seed));
      const texts = Array.from({ length: 10_000 }, () => generator.expression());
      const { differing, printed } = await compare(texts, [defaults, allOptions]);
      expect(differing).toEqual([]);
      expect(printed).toBeGreaterThan(3000);
    },
  );

  test("10,000 long expressions are broken as Prometheus breaks them", async () => {
    const random = new Random(15);
    const generator = new Generator(random);
    const pool = ["foo"];
    while (pool.length < 500) {
      const text = generator.expression();
      const { expr, errors } = parseExpr(text, allOptions);
      if (errors.length === 0 && expr?.type === "vector" && text.length > 10) pool.push(text);
    }
    const texts = Array.from({ length: 10_000 }, () => {
      let text = random.pick(pool);
      for (let times = 1 + random.below(14); times > 0; times--)
        text = random.pick(wrappers).replaceAll("$", () => (random.chance(0.7) ? text : random.pick(pool)));
      return text;
    });
    const { differing, printed, broken } = await compare(texts, [allOptions]);
    expect(differing).toEqual([]);
    expect(printed).toBeGreaterThan(2000);
    expect(broken).toBeGreaterThan(1000);
  });

  test("names of all scripts are quoted where Prometheus quotes them with promql-unquoted-utf8-names", async () => {
    const generator = new Generator(new Random(14));
    const texts = Array.from({ length: 5000 }, () => generator.expression());
    const { differing, printed } = await compare(texts, [unquotedNames]);
    expect(differing).toEqual([]);
    expect(printed).toBeGreaterThan(1000);
  });

  test.each([
    "foo @ 35184372088832.0625",
    "foo @ 562949953421311.0625",
    "foo @ -562949953421311.1875",
    "foo @ 1e18",
    "foo @ -0.0001",
    "foo offset -0.0001",
    "foo offset 9223372036.854775807",
    "foo offset -9223372036.854775807",
    "foo[9223372036.854775807]",
    "foo[0.0004:0.0004]",
    "foo[0.001:0.0000000001]",
    "foo[-(-5):1m + 300 * 5m]",
    "foo[-(1y1ms) + 52w + 0.1 + 1e-7]",
    "1e300 + 5e-324 - 0.1 * 1e21",
    "-0 + 0x1F + 1_000 + 292y + -5m + -0s",
    "foo + fill_left(1e6) fill_right(123456.5) bar",
    "foo + fill(NaN) bar",
    "foo + fill(-0) bar",
    "foo + fill_left(Inf) fill_right(-1e-5) bar",
    '{"\\uffff"="a", "\\U00010000"="b", __name__="x"}',
    'foo{a="x",a="x"}',
    'foo{b="x",a="x",a!="x",a=~"x"}',
  ])("%s", async (text) => {
    const { differing, printed } = await compare([text], [allOptions]);
    expect(differing).toEqual([]);
    expect(printed).toBe(1);
  });

  describe.skipIf(!hasSharedCases)("the shared cases (needs ../shared/cases)", () => {
    test("are printed as upstream's own tests want it", () => {
      const wrong = sharedCases<FormatCase>("promql-format-cases").flatMap(
        ({ input, output, kind }): unknown[] => {
          const { expr } = parseExpr(input, allOptions);
          if (expr === undefined) return [{ input, ours: undefined, output }];
          // Upstream's tests of the formatter run at ten columns.
          const ours = kind === "String()" ? printExpr(expr, allOptions) : prettyExpr(expr, allOptions, 10);
          return ours === output ? [] : [{ input, ours, output }];
        },
      );
      expect(wrong).toEqual([]);
    });

    test("and the corpus are printed as Prometheus prints them", async () => {
      const names = ["promql-battery", "promql-eval-cases", "promql-format-cases", "codemirror-cases"];
      const texts = new Set([
        ...names.flatMap((name) =>
          sharedCases<{ expr?: string | null; input?: string }>(name).map(
            ({ expr, input }) => expr ?? input ?? "",
          ),
        ),
        ...sharedLines<{ expr?: string | null }>("corpus", "expressions.jsonl").flatMap(
          ({ expr }) => expr ?? [],
        ),
      ]);
      const { differing, printed, broken } = await compare(texts, [defaults, allOptions]);
      expect(differing).toEqual([]);
      expect(printed).toBeGreaterThan(4000);
      expect(broken).toBeGreaterThan(500);
    });
  });
});
