import { compileAnchored, quoteMeta } from "../../base/re2.ts";
import type { ExpectedAlert } from "../../model/rule-tests.ts";
import type { TemplateNode } from "../../template/ast.ts";
import { parseAlertTemplate } from "../../template/prometheus.ts";
import type { NamedRule } from "../../world/names/rule.ts";
import { rulesOfTests } from "../../world/tested-rules.ts";
import { asScalar, keyOf, pairOf } from "../../yaml/access.ts";
import { effectivePairs } from "../../yaml/merge.ts";
import type { YamlMap } from "../../yaml/node.ts";
import type { DocumentCheck, RawFinding } from "../check.ts";
import { relatedTo } from "../names/related.ts";
import { keyIn, testCheck, testsOf } from "./context.ts";

/**
 * A test that cannot pass any more because somebody changed the texts of the rule. promtool compares all labels and
 * annotations of an alert; what a template puts in may be anything.
 */
export const testExpectedDrift: DocumentCheck = {
  ...testCheck,
  id: "rule.test-expected-drift",
  severity: "warning",
  beyondFile: true,
  summary: "A test expects labels or annotations that the alert can never have.",
  *run(context) {
    const { names, document } = context.snapshot;
    const tests = testsOf(context);
    if (names === undefined || tests === undefined) return;
    const rules = rulesOfTests(names, document.path, tests);
    if (rules === undefined) return;
    for (const { alertname, expected } of tests.tests.flatMap((test) => test.alerts)) {
      const named = rules.filter(({ kind, name }) => kind === "alert" && name === alertname?.value);
      if (named.length === 0) continue;
      for (const one of expected) {
        const found = named.map((rule) => differences(rule, one));
        // Of several rules of that name it may be any: only what none of them gives is told, of the nearest.
        const [least] = found.sort((a, b) => a.length - b.length);
        yield* least ?? [];
      }
    }
  },
};

/** What is expected and not what the rule gives. */
function differences(rule: NamedRule, { node, labels, annotations }: ExpectedAlert): readonly RawFinding[] {
  const findings: RawFinding[] = [];
  const add = (message: string, span: RawFinding["span"], fixes?: RawFinding["fixes"]): void => {
    findings.push({
      check: testExpectedDrift.id,
      severity: "warning",
      message:
        message.length > 120 ? "The alert of this test can never have this text: see its rule." : message,
      span,
      related: [relatedTo(rule, "the rule")],
      fixes,
    });
  };
  compare("label", rule.labels, labels, keyIn(node, "exp_labels"), add);
  compare("annotation", rule.annotations, annotations, keyIn(node, "exp_annotations", "exp_labels"), add);
  for (const pair of annotations === undefined ? [] : effectivePairs(annotations)) {
    const name = keyOf(pair);
    if (name !== undefined && !rule.annotations.has(name) && asScalar(pair.value)?.value !== "")
      add(`The alert has no annotation ${name}: the test cannot pass.`, pair.key.span);
  }
  return findings;
}

/** Compares each text of the rule with what is expected of it. */
function compare(
  what: "label" | "annotation",
  texts: ReadonlyMap<string, string>,
  expected: YamlMap | undefined,
  at: RawFinding["span"],
  add: (message: string, span: RawFinding["span"], fixes?: RawFinding["fixes"]) => void,
): void {
  for (const [name, text] of texts) {
    const shape = shapeOf(text);
    if (shape === undefined) continue;
    const pair = pairOf(expected, name);
    const scalar = asScalar(pair?.value);
    // An empty label is one that the alert has not; an empty text may come of any template.
    if (shape.matches(scalar?.value ?? "") || (pair !== undefined && scalar === undefined)) continue;
    if (scalar === undefined) add(`The test does not expect the ${what} ${name}, which the alert has.`, at);
    else if (shape.literal === undefined)
      add(
        `The ${what} ${name} of the alert can never be this text: its template says otherwise.`,
        scalar.span,
      );
    else
      add(`The ${what} ${name} of the alert is ${JSON.stringify(shape.literal)}, not this.`, scalar.span, [
        {
          title: "Expect what the rule says",
          safe: false,
          edits: [{ span: scalar.span, newText: JSON.stringify(shape.literal) }],
        },
      ]);
  }
}

interface TextShape {
  matches(text: string): boolean;
  /** The text itself, where nothing is put in. */
  readonly literal: string | undefined;
}

/** What a template may come to: its own texts in their order, and anything between. */
function shapeOf(text: string): TextShape | undefined {
  if (!text.includes("{{")) return { matches: (other) => other === text, literal: text };
  const { tree, problems } = parseAlertTemplate(text, "");
  if (problems.length > 0) return undefined;
  const compiled = compileAnchored(tree.root.nodes.map(patternOf).join(""));
  return compiled.ok ? { matches: (other) => compiled.regex.matches(other), literal: undefined } : undefined;
}

function patternOf(node: TemplateNode): string {
  return node.kind === "text" ? quoteMeta(node.text) : ".*";
}
