import type { YamlMap, YamlPair } from "../../yaml/node.ts";
import type { FindingEdit, RuleContext } from "../check.ts";
import { scalarText } from "../monitor/words.ts";

/** The edit that adds a key to `labels` or `annotations` of a rule; nothing where the layout leaves no safe place. */
export function insertedKey(
  context: RuleContext,
  what: "labels" | "annotations",
  name: string,
  value: string,
): FindingEdit | undefined {
  const { rule, lines } = context;
  const map = what === "labels" ? rule.labels : rule.annotations;
  const entry = `${scalarText(name)}: ${value === "" ? '""' : scalarText(value)}`;
  const first = map?.pairs[0];
  if (map === undefined || first === undefined)
    return rule.node.pairs.some(({ key }) => key.kind === "scalar" && key.value === what)
      ? undefined
      : insertedField(context, what, (indent) => `${what}:\n${indent}  ${entry}`, `${what}: {${entry}}`);
  const { start } = first.key.span;
  if (!isWithin(map, rule.node)) return undefined;
  const indent = " ".repeat(lines.positionAt(start).character);
  return { span: { start, end: start }, newText: map.flow ? `${entry}, ` : `${entry}\n${indent}` };
}

/** The edit that adds a field behind the others of a rule. */
export function insertedField(
  { rule, lines }: RuleContext,
  _name: string,
  block: (indent: string) => string,
  flow: string,
): FindingEdit | undefined {
  const { node } = rule;
  const [first] = node.pairs;
  const last = node.pairs.at(-1);
  if (first === undefined || last === undefined || !isWritten(last, node)) return undefined;
  const { text } = lines;
  let at = last.span.end;
  if (node.flow) return { span: { start: at, end: at }, newText: `, ${flow}` };
  const indent = " ".repeat(lines.positionAt(first.key.span.start).character);
  // A block scalar ends behind its line breaks; the new line goes before them.
  while (at > last.span.start && /[\r\n]/.test(text.charAt(at - 1))) at--;
  // A comment behind the value stays on its line.
  while (at < text.length && !/[\r\n]/.test(text.charAt(at))) at++;
  return { span: { start: at, end: at }, newText: `\n${indent}${block(indent)}` };
}

/** Whether a mapping is written in the rule, and not merged or aliased from elsewhere. */
function isWithin({ span }: YamlMap, { span: around }: YamlMap): boolean {
  return span.start >= around.start && span.end <= around.end;
}

function isWritten({ value }: YamlPair, { span: around }: YamlMap): boolean {
  return value.kind === "alias" || (value.span.start >= around.start && value.span.end <= around.end + 1);
}
