import type { TextEdit } from "../../base/text.ts";
import type { SourceDocument } from "../../model/document.ts";
import type { RuleModel } from "../../model/rules.ts";
import { asMap, keyOf, pairOf } from "../../yaml/access.ts";
import type { YamlPair } from "../../yaml/node.ts";
import type { RulePlace } from "./expression-place.ts";
import { edited, fileMeaning, meaningOf } from "./proof.ts";
import type { Refactoring } from "./refactoring.ts";
import { lineBreakOf } from "./rule-lines.ts";

/** Annotations that people expect of an alert, with a text to begin from. */
const annotations: readonly (readonly [name: string, text: (alert: string) => string])[] = [
  ["summary", (alert) => `'${words(alert)}.'`],
  ["description", (alert) => `'${words(alert)}: the value is {{ $value }}.'`],
  [
    "runbook_url",
    (alert) => `https://example.com/runbooks/${alert.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`,
  ],
];

/** Adds what an alert does not have yet: how long it waits and stays, and what it tells people. */
export function addAlertFields(document: SourceDocument, { rule }: RulePlace): readonly Refactoring[] {
  if (rule.kind !== "alert" || rule.node.flow || rule.node.pairs.length === 0) return [];
  const missing = ["for", "keep_firing_for"].filter((name) => pairOf(rule.node, name) === undefined);
  const fields = missing.map(
    (name): Refactoring => ({
      id: `field.${name}`,
      title: `Add ${name}: 5m`,
      kind: "refactor.rewrite",
      edits: () => addPair(document, rule, `${name}: 5m`, ["keep_firing_for", "for", "expr", "alert"]),
    }),
  );
  return [...fields, ...addAnnotations(document, rule)];
}

function addAnnotations(document: SourceDocument, rule: RuleModel): readonly Refactoring[] {
  const pair = pairOf(rule.node, "annotations");
  const map = asMap(pair?.value);
  const isOwn =
    pair === undefined || (rule.node.pairs.includes(pair) && map !== undefined && pair.value === map);
  if (!isOwn || map?.flow === true) return [];
  const alert = rule.name?.value ?? "alert";
  const wanted = annotations.filter(([name]) => map === undefined || pairOf(map, name) === undefined);
  return wanted.map(
    ([name, text]): Refactoring => ({
      id: `annotation.${name}`,
      title: `Add the annotation ${name}`,
      kind: "refactor.rewrite",
      edits: () => {
        const line = `${name}: ${text(alert)}`;
        if (map === undefined) return addPair(document, rule, `annotations:\n  ${line}`, ["annotations"]);
        return proven(document, rule, behind(document, map.pairs.at(-1), line));
      },
    }),
  );
}

/** The name of an alert as words: `HighErrorRate` becomes `High error rate`. */
function words(alert: string): string {
  const found = alert
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/[_-]+/g, " ")
    .replaceAll("'", "''");
  return (
    found.charAt(0).toUpperCase() + found.slice(1).replace(/ [A-Z](?=[a-z])/g, (word) => word.toLowerCase())
  );
}

/** Adds a pair behind the first of the named keys that the rule has, else behind its last. */
function addPair(
  document: SourceDocument,
  rule: RuleModel,
  text: string,
  after: readonly string[],
): readonly TextEdit[] | undefined {
  const { pairs } = rule.node;
  const before = after.flatMap((name) => pairs.find((pair) => keyOf(pair) === name) ?? [])[0] ?? pairs.at(-1);
  return proven(document, rule, behind(document, before, text));
}

/** New lines below the value of a pair of a block mapping, as deep as its key. */
function behind(
  { text, lines }: SourceDocument,
  pair: YamlPair | undefined,
  added: string,
): TextEdit | undefined {
  if (pair === undefined) return undefined;
  const indent = " ".repeat(lines.positionAt(pair.key.span.start).character);
  const content = Math.max(text.slice(0, pair.span.end).trimEnd().length, pair.key.span.end);
  const end = lines.lineStart(lines.positionAt(content).line + 1);
  const lineBreak = lineBreakOf(text);
  const block = added
    .split("\n")
    .map((line) => indent + line)
    .join(lineBreak);
  const isOpen = text.slice(0, end).endsWith("\n");
  return { span: { start: end, end }, newText: isOpen ? block + lineBreak : lineBreak + block };
}

/** The edit, if all rules but this one say what they said, and it says more. */
function proven(
  document: SourceDocument,
  rule: RuleModel,
  edit: TextEdit | undefined,
): readonly TextEdit[] | undefined {
  if (edit === undefined) return undefined;
  const after = fileMeaning(edited(document, [edit]));
  const before = fileMeaning(document).groups.flat();
  const now = after.groups.flat();
  const own = meaningOf(rule);
  const differs = before.flatMap((meaning, i) => (meaning === now[i] ? [] : [i]));
  const [only] = differs;
  const isThis = differs.length === 1 && only !== undefined && before[only] === own;
  return after.sound && now.length === before.length && isThis ? [edit] : undefined;
}
