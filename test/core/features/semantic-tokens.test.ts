import { describe, expect, test } from "vitest";
import { semanticTokens } from "../../../server/src/features/semantic-tokens.ts";
import { readDocument } from "../../../server/src/model/read.ts";
import { ruleWith, snapshotOf } from "./files.ts";

function check(expr: string): readonly string[] {
  const snapshot = snapshotOf(ruleWith(expr));
  return semanticTokens(snapshot).map(
    ({ span, type }) => `${snapshot.document.text.slice(span.start, span.end)}:${type}`,
  );
}

describe("semantic tokens", () => {
  test("of each word, by what it is and not by how it is spelt", () => {
    expect(check("sum by (sum) (rate(sum{by=~'x'}[5m] offset 1h)) > bool 2")).toEqual([
      "sum:aggregation",
      "by:keyword",
      "sum:label",
      "rate:function",
      "sum:metric",
      "by:label",
      "'x':string",
      "5m:number",
      "offset:keyword",
      "1h:number",
      ">:operator",
      "bool:keyword",
      "2:number",
    ]);
  });

  test.each([
    ["double quotes", '"up{a=\\"b\\"}"', ["up:metric", "a:label", '\\"b\\":string']],
    ["single quotes", "'up{a=''b''}'", ["up:metric", "a:label", "''b'':string"]],
    ["a block", "|\n          up ==\n          0", ["up:metric", "==:operator", "0:number"]],
    ["unfinished text", "rate(up{a=", ["rate:function", "up:metric", "a:label"]],
  ])("in %s", (_what, expr, wanted) => {
    expect(check(expr).filter((token) => !token.startsWith("=:"))).toEqual(wanted);
  });

  test("in templates of charts, where Helm writes nothing of the expression", () => {
    const text =
      "{{- if .Values.on }}\ngroups:\n- name: g\n  rules:\n  - alert: A\n    expr: sum(up) == 0\n  - alert: B\n    expr: sum(up) == {{ .Values.x }}\n{{- end }}\n";
    const path = "templates/a.yaml";
    const document = readDocument({ uri: `file:///${path}`, path, version: 1, text });
    const tokens = semanticTokens({ ...snapshotOf(""), document });
    expect(tokens.map(({ span }) => text.slice(span.start, span.end))).toEqual(["sum", "up", "==", "0"]);
  });

  test("in order, without overlaps", () => {
    const tokens = semanticTokens(
      snapshotOf(ruleWith('label_replace(up, "a", "$1", "b", "(.*)") / on (x) foo')),
    );
    for (const [i, { span }] of tokens.entries()) {
      expect(span.start).toBeGreaterThanOrEqual(tokens[i - 1]?.span.end ?? 0);
    }
  });
});
