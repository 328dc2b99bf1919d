import { afterAll, beforeAll, expect, test } from "vitest";
import { parseExpr } from "../../server/src/promql/parse.ts";
import { Generator } from "../oracle/generate-promql.ts";
import { type Oracle, startOracle } from "../oracle/oracle.ts";
import { difference, type Mismatch, mismatches, report } from "../oracle/promql.ts";
import { Random } from "../oracle/random.ts";

/** `SEED` repeats a run, `EXPRESSIONS` makes it longer. */
const seed = Number(process.env["SEED"] ?? 1);
const count = Number(process.env["EXPRESSIONS"] ?? 20_000);

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(async () => await oracle.close());

/** The shortest text that still differs, found by leaving out ever smaller parts. */
async function shrink({ text, options }: Mismatch): Promise<Mismatch> {
  const differs = async (candidate: string): Promise<string | undefined> =>
    difference(candidate, parseExpr(candidate, options), await oracle.expr(candidate, options));
  let found = (await differs(text)) ?? "";
  for (let size = Math.ceil(text.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < text.length; ) {
      const candidate = text.slice(0, at) + text.slice(at + size);
      const still = await differs(candidate);
      if (still === undefined) at += size;
      else [text, found] = [candidate, still];
    }
  }
  return { text, options, difference: found };
}

test(`PromQL answers as Prometheus answers, seed ${seed}`, async () => {
  console.log(`SEED=${seed} EXPRESSIONS=${count}`);
  const generator = new Generator(new Random(seed));
  for (let done = 0; done < count; done += 10_000) {
    const texts = Array.from({ length: Math.min(10_000, count - done) }, () => generator.expression());
    const found = await mismatches(oracle, texts);
    const shrunk: Mismatch[] = [];
    for (const mismatch of found.slice(0, 5)) shrunk.push(await shrink(mismatch));
    expect(report(shrunk)).toBe("");
  }
});
