import { expect, test } from "vitest";
import { labelChange } from "../../../server/src/features/hover-labels.ts";
import { unformatted } from "../../../server/src/features/markdown.ts";
import { ruleWith, snapshotOf } from "./files.ts";

/** The line for the word at the bar. */
function changeAt(text: string): string | undefined {
  const offset = text.indexOf("¦");
  const found = labelChange(snapshotOf(ruleWith("up")), text.replace("¦", ""), offset);
  return found === undefined ? undefined : unformatted(found);
}

test.each([
  ["s¦um by (job) (foo{pod='x'})", "keeps: job; removes: __name__, pod, all others"],
  ["sum¦ without (pod) (foo)", "keeps: all others; removes: __name__, pod"],
  ["ra¦te(foo{job='a'}[5m])", "keeps: job, all others; removes: __name__"],
  ["sum by (job) (ra¦te(foo[5m]))", "keeps: job, all others; removes: __name__"],
  [
    "foo *¦ on (job) group_left (team) bar{team!=''}",
    "keeps: job, all others; sets: team; removes: __name__",
  ],
  ["sum by (job) (foo) *¦ on (job) group_left (team) bar", "keeps: job; sets: team"],
  ["foo /¦ on (job) bar", "keeps: job; removes: __name__, all others"],
  ["foo >¦ 1", "keeps: __name__, all others"],
  ["cou¦nt_values('version', foo)", "sets: version; removes: __name__, all others"],
  ["lab¦el_replace(sum(foo), 'team', 'x', '', '')", "sets: team"],
  ["foo o¦r sum(bar)", "keeps: __name__, all others"],
  ["count(foo) =¦= 0", "It can never return anything: the comparison == is never true."],
  ["vector(1) +¦ 1", undefined],
  ["f¦oo", undefined],
  ["1 +¦ 1", undefined],
  ["ti¦me()", undefined],
  ["s¦um(foo", undefined],
])("%s", (text, line) => {
  expect(changeAt(text.replaceAll("'", '"'))).toBe(line);
});

test("many labels are cut", () => {
  const names = Array.from({ length: 40 }, (_, n) => `l${n}`).join(", ");
  const line = changeAt(`s¦um by (${names}) (foo)`) ?? "";
  expect(line).toContain("…");
  expect(line.length).toBeLessThan(200);
});
