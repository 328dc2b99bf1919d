import { afterAll, beforeAll, expect, test } from "vitest";
import { runChecks } from "../../server/src/checks/run.ts";
import { templateSyntax } from "../../server/src/checks/template/syntax.ts";
import type { SourceDocument } from "../../server/src/model/document.ts";
import { readDocument } from "../../server/src/model/read.ts";
import type { RuleModel } from "../../server/src/model/rules.ts";
import { emptyWorkspace } from "../../server/src/world/workspace.ts";
import { stringMap, textOf } from "../../server/src/yaml/access.ts";
import { TemplateGenerator } from "../oracle/generate-template.ts";
import { type Oracle, startOracle } from "../oracle/oracle.ts";
import { Random } from "../oracle/random.ts";
import { type AlertTemplate, templateMismatches, templateReport } from "../oracle/templates.ts";
import { corpusFiles } from "../shared.ts";

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(async () => await oracle.close());

function rulesIn(text: string, path: string): readonly RuleModel[] {
  return readDocument({ uri: path, path, version: 0, text }).parts.flatMap(({ model }) =>
    "rules" in model ? model.rules.groups.flatMap(({ rules }) => rules) : [],
  );
}

function templatesIn(rule: RuleModel): readonly AlertTemplate[] {
  const alert = textOf(rule.name) ?? "";
  return [...stringMap(rule.labels).values(), ...stringMap(rule.annotations).values()].map((text) => ({
    text,
    alert,
  }));
}

const corpus = corpusFiles(["rules", "pint-test", "PrometheusRule"]);
const ofCorpus = corpus.flatMap(({ path, text }) => rulesIn(text, path).flatMap(templatesIn));

test.skipIf(corpus.length === 0)(
  "labels and annotations of the corpus (needs ../shared/corpus) are judged as Prometheus judges them",
  async () => {
    expect(ofCorpus.length).toBeGreaterThan(4000);
    expect(templateReport(await templateMismatches(oracle, ofCorpus))).toBe("");
  },
);

test.skipIf(corpus.length === 0)(
  "templates of the corpus (needs ../shared/corpus) with something changed are judged as Prometheus judges them",
  async () => {
    const generator = new TemplateGenerator(new Random(20_261_122));
    const actions = [...new Map(ofCorpus.map((template) => [template.text, template])).values()].filter(
      ({ text }) => text.includes("{{"),
    );
    const mutants = actions.flatMap(({ text, alert }) => {
      const once = generator.mutated(text);
      return [
        { text: once, alert },
        { text: generator.mutated(once), alert },
      ];
    });
    expect(mutants.length).toBeGreaterThan(2000);
    expect(templateReport(await templateMismatches(oracle, mutants))).toBe("");
  },
);

test("8,000 generated templates are judged as Prometheus judges them", async () => {
  const generator = new TemplateGenerator(new Random(3));
  const templates = Array.from({ length: 8000 }, () => ({
    text: generator.template(),
    alert: generator.name(),
  }));
  expect(templateReport(await templateMismatches(oracle, templates))).toBe("");
});

/** What the check says about a rule file, as the loader of rule files would print it. */
function words(document: SourceDocument): readonly string[] {
  const snapshot = { document, workspace: emptyWorkspace, environments: [], features: [] };
  return runChecks(snapshot)
    .filter(({ check }) => check === templateSyntax.id)
    .map(({ message }) => message.replace(/: did you mean [^:]+\?$/, ""))
    .toSorted();
}

test("whole rule files with generated templates are told in the words of their loader", async () => {
  const random = new Random(11);
  const generator = new TemplateGenerator(random);
  const quoted = (): string => JSON.stringify(generator.template().replace(/[\ufeff\u0000-\u0008]/g, ""));
  let refused = 0;
  for (let round = 0; round < 400; round++) {
    const kind = random.chance(0.8) ? "alert" : "record";
    const labels = `{a: ${quoted()}, "b\\t": ${quoted()}}`;
    const annotations = kind === "alert" ? `\n    annotations: {a: ${quoted()}, b: ${quoted()}}` : "";
    const expr = random.chance(0.9) ? "up" : "up(";
    const interval = random.chance(0.9) ? "1m" : "1mm";
    const text = `groups:\n- name: a\n  interval: ${interval}\n  rules:\n  - ${kind}: A\n    expr: ${expr}\n    labels: ${labels}${annotations}\n`;
    const document = readDocument({ uri: "a.yml", path: "a.yml", version: 0, text });
    // What looks like a chart's template is none of Prometheus' files.
    if (document.parts.length === 0) continue;
    const theirs = (await oracle.rules(text)).errors
      .map(({ message }) => /(?:label|annotation) "(?:[^"\\]|\\.)*": template: .*/s.exec(message)?.[0] ?? "")
      .filter((message) => message !== "");
    expect(words(document), text).toEqual(theirs.toSorted());
    refused += theirs.length > 0 ? 1 : 0;
  }
  expect(refused).toBeGreaterThan(100);
});
