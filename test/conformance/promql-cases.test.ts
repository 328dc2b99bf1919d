import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Lexer } from "../../server/src/promql/lexer.ts";
import { parseExpr } from "../../server/src/promql/parse.ts";
import { Token } from "../../server/src/promql/tables.generated.ts";
import { type Oracle, startOracle } from "../oracle/oracle.ts";
import { allOptions, mismatches, report, utf16Offsets } from "../oracle/promql.ts";
import { hasSharedCases, sharedCases, sharedLines } from "../shared.ts";

interface BatteryCase {
  readonly expr: string;
  readonly ok: boolean;
  readonly okDefaultFlags: boolean;
  readonly errors?: readonly { readonly start: number; readonly message: string }[];
  readonly type?: string;
}

interface LexCase {
  readonly input: string;
  readonly expected?: readonly (readonly [type: string, start: number, text: string])[];
  readonly fail?: boolean;
  readonly seriesDesc?: boolean;
}

interface WithExpr {
  readonly expr?: string | null;
  readonly input?: string;
}

const tokenNames = new Map(Object.entries(Token).map(([name, type]) => [type as number, name]));

/** Our tokens of a text in the notation of the cases, `ERROR` last where there is one. */
function lexed(input: string): [string, number, string][] {
  const lexer = new Lexer(input);
  const found: [string, number, string][] = [];
  for (let type = lexer.next(); type !== Token.EOF; type = lexer.next()) {
    const text = type === 0 ? lexer.message : input.slice(lexer.start, lexer.end);
    found.push([type === 0 ? "ERROR" : (tokenNames.get(type) ?? "?"), lexer.start, text]);
    if (type === 0) break;
  }
  return found;
}

describe.skipIf(!hasSharedCases)("PromQL, the shared cases (needs ../shared/cases)", () => {
  let oracle: Oracle;
  beforeAll(async () => {
    oracle = await startOracle();
  });
  afterAll(async () => await oracle.close());

  test("the battery has the verdicts, messages and places that were recorded", () => {
    const differing = sharedCases<BatteryCase>("promql-battery").flatMap(({ expr, errors = [], ...want }) => {
      const toUtf16 = utf16Offsets(expr);
      const { errors: found, expr: tree } = parseExpr(expr, allOptions);
      const got = {
        ok: found.length === 0,
        okDefaultFlags: parseExpr(expr).errors.length === 0,
        type: found.length === 0 ? tree?.type : undefined,
        errors: found.map(({ message, span }) => `${span.start} ${message}`),
      };
      const wanted = {
        ok: want.ok,
        okDefaultFlags: want.okDefaultFlags,
        type: want.ok ? want.type : undefined,
        errors: errors.map(({ start, message }) => `${toUtf16(start)} ${message}`),
      };
      return JSON.stringify(got) === JSON.stringify(wanted) ? [] : [{ expr, got, wanted }];
    });
    expect(differing).toEqual([]);
  });

  test("expressions that Prometheus evaluates in its own tests parse", () => {
    const refused = sharedCases<{ expr: string }>("promql-eval-cases").filter(
      ({ expr }) => parseExpr(expr, allOptions).errors.length > 0,
    );
    expect(refused).toEqual([]);
  });

  test("the lexer finds the tokens of Prometheus' lexer", () => {
    const differing = sharedCases<LexCase>("promql-lex-cases")
      // Descriptions of series are another language, and comments are no tokens for us.
      .filter(({ seriesDesc }) => seriesDesc !== true)
      .flatMap(({ input, expected = [], fail }) => {
        const toUtf16 = utf16Offsets(input);
        const got = lexed(input);
        const failed = got.at(-1)?.[0] === "ERROR";
        const wanted = expected
          .filter(([type]) => type !== "COMMENT" && type !== "EOF")
          .map(([type, start, text]) => [type, toUtf16(start), text]);
        // Upstream's lexer can go on behind an error, but nobody asks it to.
        const end = wanted.findIndex(([type]) => type === "ERROR") + 1;
        const same =
          fail === true
            ? failed
            : JSON.stringify(got) === JSON.stringify(end > 0 ? wanted.slice(0, end) : wanted);
        return same ? [] : [{ input, got, wanted, fail }];
      });
    expect(differing).toEqual([]);
  });

  test("all other cases answer as Prometheus answers, with its trees", async () => {
    const names = [
      "promql-battery",
      "promql-eval-cases",
      "promql-format-cases",
      "promql-lex-cases",
      "promql-series-cases",
      "codemirror-cases",
      "codemirror-complete-cases",
    ];
    const texts = new Set(
      names.flatMap((name) => sharedCases<WithExpr>(name).map(({ expr, input }) => expr ?? input ?? "")),
    );
    expect(report(await mismatches(oracle, texts))).toBe("");
  });

  test("every expression of the corpus answers as Prometheus answers, with its trees", async () => {
    const texts = new Set(
      sharedLines<WithExpr>("corpus", "expressions.jsonl").flatMap(({ expr }) => expr ?? []),
    );
    expect(texts.size).toBeGreaterThan(2000);
    expect(report(await mismatches(oracle, texts))).toBe("");
  });
});
