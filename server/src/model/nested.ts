import { asMap, asSeq, textOf, valueAt } from "../yaml/access.ts";
import type { YamlDocument, YamlNode, YamlScalar } from "../yaml/node.ts";
import { parseYaml } from "../yaml/parse.ts";
import type { DocumentPart } from "./document.ts";
import { hasRuleLines, isGroupList, isRuleList } from "./rule-shape.ts";
import { readGroupList, readRuleFile, readRuleList } from "./rules.ts";

/** Objects that carry files or values of others. A rule object of another program may hold another language. */
const carriers: ReadonlySet<string> = new Set(["ConfigMap", "Secret", "HelmRelease", "Application", "List"]);
/** What a chart renders is no rule yet. */
const rendered = /\{\{-?\s*(?:include|template|tpl|\.Values|\.Release|\.Chart|\$\.Values)\b/;
/** So many characters of texts inside of a document are read, with what stands before each. */
const longest = 12_000_000;

/**
 * The rules inside of a document that is no rule file itself: lists of groups or rules anywhere in it, and rule files
 * in its block scalars, as ConfigMaps and the values of charts hold them. Offsets are those of the file.
 */
export function nestedRules(document: YamlDocument, text: string): readonly DocumentPart[] {
  const { root } = document;
  const own = text.slice(document.span.start, document.span.end);
  if (root === undefined || !hasRuleLines(own) || rendered.test(own)) return [];
  const kind = textOf(valueAt(asMap(root), "kind"));
  if (kind !== undefined && !carriers.has(kind)) return [];
  const parts: DocumentPart[] = [];
  let budget = longest;
  const stack: YamlNode[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const part = listPart(node, document);
    if (part !== undefined) parts.push(part);
    else if (node.kind === "seq") stack.push(...node.items.toReversed());
    else if (node.kind === "map") stack.push(...node.pairs.map(({ value }) => value).toReversed());
    else if (node.kind === "scalar" && node.style === "literal" && hasRuleLines(node.value)) {
      budget -= node.span.end;
      if (budget > 0) parts.push(...partsOfText(node, text));
    }
  }
  return parts;
}

/** A list of groups or rules. */
function listPart(node: YamlNode, yaml: YamlDocument): DocumentPart | undefined {
  if (node.kind !== "seq") return undefined;
  const { start } = node.span;
  const none = { kind: "map", flow: false, pairs: [], span: { start, end: start } } as const;
  const isGroups = isGroupList(node);
  if (!isGroups && !isRuleList(node)) return undefined;
  const rules = isGroups ? readGroupList(node, none) : readRuleList(node.items, none);
  return { model: { kind: "rules", rules }, yaml, standing: "nested" };
}

/** The rule files that the text of a block scalar is. What stands before it is blanked, so that offsets stay. */
function partsOfText({ span }: YamlScalar, text: string): readonly DocumentPart[] {
  const start = text.indexOf("\n", span.start) + 1;
  if (start === 0 || start >= span.end) return [];
  const stream = parseYaml(`${" ".repeat(start - 1)}\n${text.slice(start, span.end)}`);
  return stream.documents.flatMap((yaml): readonly DocumentPart[] => {
    const map = asMap(yaml.root);
    if (map !== undefined && asSeq(valueAt(map, "groups"))?.items.some((item) => asMap(item) !== undefined))
      return [{ model: { kind: "rules", rules: readRuleFile(map) }, yaml, standing: "embedded" }];
    const broken = yaml.problems.some(({ fatal }) => fatal);
    const list = broken || yaml.root === undefined ? undefined : listPart(yaml.root, yaml);
    return list === undefined ? [] : [list];
  });
}
