import { describe, expect, test } from "vitest";
import { applyEdits } from "../../../server/src/base/text.ts";
import { formatEdits } from "../../../server/src/features/format/expressions.ts";
import { readDocument } from "../../../server/src/model/read.ts";
import { parseExpr } from "../../../server/src/promql/parse.ts";
import { formatExpr, prettyExpr } from "../../../server/src/promql/pretty.ts";

function formatted(text: string, flush = false): string | undefined {
  const { expr } = parseExpr(text);
  return expr === undefined ? undefined : formatExpr(expr, text, {}, { flush });
}

function formatFile(text: string, path = "rules.yaml", languageId?: string): string {
  const document = readDocument({ uri: `file:///${path}`, path, version: 1, text, languageId });
  return applyEdits(text, formatEdits(document));
}

const rule = (expr: string): string => `groups:\n- name: g\n  rules:\n  - record: r\n    expr: ${expr}`;
const long = `sum(rate(http_requests_total{code=~"5..",job="api"}[5m])) by (job)`;
const laid = `sum by (job) (rate(http_requests_total{code=~"5..",job="api"}[5m]))`;

describe("an expression", () => {
  test("without comments is laid out as Prometheus does it", () => {
    const { expr } = parseExpr(`${long} / ${long}`);
    expect(expr && prettyExpr(expr)).toBe(formatted(`${long} / ${long}`));
  });

  test.each([
    ["up # is it", "up # is it"],
    ["# why\nup\n# and so", "# why\nup\n# and so"],
    ["sum( # all\n  up # one\n  # last\n)", "sum(\n  # all\n  up # one\n  # last\n)"],
    ["a{ # in\n b='c'}", 'a{b="c"} # in'],
    ["a # x\n+ # y\nb", "  a # x\n+\n  # y\n  b"],
    ["-# s\nup", "-up # s"],
    ["time( # x\n)", "time() # x"],
    ["clamp(up, # low\n0, 1 # high\n)", "clamp(\n  up, # low\n  0,\n  1 # high\n)"],
    ["sum(up)[5m:1m] # y", "sum(up)[5m:1m] # y"],
    [`{a="#"} # b`, `{a="#"} # b`],
  ])("keeps the comments of %j", (text, expected) => {
    expect(formatted(text)).toBe(expected);
  });
});

describe("in YAML", () => {
  test("what fits in one line keeps its style", () => {
    expect(formatFile(rule("sum(up)by(job)\n"))).toBe(rule("sum by (job) (up)\n"));
    expect(formatFile(rule(`'sum(a{b="it''s"})by(job)'\n`))).toBe(rule(`'sum by (job) (a{b="it''s"})'\n`));
    expect(formatFile(rule(`"sum(a{b='x'})"\n`))).toBe(rule(`"sum(a{b=\\"x\\"})"\n`));
    expect(formatFile(rule(">-\n      sum(up)\n      by(job)\n"))).toBe(
      rule(">-\n      sum by (job) (up)\n"),
    );
  });

  test("what does not becomes a block, and a folded block a literal one", () => {
    const block = `|-\n      ${laid}\n      /\n      ${laid}\n      > 0.1\n`;
    expect(formatFile(rule(`${long} / ${long} > 0.1\n`))).toBe(rule(block));
    expect(formatFile(rule(`>\n      ${long}\n      / ${long} > 0.1\n`))).toBe(
      rule(block.replace("|-", "|")),
    );
  });

  test("what is compared with, or stands in for nothing, stays on the line of its operator", () => {
    for (const end of ["> (14.4 * 0.01)", "or vector(0)", "or on () vector(0)", "> bool scalar(limit)"])
      expect(formatFile(rule(`|\n      ${long} / ${long} ${end}\n`))).toBe(
        rule(`|\n      ${laid}\n      /\n      ${laid}\n      ${end}\n`),
      );
  });

  test("a block keeps its header, its comments, its indentation and the blank lines below", () => {
    const before = rule("| # why\n\n       sum(up)   by(job) # x\n\n    labels: {a: b}\n");
    expect(formatFile(before)).toBe(rule("| # why\n       sum by (job) (up) # x\n\n    labels: {a: b}\n"));
  });

  test("flow collections stay on their line", () => {
    const flow = (expr: string): string =>
      `groups: [{name: g, rules: [{record: r, expr: ${JSON.stringify(expr)}}]}]\n`;
    expect(formatFile(flow(`${long}/${long}`))).toBe(flow(`${laid} / ${laid}`));
  });

  test("CRLF stays CRLF", () => {
    const crlf = (text: string): string => text.replaceAll("\n", "\r\n");
    expect(formatFile(crlf(rule("|\n      sum(up)\n        by(job)\n")))).toBe(
      crlf(rule("|\n      sum by (job) (up)\n")),
    );
  });

  test("what is broken, and what an alias brings, is left as it is", () => {
    for (const text of [rule("sum(up\n"), "groups:\n- name: g\n  rules: [\n", "a: sum( up )\n"])
      expect(formatFile(text)).toBe(text);
    const aliased = rule("&e sum by (job) (up)\n  - record: s\n    expr: *e\n");
    expect(formatFile(aliased)).toBe(aliased);
    expect(formatFile(aliased.replace("sum by (job) (up)", "sum(up)by(job)"))).toBe(aliased);
  });

  test("only what the selection touches is formatted", () => {
    const text = rule("sum( a )\n  - record: s\n    expr: sum( b )\n");
    const document = readDocument({ uri: "file:///r.yaml", path: "r.yaml", version: 1, text });
    const at = text.indexOf("b )");
    expect(applyEdits(text, formatEdits(document, { start: at, end: at }))).toBe(
      text.replace("sum( b )", "sum(b)"),
    );
  });
});

test("a .promql file is laid out as Prometheus does it", () => {
  expect(formatFile(`${long} / ${long}`, "q.promql", "promql")).toBe(`  ${laid}\n/\n  ${laid}\n`);
});
