import { describe, expect, test } from "vitest";
import { applyEdits } from "../../../server/src/base/text.ts";
import type { Finding } from "../../../server/src/checks/check.ts";
import { allChecks } from "../../../server/src/checks/registry.ts";
import { runChecks } from "../../../server/src/checks/run.ts";
import { readDocument } from "../../../server/src/model/read.ts";
import { idsOf, pintChecks } from "../../../server/src/world/pint/checks.ts";
import { emptyWorkspace } from "../../../server/src/world/workspace.ts";

const now = Date.UTC(2026, 5, 1);

function lint(text: string, path = "x.yml"): readonly Finding[] {
  const document = readDocument({ uri: `file:///${path}`, path, version: 1, text });
  return runChecks({ document, workspace: emptyWorkspace, environments: [], features: [], now });
}

/** `line id "source"` of each finding. */
function told(text: string, path?: string): readonly string[] {
  return lint(text, path).map(({ check, span }) => {
    const line = text.slice(0, span.start).split("\n").length;
    return `${line} ${check} ${JSON.stringify(text.slice(span.start, span.end))}`;
  });
}

/** A file with one rule; `x=~"y"` is a finding of `promql.regexp-literal`. */
const file = (above: string, expr = 'up{x=~"y"} == 0'): string =>
  `groups:\n- name: g\n  rules:\n  # ${above}\n  - alert: A\n    expr: ${expr}\n`;

const literal = '6 promql.regexp-literal "x=~\\"y\\""';

describe("comments of Promscope", () => {
  test("several checks in one comment, and a reason behind them", () => {
    expect(told(file("nothing"))).toEqual([literal]);
    expect(told(file("promscope ignore promql.regexp-literal, it is generated"))).toEqual([]);
    expect(told(file("promscope ignore promql.regexp-literal because: reasons"))).toEqual([]);
    const both = file(
      "promscope ignore promql.regexp-literal, promql.regexp-anchors both of them",
      'up{x=~"y", z=~"^1.+"} == 0',
    );
    expect(told(both)).toEqual([]);
  });

  test("a comment above or behind `expr: |` is about its whole text", () => {
    const block = (above: string, behind: string): string =>
      `groups:\n- name: g\n  rules:\n  - alert: A\n    labels: {a: b}\n    ${above}\n    expr: | ${behind}\n      sum(\n        up{x=~"y"}\n      ) == 0\n    for: 5m\n`;
    expect(told(block("#", "#"))).toEqual(['9 promql.regexp-literal "x=~\\"y\\""']);
    expect(told(block("# promscope ignore promql.regexp-literal", "#"))).toEqual([]);
    expect(told(block("#", "# promscope ignore promql.regexp-literal"))).toEqual([]);
  });

  test("one that silences nothing is told, with the fix that removes it", () => {
    const text = file("promscope ignore promql.regexp-literal", "up == 0");
    expect(told(text)).toEqual(['4 rule.unused-suppression "promql.regexp-literal"']);
    const [fix] = lint(text)[0]?.fixes ?? [];
    expect(applyEdits(text, fix?.edits ?? [])).toBe(text.replace(/ {2}# .*\n/, ""));
    const behind = file("nothing", "up == 0  # promscope ignore promql.syntax for ever");
    expect(applyEdits(behind, lint(behind)[0]?.fixes?.[0]?.edits ?? [])).toBe(file("nothing", "up == 0"));
    const one = file("promscope ignore promql.syntax, promql.regexp-literal why");
    expect(applyEdits(one, lint(one)[0]?.fixes?.[0]?.edits ?? [])).toBe(
      file("promscope ignore promql.regexp-literal why"),
    );
  });

  test("none is called unused that rests on more than the file, or where checks could not look", () => {
    expect(told(file("promscope ignore live.metric-missing", "up == 0"))).not.toContainEqual(
      expect.stringContaining("unused"),
    );
    const broken = "# promscope ignore-file promql.syntax\ngroups:\n- name: g\n  rules: [\n";
    expect(told(broken).map((line) => line.split(" ")[1])).toEqual(["yaml.syntax"]);
    expect(told("# promscope ignore-file monitor.port-number\nkind: ConfigMap\n")).toEqual([]);
  });

  test("a check that does not exist is told with the one that was meant", () => {
    const text = file("promscope ignore promql.regex-literal");
    expect(told(text)).toEqual(['4 rule.unknown-suppression "promql.regex-literal"', literal]);
    const [finding] = lint(text);
    expect(finding?.message).toBe(
      'No check is called "promql.regex-literal", so the comment does nothing. Did you mean promql.regexp-literal?',
    );
    expect(applyEdits(text, finding?.fixes?.[0]?.edits ?? [])).toBe(
      file("promscope ignore promql.regexp-literal"),
    );
    expect(lint(file("promscope ignore promql/regexp", "up == 0"))[0]?.message).toContain(
      "Did you mean promql.regexp-literal?",
    );
  });

  test("one without a check, or with a word that we do not know, is told; a sentence is not", () => {
    expect(told(file("promscope ignore", "up == 0"))).toEqual([
      '4 rule.invalid-suppression "# promscope ignore"',
    ]);
    expect(told(file("promscope disable promql.syntax", "up == 0"))).toEqual([
      '4 rule.invalid-suppression "# promscope disable promql.syntax"',
    ]);
    expect(told(file("promscope checks this file", "up == 0"))).toEqual([]);
  });

  test("what is said of comments can be silenced, too", () => {
    expect(
      told(
        `# promscope ignore-file rule.unused-suppression\n${file("promscope ignore promql.syntax", "up == 0")}`,
      ),
    ).toEqual([]);
  });

  test("in a file of one query", () => {
    expect(told('up{x=~"y"}', "x.promql")).toEqual(['1 promql.regexp-literal "x=~\\"y\\""']);
    expect(told('# promscope ignore promql.regexp-literal\nup{x=~"y"}', "x.promql")).toEqual([]);
  });
});

describe("comments of pint", () => {
  test("by pint's names, for the rule and for the file", () => {
    expect(told(file("pint disable promql/regexp"))).toEqual([]);
    expect(told(file("pint file/disable promql/regexp"))).toEqual([]);
    expect(told(file("pint disable alerts/comparison", "up"))).toEqual([]);
    expect(told(file("pint disable alerts/for"))).toEqual([literal]);
  });

  test("a snooze lasts until its time, and is told when it is over", () => {
    expect(told(file("pint snooze 2026-06-02 promql/regexp"))).toEqual([]);
    expect(told(file("pint file/snooze 2026-06-01T00:00:01Z promql/regexp"))).toEqual([]);
    expect(told(file("pint snooze 2026-06-01T01:00:00+02:00 promql/regexp"))).toEqual([
      '4 rule.unused-suppression "# pint snooze 2026-06-01T01:00:00+02:00 promql/regexp"',
      literal,
    ]);
    expect(told(file("pint snooze 2026-06-01 promql/regexp"))).toHaveLength(2);
  });

  test("what pint cannot read is told and does nothing", () => {
    for (const comment of [
      "pint disable",
      "pint snooze 2026-13-01 promql/regexp",
      "pint snooze 2027-02-30 promql/regexp",
      "pint snooze promql/regexp",
      "pint rule/set",
      "pint rule/owner",
      "pint disable promql/regexp for now",
    ])
      expect(told(file(comment))).toEqual([`4 rule.invalid-suppression "# ${comment}"`, literal]);
    expect(told(file("pint disable promql/regex"))).toEqual([
      '4 rule.unknown-suppression "# pint disable promql/regex"',
      literal,
    ]);
    expect(told(file("pint bamboozle me"))).toEqual([literal]);
  });

  test("what is for pint alone is left alone", () => {
    for (const comment of [
      "pint rule/set promql/series min-age 1w",
      "pint rule/owner bob",
      "pint file/owner bob and alice",
      "pint disable promql/series(+tag)",
      "pint disable rule/label(severity:true)",
      "pint disable query/cost",
    ])
      expect(told(file(comment))).toEqual([literal]);
  });

  test("every id in the table is one of ours", () => {
    const known = new Set(allChecks.map(({ id }) => id));
    const missing = [...pintChecks].flatMap(([name, check]) =>
      idsOf(check)
        .filter((id) => !known.has(id))
        .map((id) => `${name}: ${id}`),
    );
    expect(missing).toEqual([]);
  });

  test("owners are no business of this check", () => {
    expect(told(file("promscope owner infra.team"))).toEqual([literal]);
  });
});
