import type { Shape } from "../../checks/rule/shape.ts";
import { testFileShape } from "../../checks/rule-test/shape.ts";
import type { NamedRule } from "../../world/names/rule.ts";
import type { Snapshot } from "../../world/snapshot.ts";
import { pathTo, rulesOfTests } from "../../world/tested-rules.ts";
import type { CompletionItem, CompletionKind, CompletionList } from "../types.ts";
import { type YamlPlace, yamlPlaceAt } from "../yaml-place.ts";
import { testKeyDocs } from "./key-docs.ts";
import { testsIn } from "./outcome.ts";

const durations = ["0s", "30s", "1m", "5m", "10m", "15m", "30m", "1h", "2h", "1d"];
const most = 200;

/** Keys of a file of rule unit tests, and the names that its rules give: alerts, labels, metrics, groups, files. */
export function completeTests(snapshot: Snapshot, offset: number): CompletionList | undefined {
  const place = yamlPlaceAt(snapshot.document.text, offset);
  if (place === undefined) return undefined;
  const items = place.key === undefined ? keyItems(snapshot, place) : valueItems(snapshot, place, place.key);
  if (items.length === 0) return undefined;
  return { items: items.slice(0, most), isIncomplete: items.length > most };
}

function keyItems(snapshot: Snapshot, place: YamlPlace): readonly CompletionItem[] {
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
    return expectedNames(snapshot, last)
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

function valueItems(snapshot: Snapshot, place: YamlPlace, key: string): readonly CompletionItem[] {
  const parent = place.path.at(-1);
  if (key === "interval" || key === "eval_time" || key === "evaluation_interval")
    return named(durations, "duration", place);
  if (key === "fuzzy_compare") return named(["true", "false"], "value", place);
  if (key === "alertname") return named(alerts(snapshot), "text", place);
  if (parent === "exp_labels") return named(labelValues(snapshot, key), "value", place);
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

function expectedNames(snapshot: Snapshot, key: "exp_labels" | "exp_annotations"): readonly string[] {
  const tested = rules(snapshot).filter(({ kind }) => kind === "alert");
  if (key === "exp_labels") return distinct(tested.flatMap(({ labels }) => [...labels.keys()]));
  return distinct(tested.flatMap(({ annotations }) => [...annotations.keys()]));
}

function labelValues(snapshot: Snapshot, label: string): readonly string[] {
  return distinct(
    rules(snapshot).flatMap(({ labels }) => {
      const value = labels.get(label);
      return value === undefined || value.includes("{{") ? [] : [value];
    }),
  );
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
