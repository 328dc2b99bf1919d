import { afterAll, beforeAll, expect, test } from "vitest";
import { TemplateGenerator } from "../oracle/generate-template.ts";
import { type Oracle, startOracle } from "../oracle/oracle.ts";
import { Random } from "../oracle/random.ts";
import {
  type TemplateMismatch,
  templateMismatch,
  templateMismatches,
  templateReport,
} from "../oracle/templates.ts";

/** `SEED` repeats a run, `TEMPLATES` makes it longer. */
const seed = Number(process.env["SEED"] ?? 1);
const count = Number(process.env["TEMPLATES"] ?? 20_000);

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(async () => await oracle.close());

/** The shortest text that still differs, found by leaving out ever smaller parts. */
async function shrink(mismatch: TemplateMismatch): Promise<TemplateMismatch> {
  let found = mismatch;
  for (let size = Math.ceil(found.text.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < found.text.length; ) {
      const text = (found.text.slice(0, at) + found.text.slice(at + size)).toWellFormed();
      const still = await templateMismatch(oracle, { text, alert: found.alert });
      if (still === undefined) at += size;
      else found = still;
    }
  }
  return found;
}

test(`templates are judged as Prometheus judges them, seed ${seed}`, async () => {
  console.log(`SEED=${seed} TEMPLATES=${count}`);
  const generator = new TemplateGenerator(new Random(seed));
  const templates = Array.from({ length: count }, () => ({
    text: generator.template(),
    alert: generator.name(),
  }));
  const shrunk: TemplateMismatch[] = [];
  for (const mismatch of (await templateMismatches(oracle, templates)).slice(0, 8))
    shrunk.push(await shrink(mismatch));
  expect(templateReport(shrunk)).toBe("");
});
