import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allChecks } from "../../../server/src/checks/registry.ts";
import { runChecks } from "../../../server/src/checks/run.ts";
import { readDocument } from "../../../server/src/model/read.ts";
import { readPolicies } from "../../../server/src/world/policy/read.ts";
import { projectProblems } from "../../../server/src/world/project-schema.ts";
import { emptyWorkspace } from "../../../server/src/world/workspace.ts";

/** The findings in a `promscope.yaml`: `id "source" message`, and what its fixes write. */
function found(text: string): readonly string[] {
  const document = readDocument({
    uri: "file:///a/promscope.yaml",
    path: "a/promscope.yaml",
    version: 1,
    text,
  });
  const problems: string[] = [];
  const findings = runChecks(
    { document, workspace: emptyWorkspace, environments: [], features: [] },
    problems,
    allChecks,
  );
  expect(problems).toEqual([]);
  return findings.map(({ check, span, message, fixes }) => {
    const fix = fixes?.[0]?.edits[0]?.newText;
    const place = JSON.stringify(text.slice(span.start, span.end));
    return `${check} ${place} ${message}${fix === undefined ? "" : ` -> ${fix}`}`;
  });
}

describe("promscope.yaml", () => {
  test.each([
    ["", []],
    ["checks: { promql.syntax: off }\nenableFeatures: [a]\n", []],
    [
      "polcy: []",
      ['policy.config-unknown-key "polcy" There is no key polcy here: did you mean policy? -> policy'],
    ],
    ["- a", ['policy.config-invalid "a" promscope.yaml must be a mapping.']],
    ["policy: { a: b }", ['policy.config-invalid "policy" policy must be a list.']],
    [
      "checks: { promql.sintax: off }",
      [
        'policy.config-invalid "promql.sintax" promql.sintax is no check: did you mean promql.syntax? -> promql.syntax',
      ],
    ],
    [
      "checks: { promql.syntax: wrning }",
      ['policy.config-invalid "wrning" wrning is not known here: did you mean warning? -> warning'],
    ],
    [
      "environments: [{ name: Dev, backnd: http://x }]",
      ['policy.config-unknown-key "backnd" There is no key backnd here: did you mean backend? -> backend'],
    ],
    [
      "policy: [{ require: { labels: { a: '(' } } }]",
      [
        "policy.config-invalid \"'('\" ( is no regular expression of RE2 (error parsing regexp: missing closing ): `(`).",
      ],
    ],
    [
      "policy: [{ require: { labels: { '(': a } } }]",
      [
        "policy.config-invalid \"'('\" ( is no regular expression of RE2 (error parsing regexp: missing closing ): `(`).",
      ],
    ],
    [
      "policy: [{ require: { for: { min: 5 min } } }]",
      ['policy.config-invalid "5 min" 5 min is no duration such as 30s, 5m or 1d.'],
    ],
    [
      "policy: [{ require: { for: { min: 5m, max: 1m } } }]",
      ['policy.config-invalid "for" min is greater than max: nothing can hold both.'],
    ],
    [
      "policy: [{ match: { files: '/a' }, require: { owner: true } }]",
      ["policy.config-invalid \"'/a'\" /a is no glob relative to this folder, with forward slashes."],
    ],
    [
      "policy: [{ match: { kinds: alerts }, require: { owner: true } }]",
      ['policy.config-invalid "alerts" alerts is not known here: did you mean alert? -> alert'],
    ],
    [
      "policy: [{ name: a }]",
      [
        'policy.config-invalid "name" This policy asks for nothing: add require, forbid, typos, silence or override.',
      ],
    ],
    [
      "policy: [{ silence: promql.sintax }]",
      [
        'policy.config-invalid "promql.sintax" promql.sintax is no check: did you mean promql.syntax? -> promql.syntax',
      ],
    ],
    ["policy: [{ silence: [promql.syntax, rule.no-comparison] }]", []],
    [
      "policy: [{ override: b, severity: off }]",
      ['policy.config-invalid "b" No policy above has this name: override names policies that stand before.'],
    ],
    [
      "policy: [{ link: http://x, require: { owner: true } }]",
      ['policy.config-invalid "http://x" http://x is no address that begins with https://.'],
    ],
    ["policy: [{ require: { limit: { max: 0 } } }]", ['policy.config-invalid "0" max must be 1 or more.']],
    [
      "a: &x {}\npolicy: *x",
      [
        'policy.config-unknown-key "a" There is no key a here: use environments, checks, enableFeatures, kinds, vendored, policy.',
        'policy.config-invalid "*x" Aliases are not read here: write the value out.',
      ],
    ],
    ["policy: [", [expect.stringMatching(/^policy\.config-invalid /)]],
    ["checks: {}\n---\nchecks: {}", [expect.stringMatching(/is one document/)]],
  ])("%s", (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  test("only a file of that name is one", () => {
    const document = readDocument({
      uri: "file:///x.yaml",
      path: "xpromscope.yaml",
      version: 1,
      text: "polcy: []",
    });
    expect(document.parts).toEqual([]);
  });

  test("nothing that somebody writes makes it throw, and messages stay short", () => {
    const keys = fc.constantFrom(
      "policy",
      "match",
      "require",
      "forbid",
      "labels",
      "for",
      "name",
      "__proto__",
      "selectors",
      "not",
      "constructor",
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 6 },
        fc.constantFrom(null, undefined, true, 1, -1, "", "(", "a", "5m", "x".repeat(300)),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(keys, tie("value"), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(value, (raw) => {
        const { set } = readPolicies(raw);
        set.of("a.yaml");
        for (const { message } of projectProblems({ policy: raw }, ["a.b"]))
          expect(message.length).toBeLessThanOrEqual(120);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
