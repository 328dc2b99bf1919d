import { nearest } from "../../base/nearest.ts";
import { labelFact } from "../../promql/labels/facts.ts";
import type { Demands, KeyDemand, NamedValue } from "../../world/policy/types.ts";
import type { Fix } from "../check.ts";
import { analysed } from "../flow/analysis.ts";
import { scalarText, short } from "../monitor/words.ts";
import { type Asked, policyCheck, type Said, type WrittenPair } from "./asked.ts";
import { insertedKey } from "./insert.ts";
import { filled, ofRule } from "./templated.ts";
import { valueFault } from "./values.ts";

type What = "label" | "annotation";
const plural = { label: "labels", annotation: "annotations" } as const;

function demandsOf(what: What, { labels, annotations }: Demands): readonly KeyDemand[] {
  return what === "label" ? labels : annotations;
}

/** The pairs that a rule has; those of its group stand in another place, and only their names and values count. */
function written(what: What, { labels, annotations }: Asked): readonly WrittenPair[] {
  return what === "label" ? labels : annotations;
}

function* missing(what: What, asked: Asked, demands: Demands): Iterable<Said> {
  if (what === "annotation" && asked.facts.kind !== "alert") return;
  const has = what === "label" ? asked.facts.labels : asked.facts.annotations;
  for (const demand of demandsOf(what, demands)) {
    const { name, optional, fromExpression } = demand;
    const found = [...has].filter(([key]) => name.regex.matches(key));
    if (optional || found.some(([, value]) => value !== "")) continue;
    if (fromExpression && comesFromExpression(asked, demand)) continue;
    const [literal] = name.literals ?? [];
    const [empty] = written(what, asked).filter(({ name: key }) => name.regex.matches(key));
    if (empty !== undefined) {
      yield { words: `The ${what} ${short(empty.name)} is empty: give it a value.`, span: empty.keySpan };
      continue;
    }
    const misspelt = literal === undefined ? undefined : misspeltKey(what, asked, demands, literal);
    yield {
      words:
        literal === undefined || (name.literals?.length ?? 0) > 1
          ? `No ${what} matches ${short(name.source)}: add one.`
          : misspelt === undefined
            ? `The ${what} ${short(literal)} is missing: add it.`
            : `The ${what} ${short(literal)} is missing: ${short(misspelt.name)} is nearly that.`,
      span: misspelt?.keySpan ?? placeOf(what, asked),
      fixes: fixesOf(what, asked, demand, literal, misspelt),
    };
  }
  for (const names of what === "label" ? demands.anyLabel : demands.anyAnnotation) {
    if (names.some((name) => (has.get(name) ?? "") !== "")) continue;
    yield {
      words: `None of the ${plural[what]} ${short(names.join(", "), 60)} is there: add one.`,
      span: placeOf(what, asked),
    };
  }
}

/** Whether results carry the label because the expression says so, and not because anything might be stored. */
function comesFromExpression({ context }: Asked, { name }: KeyDemand): boolean {
  const found = analysed(context);
  if (found === undefined) return true;
  return (name.literals ?? [name.source]).some((label) => {
    const fact = found.labels.flow.labels.has(label) ? labelFact(found.labels.flow, label) : undefined;
    return fact !== undefined && fact.presence !== "impossible";
  });
}

/** The key in the way of which a name stands: on the key of the mapping, else on the rule's name. */
function placeOf(what: What, { context, head }: Asked): Said["span"] {
  const pair = context.rule.node.pairs.find(({ key }) => key.kind === "scalar" && key.value === plural[what]);
  return pair?.key.span ?? head;
}

function misspeltKey(what: What, asked: Asked, demands: Demands, name: string): WrittenPair | undefined {
  const wanted = demandsOf(what, demands);
  return written(what, asked).find(
    ({ name: key }) =>
      nearest(key, [name]) !== undefined && !wanted.some((other) => other.name.regex.matches(key)),
  );
}

function fixesOf(
  what: What,
  asked: Asked,
  demand: KeyDemand,
  name: string | undefined,
  misspelt: WrittenPair | undefined,
): readonly Fix[] | undefined {
  if (name === undefined) return undefined;
  const { context } = asked;
  const { pattern, values } = ofRule(demand, asked);
  const fixes: Fix[] = [];
  if (misspelt !== undefined)
    fixes.push({
      title: `Rename ${short(misspelt.name)} to ${short(name)}`,
      safe: false,
      edits: [{ span: misspelt.keySpan, newText: scalarText(name) }],
    });
  // Where nothing tells the value it stays empty, which is told until somebody has written one.
  const value = values?.[0] ?? pattern?.literals?.[0] ?? "";
  const edit = insertedKey(context, plural[what], name, value);
  if (edit !== undefined) fixes.push({ title: `Add the ${what} ${short(name)}`, safe: false, edits: [edit] });
  return fixes.length === 0 ? undefined : fixes;
}

function* wrongValues(what: What, asked: Asked, demands: Demands): Iterable<Said> {
  if (what === "annotation" && asked.facts.kind !== "alert") return;
  for (const demand of demandsOf(what, demands))
    for (const pair of written(what, asked)) yield* wrongValue(what, pair, demand, ofRule(demand, asked));
}

function* wrongValue(
  what: What,
  pair: WrittenPair,
  { name: wanted }: KeyDemand,
  demand: KeyDemand,
): Iterable<Said> {
  const { name, value, text } = pair;
  if (value === undefined || text === "" || !wanted.regex.matches(name)) return;
  const fault = valueFault(text, demand);
  if (fault !== undefined)
    yield {
      words: `The ${what} ${short(name)} is not as it should be: ${fault.words}.`,
      span: value.span,
      fixes: replaced(pair, fault.meant),
    };
}

/** Of a label that a group gives to its rules; what a pattern takes from a rule is asked of rules alone. */
function* wrongGroupValue(pair: WrittenPair, { labels }: Demands): Iterable<Said> {
  for (const demand of labels)
    if (demand.pattern?.source.includes("{{") !== true) yield* wrongValue("label", pair, demand, demand);
}

function replaced({ value }: WrittenPair, meant: string | undefined): readonly Fix[] | undefined {
  if (value === undefined || meant === undefined || meant === "") return undefined;
  if (value.style === "literal" || value.style === "folded") return undefined;
  return [
    {
      title: `Write ${short(meant)}`,
      safe: false,
      edits: [{ span: value.span, newText: scalarText(meant) }],
    },
  ];
}

function* forbidden(
  what: What,
  asked: Asked,
  { forbiddenLabels, forbiddenAnnotations }: Demands,
): Iterable<Said> {
  for (const { name, value } of what === "label" ? forbiddenLabels : forbiddenAnnotations)
    for (const pair of written(what, asked)) yield* denied(what, pair, { name, value: filled(value, asked) });
}

function* denied(what: What, pair: WrittenPair, { name, value }: NamedValue): Iterable<Said> {
  if (name?.regex.matches(pair.name) === false) return;
  if (value === undefined)
    yield {
      words: `The ${what} ${short(pair.name)} is not allowed here: remove it.`,
      span: pair.keySpan,
    };
  else if (pair.value !== undefined && value.regex.matches(pair.text))
    yield {
      words: `The value of the ${what} ${short(pair.name)} is not allowed: it matches ${short(value.source)}.`,
      span: pair.value.span,
    };
}

function* deniedToGroup(pair: WrittenPair, { forbiddenLabels }: Demands): Iterable<Said> {
  for (const denial of forbiddenLabels)
    if (denial.value?.source.includes("{{") !== true) yield* denied("label", pair, denial);
}

/** Labels of which a rule may have one at most; those of its group count, too. */
function* together(asked: Asked, { labelsTogether }: Demands): Iterable<Said> {
  const { labels } = asked.facts;
  for (const exclusive of labelsTogether) {
    const present = exclusive.filter(({ name, value }) => {
      const text = labels.get(name);
      return text !== undefined && text !== "" && value?.regex.matches(text) !== false;
    });
    const [first, second] = present;
    if (first === undefined || second === undefined) continue;
    const pairOf = (name: string): WrittenPair | undefined => asked.labels.find((pair) => pair.name === name);
    const [a, b] = [pairOf(first.name), pairOf(second.name)];
    yield {
      words: `The labels ${short(first.name)} and ${short(second.name)} exclude each other: keep one.`,
      span: b?.keySpan ?? a?.keySpan ?? asked.head,
      related:
        a === undefined || b === undefined ? undefined : [{ message: "the other label", span: a.keySpan }],
    };
  }
}

export const requiredLabel = policyCheck(
  "policy.required-label",
  "A label that a policy requires is missing.",
  (asked, demands) => missing("label", asked, demands),
);
export const requiredAnnotation = policyCheck(
  "policy.required-annotation",
  "An annotation that a policy requires is missing.",
  (asked, demands) => missing("annotation", asked, demands),
);
export const labelValue = policyCheck(
  "policy.label-value",
  "The value of a label is none that a policy allows.",
  (asked, demands) => wrongValues("label", asked, demands),
  undefined,
  wrongGroupValue,
);
export const annotationValue = policyCheck(
  "policy.annotation-value",
  "The value of an annotation is none that a policy allows.",
  (asked, demands) => wrongValues("annotation", asked, demands),
);
export const forbiddenLabel = policyCheck(
  "policy.forbidden-label",
  "A policy forbids a label, its value, or two labels together.",
  function* (asked, demands) {
    yield* forbidden("label", asked, demands);
    yield* together(asked, demands);
  },
  undefined,
  deniedToGroup,
);
export const forbiddenAnnotation = policyCheck(
  "policy.forbidden-annotation",
  "A policy forbids an annotation, its value, or a template in it.",
  function* (asked, demands) {
    yield* forbidden("annotation", asked, demands);
    for (const { name, text, value } of asked.annotations)
      if (value !== undefined && text.includes("{{"))
        for (const { regex } of demands.plainAnnotations)
          if (regex.matches(name))
            yield {
              words: `The annotation ${short(name)} must be a plain text, without {{ }}.`,
              span: value.span,
            };
  },
);
