import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ExplainAnswer } from "../../server/src/promql/labels/explain.ts";
import { Sandbox } from "./run.ts";

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.dispose());

const rules = `groups:
  - name: g
    labels: { team: x }
    rules:
      - record: job:up:sum
        expr: sum by (job) (up)
`;

describe("promscope explain", () => {
  test("prints what is known of the labels of an expression and its parts", async () => {
    const { code, out } = await box.run(["explain", 'sum by (job) (rate(foo{job="a"}[5m])) > 0']);
    expect(code).toBe(0);
    expect(out).toBe(`sum by (job) (rate(foo{job="a"}[5m])) > 0
  · always job
  · never __name__: sum by keeps only the labels that it names
  sum by (job) (rate(foo{job="a"}[5m]))
    · always job
    · never __name__: sum by keeps only the labels that it names
    rate(foo{job="a"}[5m])
      · always job
      · perhaps any other
      · never __name__: rate() removes the metric name
      foo{job="a"}
        · always __name__, job
        · perhaps any other
`);
  });

  test("says when nothing can ever be returned, or something always is", async () => {
    expect((await box.run(["explain", "count(x) == 0"])).out).toContain(
      "returns nothing: the comparison == is never true",
    );
    expect((await box.run(["explain", "vector(1)"])).out).toContain("always returns something");
  });

  test("prints the whole answer as JSON", async () => {
    const { code, out } = await box.run(["explain", "up", "--format", "json"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      text: "up",
      type: "vector",
      labels: { guaranteed: ["__name__"], possible: [], impossible: [], open: true, empty: false },
      children: [],
    });
  });

  test("answers one line for each JSON string of a file, and for those that are no PromQL with their error", async () => {
    box.write({ "lines.txt": '"up"\n"sum("\n"a\\n+ b"\n' });
    const { code, out } = await box.run(["explain", "--lines", "lines.txt"]);
    expect(code).toBe(2);
    const answers = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as ExplainAnswer);
    expect(answers.map(({ text }) => text)).toEqual(["up", "sum(", "a\n+ b"]);
    expect(answers[1]).toMatchObject({ error: "1:5: parse error: unclosed left parenthesis" });
    const { out: others } = await box.run(["explain", "--lines", "-"], '""\n"{a=\\"é\\"}\\n + 😀😀"\n');
    expect(others.match(/"error":"[^"]*"/g)).toEqual([
      '"error":"unknown position: parse error: no expression found in input"',
      `"error":"2:4: parse error: unexpected character: '😀'"`,
    ]);
    const clean = await box.run(["explain", "--lines", "-"], '"up"\n"down"');
    expect([clean.code, clean.out.trimEnd().split("\n").length]).toEqual([0, 2]);
  });

  test("knows the recording rules of files, with the labels of their groups", async () => {
    box.write({ "rules/a.yaml": rules });
    const { out } = await box.run(["explain", "job:up:sum", "--rules", "rules"]);
    expect(out).toBe("job:up:sum\n  · always __name__, team\n  · perhaps job\n");
  });

  test("knows what delayed name removal changes", async () => {
    const { out } = await box.run([
      "explain",
      'label_replace(rate(a[5m]), "x", "$1", "__name__", "(.*)")',
      "--enable-feature",
      "promql-delayed-name-removal",
    ]);
    expect(out.split("\n")[1]).toBe("  · always x");
  });

  test("what is no PromQL, no JSON string or no file is said in one sentence", async () => {
    expect(await box.run(["explain", "sum(bad"])).toEqual({
      code: 2,
      out: "",
      err: "promscope: 1:8: parse error: unclosed left parenthesis\n",
    });
    box.write({ "lines.txt": "up\n" });
    expect((await box.run(["explain", "--lines", "lines.txt"])).err).toMatch(/Line 1 is no JSON string/);
    expect((await box.run(["explain", "--lines", "gone.txt"])).err).toMatch(/gone\.txt cannot be read/);
    expect((await box.run(["explain"])).err).toMatch(/Give one expression, or --lines FILE/);
    expect((await box.run(["explain", "up", "--rules", "gone"])).err).toMatch(/gone does not exist/);
    expect((await box.run(["explain"])).code).toBe(2);
  });
});
