import fc from "fast-check";
import { expect, test } from "vitest";
import { runChecks } from "../../server/src/checks/run.ts";
import { readDocument } from "../../server/src/model/read.ts";
import { emptyWorkspace } from "../../server/src/world/workspace.ts";
import type { YamlNode } from "../../server/src/yaml/node.ts";
import { parseYaml } from "../../server/src/yaml/parse.ts";

const runs = { numRuns: 2000, seed: 20_261_122 };

const piece = fc.constantFrom(
  "groups:\n",
  "- name: a\n",
  "  rules:\n",
  "  - alert: A\n",
  "    expr: up\n",
  "    expr: |\n      up\n",
  "kind: PrometheusRule\n",
  "kind: ServiceMonitor\n",
  "spec:\n",
  "  ",
  "\t",
  "'",
  '"',
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "- ",
  "? ",
  "&a ",
  "*a",
  "<<: *a\n",
  "!t ",
  "|",
  ">",
  "#",
  "%YAML 1.1\n",
  "---\n",
  "...\n",
  "\n",
  "\r\n",
  "\r",
  "\ufeff",
  "\0",
  "\ud800",
  "é",
  "😀",
  "{{ .x }}",
  "1",
  "~",
  "\\",
  "# promscope ignore promql.syntax\n",
  "<<<<<<< a\n",
  "=======\n",
);
const text = fc.oneof(
  fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join("")),
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.uint8Array({ maxLength: 120 }).map((bytes) => new TextDecoder().decode(bytes)),
);

/** Holds a tree to what its types promise; aliases are not followed, so it ends. */
function expectSound(node: YamlNode, length: number): void {
  expect(node.span.start).toBeGreaterThanOrEqual(0);
  expect(node.span.end).toBeGreaterThanOrEqual(node.span.start);
  expect(node.span.end).toBeLessThanOrEqual(length);
  if (node.kind === "seq") for (const item of node.items) expectSound(item, length);
  if (node.kind === "map")
    for (const pair of node.pairs) {
      expect(pair.span.end).toBeGreaterThanOrEqual(pair.span.start);
      expectSound(pair.key, length);
      expectSound(pair.value, length);
    }
  if (node.kind === "scalar")
    for (let i = 0; i <= node.value.length; i++) {
      const at = node.map.toSource(i);
      expect(at).toBeGreaterThanOrEqual(node.span.start);
      expect(at).toBeLessThanOrEqual(node.span.end);
    }
}

test("any text is read without throwing, and every span lies in it", () => {
  fc.assert(
    fc.property(text, (source) => {
      const { documents } = parseYaml(source);
      expect(documents.length).toBeGreaterThan(0);
      for (const { root, problems } of documents) {
        if (root !== undefined) expectSound(root, source.length);
        expect(problems.length).toBeLessThan(2);
        for (const { span, message } of problems) {
          expect(span.end).toBeLessThanOrEqual(source.length);
          expect(span.start).toBeLessThanOrEqual(span.end);
          expect(message).not.toMatch(/[\r\n]/);
        }
      }
    }),
    runs,
  );
});

test("any text is checked without a check failing, and every finding and fix lies in it", () => {
  fc.assert(
    fc.property(text, fc.constantFrom("a.yml", "a.rules.yml", "a.promql"), (source, path) => {
      const document = readDocument({ uri: path, path, version: 0, text: source });
      const failures: string[] = [];
      const findings = runChecks(
        { document, workspace: emptyWorkspace, environments: [], features: [] },
        failures,
      );
      expect(failures).toEqual([]);
      let before = 0;
      for (const { span, fixes, related } of findings) {
        expect(span.start).toBeGreaterThanOrEqual(before);
        before = span.start;
        for (const at of [span, ...(related ?? []), ...(fixes ?? []).flatMap(({ edits }) => edits)].map(
          (one) => ("span" in one ? one.span : one),
        )) {
          expect(at.end).toBeGreaterThanOrEqual(at.start);
          expect(at.end).toBeLessThanOrEqual(source.length);
        }
      }
    }),
    runs,
  );
});
