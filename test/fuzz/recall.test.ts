import fc from "fast-check";
import { expect, test } from "vitest";
import { Recall } from "../../server/src/base/recall.ts";
import { allChecks } from "../../server/src/checks/registry.ts";
import { runChecks } from "../../server/src/checks/run.ts";
import { readDocument } from "../../server/src/model/read.ts";
import type { Snapshot } from "../../server/src/world/snapshot.ts";
import { emptyWorkspace } from "../../server/src/world/workspace.ts";
import { ruleFile } from "../bench/rules.ts";
import { corpusFiles } from "../shared.ts";
import { edit } from "./yaml-subset.ts";

const seed = Number(process.env["SEED"] ?? 20_261_122);

function snapshotOf(text: string, features: readonly string[]): Snapshot {
  const document = readDocument({ uri: "file:///a.rules.yml", path: "a.rules.yml", version: 0, text });
  return { document, workspace: emptyWorkspace, environments: [], features };
}

/** Changes of PromQL and of templates, which most of the other edits break. */
const inExpressions = fc.constantFrom<(text: string) => string>(
  (text) => text.replace("sum", "su"),
  (text) => text.replace(/\(([^()]*)\)$/m, "($1"),
  (text) => text.replace("{{", "{{ .x "),
  (text) => text.replace(/alert: (\w+)/, "alert: $1b"),
  (text) => text.replace(/expr: (.+)/, "expr: first($1)"),
  (text) => text.split("\n").toReversed().join("\n"),
);
const steps = fc.array(fc.tuple(fc.oneof(edit, inExpressions, inExpressions), fc.boolean()), {
  minLength: 2,
  maxLength: 8,
});
const files = corpusFiles(["rules", "PrometheusRule"]).map(({ text }) => text);
const small = files.filter((text) => text.length < 5000);
// A template that is wrong from the start, for its message names the alert.
const wrong = ruleFile(3).replaceAll("{{ $labels.job }}", "{{ $x }}");
const start = fc.oneof(fc.constantFrom(ruleFile(25), wrong), fc.constantFrom(wrong, ...small));

test("what is remembered of the version before changes no finding, edit after edit", () => {
  let withFindings = 0;
  fc.assert(
    fc.property(start, steps, (text, edits) => {
      const recall = new Recall();
      let now = text;
      for (const [change, isExperimental] of edits) {
        now = change(now);
        const snapshot = snapshotOf(now, isExperimental ? ["promql-experimental-functions"] : []);
        const remembered = runChecks(snapshot, [], allChecks, recall);
        expect(remembered).toEqual(runChecks(snapshot));
        if (remembered.length > 0) withFindings++;
      }
    }),
    { numRuns: 600, seed },
  );
  expect(withFindings).toBeGreaterThan(300);
});
