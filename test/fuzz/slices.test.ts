import { expect, test } from "vitest";
import { allChecks } from "../../server/src/checks/registry.ts";
import { ruleFile } from "../bench/rules.ts";
import { Random } from "../oracle/random.ts";
import { corpusFiles } from "../shared.ts";
import { editAndCompare, nothingSeen } from "./slice-compare.ts";
import { madeUpFile } from "./slice-edits.ts";

const seed = Number(process.env["SEED"] ?? 20_261_122);
/** More of each with a seed of one's own. */
const share = process.env["SEED"] === undefined ? 1 : 5;
const timeout = 600_000;

const real = corpusFiles(["rules", "PrometheusRule"]).filter(({ text }) => text.length < 20_000);

test(`an edited file has the findings of one that is read anew, seed ${seed}`, { timeout }, () => {
  const random = new Random(seed);
  const seen = { ...nothingSeen };
  for (let index = 0; index < 60 * share; index++) {
    const file = real.length > 0 && random.chance(0.5) ? random.pick(real) : undefined;
    const path = file?.path ?? random.pick(["a.rules.yml", "alerts/a.yaml", "x.yaml"]);
    editAndCompare(random, path, file?.text ?? madeUpFile(random), 50, allChecks, seen);
  }
  // Half of the states are broken; of the others nearly all are checked slice by slice.
  expect(seen.sliced).toBeGreaterThan(seen.versions / 4);
  expect(seen.local).toBeGreaterThan(seen.versions / 6);
  expect(seen.withFindings).toBeGreaterThan(seen.versions / 10);
});

test(`a large file with a fault has the findings of one that is read anew, seed ${seed}`, { timeout }, () => {
  const random = new Random(seed);
  const seen = { ...nothingSeen };
  const checks = allChecks.filter(({ id }) => /^(?:yaml|rule|template)\./.test(id));
  for (let index = 0; index < 4 * share; index++) {
    const text = ruleFile(130 + random.below(60), random.below(1000));
    const below = text.replace(/^(?=.)/gm, "  ");
    const object = `apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: a\nspec:\n${below}`;
    const start = random.pick([text, object, `# a\n${text.replace(/^(?=[^g])/gm, "  ")}x: y\n`]);
    editAndCompare(random, random.pick(["a.rules", "x.yaml"]), start, 50, checks, seen);
  }
  expect(seen.local).toBeGreaterThan(seen.versions / 3);
  expect(seen.faults).toBeGreaterThan(seen.versions / 20);
});
