import { expect, test } from "vitest";
import { documentSymbols } from "../../../server/src/features/document-symbols.ts";
import { foldingRanges } from "../../../server/src/features/folding.ts";
import { snapshotOf } from "./files.ts";

const file = `groups:
  - name: first
    rules:
      - alert: A
        expr: |
          up
            == 0
      - record: b:c
        expr: sum(up)

  - name: second
    rules: []
`;

test("groups with their rules", () => {
  const symbols = documentSymbols(snapshotOf(file));
  expect(
    symbols.map(({ name, detail, kind, children }) => [
      kind,
      name,
      detail,
      ...children.map((child) => [child.kind, child.name, child.detail]),
    ]),
  ).toEqual([
    ["group", "first", "2 rules", ["alert", "A", "up == 0"], ["record", "b:c", "sum(up)"]],
    ["group", "second", "0 rules"],
  ]);
  for (const symbol of symbols) {
    expect(symbol.span.start).toBeLessThanOrEqual(symbol.nameSpan.start);
    expect(symbol.span.end).toBeGreaterThanOrEqual(symbol.nameSpan.end);
  }
});

test("groups and rules fold without the blank lines behind them", () => {
  expect(foldingRanges(snapshotOf(file)).map(({ startLine, endLine }) => [startLine, endLine])).toEqual([
    [1, 8],
    [3, 6],
    [7, 8],
    [10, 11],
  ]);
});

test("nothing in files that are not ours", () => {
  expect(documentSymbols(snapshotOf("a: 1\n", [], "x.yaml"))).toEqual([]);
});

test("rule unit tests are shown with what they ask for", () => {
  const text = `rule_files: [r.yml]
tests:
  - name: one
    promql_expr_test:
      - expr: |
          sum(up)
        eval_time: 5m
    alert_rule_test:
      - {eval_time: 10m, alertname: Down}
  - interval: 1m
`;
  const symbols = documentSymbols(snapshotOf(text));
  expect(
    symbols.map(({ name, detail, children }) => [
      name,
      detail,
      children.map((one) => `${one.name} ${one.detail}`),
    ]),
  ).toEqual([
    ["one", "2 questions", ["sum(up) 5m", "Down 10m"]],
    ["unnamed#1", "0 questions", []],
  ]);
  for (const { span, nameSpan, children } of symbols)
    for (const one of [{ span, nameSpan }, ...children]) {
      expect(one.span.start).toBeLessThanOrEqual(one.nameSpan.start);
      expect(one.nameSpan.end).toBeLessThanOrEqual(one.span.end);
    }
});
