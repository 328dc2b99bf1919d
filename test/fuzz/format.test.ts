import { expect, test } from "vitest";
import { applyEdits } from "../../server/src/base/text.ts";
import { formatEdits } from "../../server/src/features/format/expressions.ts";
import { readDocument } from "../../server/src/model/read.ts";
import { commentsOf } from "../../server/src/promql/comments.ts";
import { Lexer } from "../../server/src/promql/lexer.ts";
import { parseExpr } from "../../server/src/promql/parse.ts";
import { formatExpr } from "../../server/src/promql/pretty.ts";
import { printExpr } from "../../server/src/promql/print.ts";
import { Token } from "../../server/src/promql/tables.generated.ts";
import { Generator } from "../oracle/generate-promql.ts";
import { Random } from "../oracle/random.ts";

/** `SEED` repeats a run. */
const seed = Number(process.env["SEED"] ?? 1);
const options = { experimentalFunctions: true, fillModifiers: true, thanosFunctions: true };
const texts = 12_000;

/** Where tokens of a sound expression begin and end. */
function boundaries(text: string): readonly number[] {
  const lexer = new Lexer(text);
  const found: number[] = [];
  for (let type = lexer.next(); type !== Token.EOF && type !== 0; type = lexer.next())
    found.push(lexer.start, lexer.end);
  return found;
}

function withComments(text: string, random: Random): string {
  const places = boundaries(text);
  let result = text;
  for (const at of [...places].sort((a, b) => b - a)) {
    if (!random.chance(0.15)) continue;
    const comment = random.chance(0.5) ? ` # c${at} "'\`\n` : `\n  # own ${at} {([\n`;
    const candidate = result.slice(0, at) + comment + result.slice(at);
    if (parseExpr(candidate, options).errors.length === 0) result = candidate;
  }
  return result;
}

function printsSoundly(text: string): boolean {
  const { expr } = parseExpr(text, options);
  return expr !== undefined && meaning(printExpr(expr, options)) === meaning(text);
}

function meaning(text: string): string {
  const { expr, errors } = parseExpr(text, options);
  const comments = commentsOf(text).map((comment) => comment.text);
  return [errors.length, expr && printExpr(expr, options), ...comments.sort()].join("\n");
}

test(`formatting keeps what expressions and comments say, and is done after once, seed ${seed}`, () => {
  const random = new Random(seed);
  const generator = new Generator(random);
  let sound = 0;
  for (let i = 0; i < texts; i++) {
    const plain = generator.expression();
    if (parseExpr(plain, options).errors.length > 0) continue;
    // Prometheus prints a few expressions so that it would not read them again; those are never formatted.
    if (!printsSoundly(plain)) continue;
    const text = withComments(plain, random);
    for (const flush of [false, true]) {
      const { expr } = parseExpr(text, options);
      const once = expr && formatExpr(expr, text, options, { flush });
      if (once === undefined) throw new Error(`not formatted: ${JSON.stringify(text)}`);
      expect(meaning(once), JSON.stringify(text)).toBe(meaning(text));
      const again = parseExpr(once, options).expr;
      expect(again && formatExpr(again, once, options, { flush }), JSON.stringify(text)).toBe(once);
    }
    sound++;
  }
  expect(sound).toBeGreaterThan(texts / 10);
});

test(`in YAML, formatting is done after once and keeps every expression, seed ${seed}`, () => {
  const random = new Random(seed + 1);
  const generator = new Generator(random);
  let changed = 0;
  for (let i = 0; i < 3_000; i++) {
    const plain = generator.expression();
    if (parseExpr(plain, options).errors.length > 0) continue;
    const text = fileWith(withComments(plain, random), random);
    const read = (source: string): ReturnType<typeof readDocument> =>
      readDocument({ uri: "file:///r.yaml", path: "r.yaml", version: 1, text: source });
    const expressions = (source: string): readonly string[] =>
      read(source).parts.flatMap(({ model }) =>
        "rules" in model
          ? model.rules.groups.flatMap(({ rules }) => rules.map(({ expr }) => meaning(expr?.text ?? "")))
          : [],
      );
    const edits = formatEdits(read(text));
    if (edits.length > 0) changed++;
    const once = applyEdits(text, edits);
    expect(expressions(once), text).toEqual(expressions(text));
    expect(formatEdits(read(once)), text).toEqual([]);
  }
  expect(changed).toBeGreaterThan(200);
});

/** The expression in a random style of scalar, with something below it. */
function fileWith(expr: string, random: Random): string {
  const indented = expr.split("\n").map((line) => `      ${line}`);
  const style = random.pick([
    `|${random.pick(["", "-", "+"])}\n${indented.join("\n")}`,
    `|2\n${indented.join("\n")}`,
    `>\n${indented.join("\n\n")}`,
    JSON.stringify(expr),
    `'${expr.replaceAll("'", "''").replaceAll("\n", "\n\n      ")}'`,
    expr,
  ]);
  return `groups:\n- name: g\n  rules:\n  - record: r\n    expr: ${style}\n    labels:\n      a: b\n  - record: s\n    expr: up\n`;
}
