import type { Shape } from "../../checks/rule/shape.ts";
import { testFileShape } from "../../checks/rule-test/shape.ts";
import { analyseLabels } from "../../promql/labels/analyse.ts";
import { labelFact } from "../../promql/labels/facts.ts";
import type { NamedRule } from "../../world/names/rule.ts";
import type { Snapshot } from "../../world/snapshot.ts";
import { pathTo, rulesOfTests } from "../../world/tested-rules.ts";
import { escapedForYaml, mayBeginPlain } from "../../yaml/escape.ts";
import { featuresOf } from "../embedded.ts";
import { labelOptions } from "../explain.ts";
import type { CompletionItem, CompletionKind, CompletionList } from "../types.ts";
import { type YamlPlace, yamlPlaceAt } from "../yaml-place.ts";
import { testKeyDocs } from "./key-docs.ts";
import { testsIn } from "./outcome.ts";

const durations = ["0s", "30s", "1m", "5m", "10m", "15m", "30m", "1h", "2h", "1d"];
const most = 200;
/** Alerts whose labels are worked out where it is not said which one is tested. */
const mostAnalysed = 20;

/** Keys of a file of rule unit tests, and the names that its rules give: alerts, labels, metrics, groups, files. */
export function completeTests(snapshot: Snapshot, offset: number): CompletionList | undefined {
  const place = yamlPlaceAt(snapshot.document.text, offset);
  if (place === undefined) return undefined;
  const tested = testedAlerts(snapshot, offset);
  const items =
    place.key === undefined
      ? keyItems(snapshot, place, tested)
      : valueItems(snapshot, place, place.key, tested);
  if (items.length === 0) return undefined;
  return { items: items.slice(0, most), isIncomplete: items.length > most };
}

function keyItems(
  snapshot: Snapshot,
  place: YamlPlace,
  tested: readonly NamedRule[],
): readonly CompletionItem[] {
  const shape = shapeAt(place.path);
  const span = place.typed;
  if (shape?.kind === "struct")
    return [...shape.fields]
      .filter(([name]) => !place.siblings.has(name))
      .map(([name, field]) => ({
        label: name,
        kind: "key",
        detail: testKeyDocs[name],
        span,
        ...(place.hasColon ? {} : { insertText: `${name}:${behindKey(field)}`, snippet: true }),
      }));
  const last = place.path.at(-1);
  if (shape?.kind === "strings" && (last === "exp_labels" || last === "exp_annotations"))
    return expectedNames(snapshot, tested, last)
      .filter((name) => !place.siblings.has(name))
      .map((label) => ({
        label,
        kind: "label",
        span,
        ...(place.hasColon ? {} : { insertText: `${label}: ` }),
      }));
  const list = place.path.at(-2);
  if (list === "rule_files") return named(ruleFiles(snapshot), "text", place);
  if (list === "group_eval_order") return named(groups(snapshot), "text", place);
  return [];
}

/** What is put behind a key: an item for a list of mappings, a space for what stands on the same line. */
function behindKey(field: Shape): string {
  if (field.kind === "list") return field.item.kind === "struct" ? "\n  - $0" : " [$0]";
  return field.kind === "strings" ? "\n  $0" : " $0";
}

function valueItems(
  snapshot: Snapshot,
  place: YamlPlace,
  key: string,
  tested: readonly NamedRule[],
): readonly CompletionItem[] {
  const parent = place.path.at(-1);
  if (key === "interval" || key === "eval_time" || key === "evaluation_interval")
    return named(durations, "duration", place);
  if (key === "fuzzy_compare") return named(["true", "false"], "value", place);
  if (key === "alertname") return named(alerts(snapshot), "text", place);
  if (parent === "exp_labels") return literals(tested, ({ labels }) => labels.get(key), place);
  if (parent === "exp_annotations") return literals(tested, ({ annotations }) => annotations.get(key), place);
  return [];
}

function named(
  names: readonly string[],
  kind: CompletionKind,
  { typed }: YamlPlace,
): readonly CompletionItem[] {
  return names.map((label) => ({ label, kind, span: typed }));
}

/** The shape of what stands at a path of the file. */
function shapeAt(path: readonly (string | number)[]): Shape | undefined {
  let shape: Shape | undefined = testFileShape;
  for (const step of path) {
    if (typeof step === "number") shape = shape?.kind === "list" ? shape.item : undefined;
    else shape = shape?.kind === "struct" ? shape.fields.get(step) : undefined;
  }
  return shape;
}

/** The rules of its rule files; those of the whole workspace where these are not known. */
function rules({ names, document }: Snapshot): readonly NamedRule[] {
  if (names === undefined) return [];
  const tests = testsIn(document);
  const own = tests === undefined ? undefined : rulesOfTests(names, document.path, tests);
  return own ?? [...names.files()].flatMap((file) => file.rules);
}

function distinct(names: Iterable<string>): readonly string[] {
  return [...new Set(names)].sort();
}

function alerts(snapshot: Snapshot): readonly string[] {
  return distinct(rules(snapshot).flatMap(({ kind, name }) => (kind === "alert" ? [name] : [])));
}

function records(snapshot: Snapshot): readonly string[] {
  return distinct(rules(snapshot).flatMap(({ kind, name }) => (kind === "record" ? [name] : [])));
}

/** The metrics that the rules of a test file read and none of them writes; none for other files. */
export function testedMetrics(snapshot: Snapshot): readonly string[] {
  return testsIn(snapshot.document) === undefined ? [] : metrics(snapshot);
}

/** What the rules read and none of them writes. */
function metrics(snapshot: Snapshot): readonly string[] {
  const written = new Set(records(snapshot));
  return distinct(
    rules(snapshot).flatMap(({ uses }) =>
      uses.flatMap(({ kind, name }) => (kind === "metric" && !written.has(name) ? [name] : [])),
    ),
  );
}

/** The rules of the alert that the test under the cursor asks for; all alerts where it names none. */
function testedAlerts(snapshot: Snapshot, offset: number): readonly NamedRule[] {
  const all = rules(snapshot).filter(({ kind }) => kind === "alert");
  const asked = testsIn(snapshot.document)?.tests.flatMap(({ alerts: tests }) => tests) ?? [];
  const around = asked.findLast(({ node }) => node.span.start <= offset);
  const own = all.filter(({ name }) => name === around?.alertname?.value);
  return own.length > 0 ? own : all;
}

/** Labels that the rules set and those that their expressions name and can give, or their annotations. */
function expectedNames(
  snapshot: Snapshot,
  tested: readonly NamedRule[],
  key: "exp_labels" | "exp_annotations",
): readonly string[] {
  if (key === "exp_annotations")
    return distinct(tested.flatMap(({ annotations }) => [...annotations.keys()]));
  const options = labelOptions(featuresOf(snapshot));
  const given = tested.slice(0, mostAnalysed).flatMap(({ tree }) => {
    if (tree === undefined) return [];
    const { flow } = analyseLabels(tree, options);
    return [...flow.labels.keys()].filter(
      (name) => name !== "__name__" && labelFact(flow, name).presence !== "impossible",
    );
  });
  return distinct([...tested.flatMap(({ labels }) => [...labels.keys()]), ...given]);
}

/** Texts that rules write out; what a template comes to is not known. */
function literals(
  tested: readonly NamedRule[],
  textOf: (rule: NamedRule) => string | undefined,
  place: YamlPlace,
): readonly CompletionItem[] {
  const texts = distinct(
    tested.flatMap((rule) => {
      const text = textOf(rule);
      return text === undefined || /\{\{|\n/.test(text) ? [] : [text];
    }),
  );
  return texts.map((label) => ({
    label,
    kind: "value",
    span: place.typed,
    ...(place.quote !== "" || mayBePlain(label) ? {} : { insertText: JSON.stringify(label) }),
  }));
}

/** Whether a text is itself where it stands without quotes behind a key. */
function mayBePlain(text: string): boolean {
  return mayBeginPlain(text) && escapedForYaml(text, "plain") === text;
}

function groups({ names }: Snapshot): readonly string[] {
  return names === undefined
    ? []
    : distinct([...names.files()].flatMap((file) => file.groups.map(({ name }) => name)));
}

function ruleFiles({ names, document }: Snapshot): readonly string[] {
  if (names === undefined) return [];
  const files = [...names.files()].filter((file) => file.rules.length > 0 && file.uri !== document.uri);
  return distinct(files.map(({ path }) => pathTo(document.path, path)));
}
