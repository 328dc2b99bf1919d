import { describe, expect, test } from "vitest";
import { codeLenses } from "../../../server/src/features/code-lens.ts";
import { expressionAt } from "../../../server/src/features/expression-at.ts";
import { fakeEnvironment } from "./fakes.ts";
import { marked, ruleWith, snapshotOf } from "./files.ts";

const dev = fakeEnvironment("Dev", { series: [] });
const prod = fakeEnvironment("Prod", { series: [] });

describe("code lenses", () => {
  const file = `groups:
  - name: g
    rules:
      - alert: A
        expr: |
          up == 0
          and foo > 1
      - record: b:c
        expr: "sum(\\"x\\")"
      - alert: D
        expr: sum(foo)
`;

  test("one line above each rule that Prometheus would accept", () => {
    const snapshot = snapshotOf(file, [dev]);
    const lenses = codeLenses(snapshot).map(({ title, kind, expr, environment, span }) => ({
      title,
      kind,
      expr,
      environment,
      line: snapshot.document.text.slice(span.start, span.end),
    }));
    expect(lenses).toEqual([
      {
        title: "▶ Run on Dev",
        kind: "run",
        expr: "up == 0\nand foo > 1",
        environment: "Dev",
        line: "alert: A",
      },
      { title: "▶ Run on Dev", kind: "run", expr: "sum(foo)", environment: "Dev", line: "alert: D" },
    ]);
  });

  test("another environment can be chosen where there are several", () => {
    const titles = codeLenses(snapshotOf(ruleWith("up"), [dev, prod])).map(({ title }) => title);
    expect(titles).toEqual(["▶ Run on Dev", "Run on…"]);
  });

  test("none where nothing can run", () => {
    expect(codeLenses(snapshotOf(ruleWith("up"), [fakeEnvironment("None", undefined)]))).toEqual([]);
    expect(codeLenses(snapshotOf(ruleWith("up"), []))).toEqual([]);
  });

  test("at the top of a .promql file", () => {
    const lenses = codeLenses(snapshotOf("sum(\n  up\n)\n", [dev], "a.promql"));
    expect(lenses.map(({ expr, span }) => [expr, span])).toEqual([["sum(\n  up\n)", { start: 0, end: 4 }]]);
  });
});

describe("the expression under the cursor", () => {
  function check(expr: string, which: "whole" | "smallest", selected = 0): string | undefined {
    const { snapshot, offset } = marked(ruleWith(expr));
    const found = expressionAt(snapshot, { start: offset, end: offset + selected }, which);
    if (found === undefined) return undefined;
    const source = snapshot.document.text.slice(found.span.start, found.span.end);
    return source === found.expr ? source : `${found.expr} ← ${source}`;
  }

  test.each([
    ["sum(rate(fo|o[5m])) / 2", "foo"],
    ["sum(rate(foo[5|m])) / 2", "foo[5m]"],
    ["sum(ra|te(foo[5m])) / 2", "rate(foo[5m])"],
    ["su|m(rate(foo[5m])) / 2", "sum(rate(foo[5m]))"],
    ["sum(rate(foo[5m])) |/ 2", "sum(rate(foo[5m])) / 2"],
    ["sum(foo) > 1|0", "sum(foo) > 10"],
    ["a + fo|o offset 5m", "foo offset 5m"],
    ["a + foo{x|='y'}", "foo{x='y'}"],
    ["label_replace(up, 'a|', 'b', 'c', 'd')", "label_replace(up, 'a', 'b', 'c', 'd')"],
    ["max_over_time(rate(foo[5m])[1h|:])", "rate(foo[5m])[1h:]"],
    ['"sum(foo{a=\\"|b\\"})"', 'foo{a="b"} ← foo{a=\\"b\\"}'],
  ])("smallest at %s", (expr, wanted) => expect(check(expr, "smallest")).toBe(wanted));

  test("smallest that holds a selection", () => {
    expect(check("sum(|a + b) / c", "smallest", 5)).toBe("a + b");
    expect(check("sum(a + |b) / c", "smallest", 2)).toBe("sum(a + b)");
    expect(check("sum(a +| b) / c", "smallest", 2)).toBe("b");
  });

  test("whole", () => expect(check("sum(a + |b) / c", "whole")).toBe("sum(a + b) / c"));

  test.each(["sum(a| +", "sum(foo{a=~'(|'})", "rate(fo|o)"])(
    "none in %s, which Prometheus refuses",
    (expr) => {
      expect(check(expr, "smallest")).toBeUndefined();
    },
  );

  test("none outside of expressions", () => {
    const { snapshot, offset } = marked(ruleWith("up").replace("alert", "al|ert"));
    expect(expressionAt(snapshot, { start: offset, end: offset }, "whole")).toBeUndefined();
  });
});
