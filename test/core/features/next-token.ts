import { readFileSync } from "node:fs";
import { neverCancelled } from "../../../server/src/base/cancellation.ts";
import { complete } from "../../../server/src/features/completion.ts";
import type { Expr } from "../../../server/src/promql/ast.ts";
import { Lexer } from "../../../server/src/promql/lexer.ts";
import { parseExpr } from "../../../server/src/promql/parse.ts";
import { Token } from "../../../server/src/promql/tables.generated.ts";
import { selectors, walk } from "../../../server/src/promql/walk.ts";
import { shared } from "../../shared.ts";
import { fakeEnvironment, type World } from "./fakes.ts";
import { ruleWith, snapshotOf } from "./files.ts";

/** Expressions from the field, each once; nothing where the corpus is not beside the checkout. */
export function corpusExpressions(): readonly string[] | undefined {
  const corpus = shared("corpus", "expressions.jsonl");
  if (corpus === undefined) return undefined;
  const texts = new Set<string>();
  for (const line of readFileSync(corpus, "utf8").trim().split("\n")) {
    const { expr }: { readonly expr?: string } = JSON.parse(line);
    if (typeof expr === "string" && !expr.includes("#")) texts.add(expr);
  }
  return [...texts];
}

/** A backend that holds series for every selector of the expression, with the labels that it groups by. */
function worldOf(expr: Expr): World {
  const grouped: string[] = [];
  for (const node of walk(expr)) {
    if (node.kind === "aggregate") for (const { name } of node.grouping ?? []) grouped.push(name);
    if (node.kind === "binary") {
      for (const { name } of [...(node.matching?.labels ?? []), ...(node.matching?.include ?? [])])
        grouped.push(name);
    }
  }
  const series = selectors(expr).map(({ name, matchers }) => ({
    ...Object.fromEntries(grouped.map((label) => [label, "v"])),
    ...Object.fromEntries(
      matchers.map((matcher) => [matcher.name, matcher.operator === "=" ? matcher.value : ""]),
    ),
    ...(name === undefined ? {} : { __name__: name }),
  }));
  return { series };
}

/** Tokens that a list can hold: words, durations and operators, not brackets, numbers and strings. */
function offered(type: number, text: string): boolean {
  const none: readonly number[] = [Token.NUMBER, Token.STRING, Token.COMMA, Token.COLON];
  return !none.includes(type) && !/^[()[\]{}]/.test(text);
}

/** Where an expression may stand whose rest is not written yet. */
export const styles: Readonly<
  Record<string, (prefix: string) => { readonly text: string; readonly offset: number }>
> = {
  "a .promql file": (prefix) => ({ text: prefix, offset: prefix.length }),
  "a block scalar": (prefix) =>
    inRule(`${/^[ \n]/.test(prefix) ? "|2" : "|"}\n${prefix.replace(/^/gm, "          ")}`, ""),
  "a plain scalar": (prefix) => inRule(oneLine(prefix), ""),
  "single quotes": (prefix) => inRule(`'${oneLine(prefix).replaceAll("'", "''")}`, "'"),
  "double quotes": (prefix) => inRule(`"${oneLine(prefix).replace(/[\\"]/g, "\\$&")}`, '"'),
  "single quotes that are open": (prefix) => inRule(`'${oneLine(prefix).replaceAll("'", "''")}`, ""),
  "double quotes that are open": (prefix) => inRule(`"${oneLine(prefix).replace(/[\\"]/g, "\\$&")}`, ""),
};

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, " ");

function inRule(before: string, after: string): { text: string; offset: number } {
  const text = ruleWith(before + after);
  return { text, offset: text.indexOf("expr: ") + "expr: ".length + before.length };
}

export interface Measured {
  readonly asked: number;
  /** What was not offered, as `prefix|token`. */
  readonly missing: readonly string[];
}

/** Asks for a completion before each token that a list can hold, and looks whether the list holds it. */
export async function offersNextToken(style: string, texts: readonly string[]): Promise<Measured> {
  const place = styles[style];
  let asked = 0;
  const missing: string[] = [];
  for (const expression of place === undefined ? [] : texts) {
    const { expr, errors } = parseExpr(expression);
    if (expr === undefined || errors.length > 0) continue;
    const environments = [fakeEnvironment("Dev", worldOf(expr))];
    const lexer = new Lexer(expression);
    for (let type = lexer.next(); type !== Token.EOF && type !== 0; type = lexer.next()) {
      const next = expression.slice(lexer.start, lexer.end);
      const prefix = expression.slice(0, lexer.start);
      if (!offered(type, next) || place === undefined) continue;
      const { text, offset } = place(prefix);
      const snapshot = snapshotOf(text, environments, style === "a .promql file" ? "a.promql" : undefined);
      const list = await complete(snapshot, offset, neverCancelled);
      asked++;
      const labels = list?.items.map(({ label }) => label) ?? [];
      if (!labels.includes(next) && !labels.includes(next.toLowerCase())) missing.push(`${prefix}|${next}`);
    }
  }
  return { asked, missing };
}
