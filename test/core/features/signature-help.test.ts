import { describe, expect, test } from "vitest";
import { signatureHelp } from "../../../server/src/features/signature-help.ts";
import { marked, ruleWith } from "./files.ts";

/** The signature with its active parameter in angle brackets. */
function check(expr: string): string | undefined {
  const { snapshot, offset } = marked(ruleWith(expr));
  const help = signatureHelp(snapshot, offset);
  const active = help?.activeParameter === undefined ? undefined : help.parameters[help.activeParameter];
  if (help === undefined || active === undefined) return help?.label;
  const [start, end] = active.label;
  return `${help.label.slice(0, start)}<${help.label.slice(start, end)}>${help.label.slice(end)}`;
}

describe("signature help", () => {
  test.each([
    ["rate(|", "rate(<v range-vector>)"],
    ["clamp(foo, |1, 2)", "clamp(v instant-vector, <min scalar>, max scalar)"],
    ["clamp(foo, 1, 2, |)", "clamp(v instant-vector, min scalar, max scalar)"],
    ["histogram_quantile(0.9, sum by (le|) (foo))", "histogram_quantile(φ scalar, <b instant-vector>)"],
    ["histogram_quantile(0.9, sum by (le) (fo|o))", "sum(<v instant-vector>)"],
    ["histogram_quantile(0.9, |sum(foo))", "histogram_quantile(φ scalar, <b instant-vector>)"],
    ["topk(|", "topk(<k scalar>, v instant-vector)"],
    ['rate(foo{a="|"}[5m])', "rate(<v range-vector>)"],
  ])("%s", (expr, wanted) => expect(check(expr)).toBe(wanted));

  test("the last parameter of a variadic function repeats", () => {
    expect(check('label_join(foo, "a", ",", "b", "c", "|")')).toMatch(/<[^>]+>, …\)$/);
  });

  test.each(["foo|", "(|foo)", "unknown(|)", "# rate(|"])("nothing at %s", (expr) => {
    expect(check(expr)).toBeUndefined();
  });
});
