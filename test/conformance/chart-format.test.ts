import { expect, test } from "vitest";
import { applyEdits } from "../../server/src/base/text.ts";
import { formatEdits } from "../../server/src/features/format/expressions.ts";
import { readDocument } from "../../server/src/model/read.ts";
import type { ParserOptions } from "../../server/src/promql/ast.ts";
import { parseExpr } from "../../server/src/promql/parse.ts";
import { printExpr } from "../../server/src/promql/print.ts";
import { scalars } from "../../server/src/yaml/access.ts";
import { chartActions } from "../../server/src/yaml/chart/actions.ts";
import { parseYaml } from "../../server/src/yaml/parse.ts";
import { Random } from "../oracle/random.ts";
import { corpusFiles, shared } from "../shared.ts";

const seed = Number(process.env["SEED"] ?? 1);
const options: ParserOptions = { experimentalFunctions: true };

/** What values of charts look like, and what nobody would write there. */
const printed = ["5", "0.5", "5m", "up", "a|b", "job", "sum(up)", "1 or up", "a) or (b", "", "x # y", "> 5"];

/** The texts of a chart with the same words in the place of the same actions. */
function rendered(text: string, words: ReadonlyMap<string, string>): readonly string[] {
  let result = "";
  let last = 0;
  for (const { span, kind } of chartActions(text) ?? []) {
    result += text.slice(last, span.start);
    last = span.end;
    if (kind === "output" || kind === "literal") result += words.get(text.slice(span.start, span.end)) ?? "";
  }
  const { documents } = parseYaml(result + text.slice(last));
  return documents.flatMap(({ root }) => [...scalars(root)].map(({ value }) => meaning(value)));
}

function meaning(text: string): string {
  const { expr, errors } = parseExpr(text, options);
  return expr === undefined || errors.length > 0 ? "" : printExpr(expr, options);
}

test.skipIf(shared("corpus") === undefined)(
  `whatever Helm prints, expressions of charts mean the same laid out (needs ../shared/corpus), seed ${seed}`,
  () => {
    const random = new Random(seed);
    let edits = 0;
    let compared = 0;
    for (const { path, text } of corpusFiles()) {
      if (!text.includes("{{") || text.length > 300_000) continue;
      const read = (source: string): ReturnType<typeof readDocument> =>
        readDocument({ uri: `file:///${path}`, path, version: 1, text: source });
      const document = read(text);
      const found = document.chart === undefined ? [] : formatEdits(document);
      if (found.length === 0) continue;
      edits += found.length;
      const after = applyEdits(text, found);
      expect(formatEdits(read(after)), path).toEqual([]);
      const actions = new Set(chartActions(text)?.map(({ span }) => text.slice(span.start, span.end)));
      for (let i = 0; i < 6; i++) {
        const words = new Map([...actions].map((action) => [action, random.pick(printed)]));
        const [was, is] = [rendered(text, words), rendered(after, words)];
        compared += was.filter((one) => one !== "").length;
        const lost = was.filter((one, at) => one !== "" && one !== is[at]);
        expect(lost, `${path}: ${JSON.stringify([...words])}`).toEqual([]);
      }
    }
    expect(edits).toBeGreaterThan(200);
    expect(compared).toBeGreaterThan(5_000);
    console.log(`${edits} expressions of charts laid out, ${compared} expressions compared as rendered`);
  },
  120_000,
);
