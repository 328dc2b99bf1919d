import { applyEdits, type TextEdit } from "../../base/text.ts";
import type { SourceDocument } from "../../model/document.ts";
import { readDocument } from "../../model/read.ts";
import type { RuleModel } from "../../model/rules.ts";
import { parseExpr } from "../../promql/parse.ts";
import { printExpr } from "../../promql/print.ts";
import { keyOf, resolved } from "../../yaml/access.ts";
import type { YamlNode } from "../../yaml/node.ts";
import { parserOptions } from "./expression-place.ts";

/** What a rule says, as one text: equal texts mean equal rules. */
export function meaningOf({ node }: RuleModel): string {
  return JSON.stringify(plain(node, 0, true));
}

/** The expression printed by itself, or as it is where it does not parse. */
export function printed(text: string): string {
  const { expr, errors } = parseExpr(text, parserOptions);
  return expr === undefined || errors.length > 0 ? text.trim() : printExpr(expr, parserOptions);
}

const deepest = 20;

function plain(node: YamlNode, depth: number, isRule: boolean): unknown {
  const target = resolved(node);
  if (target === undefined || depth > deepest) return null;
  if (target.kind === "scalar") return target.type === "null" ? null : target.value;
  if (target.kind === "seq") return target.items.map((item) => plain(item, depth + 1, false));
  return target.pairs.map((pair) => {
    const key = keyOf(pair);
    const value = plain(pair.value, depth + 1, false);
    return [key, isRule && key === "expr" && typeof value === "string" ? printed(value) : value];
  });
}

/** What each group of a file holds, and whether the file is sound. */
export interface FileMeaning {
  readonly groups: readonly (readonly string[])[];
  readonly sound: boolean;
}

/** The meanings of the rules in each group, in the order of the file. */
export function fileMeaning({ parts, stream }: SourceDocument): FileMeaning {
  const groups: string[][] = [];
  for (const { model } of parts)
    if ("rules" in model) for (const { rules } of model.rules.groups) groups.push(rules.map(meaningOf));
  const problems = stream?.documents.flatMap((document) => document.problems) ?? [];
  return { groups, sound: problems.every(({ fatal }) => !fatal) };
}

/** The document as it is after edits. */
export function edited(document: SourceDocument, edits: readonly TextEdit[]): SourceDocument {
  const { uri, path, version, forced } = document;
  const languageId = document.stream === undefined && document.parts.length > 0 ? "promql" : undefined;
  const text = applyEdits(document.text, edits);
  return readDocument({ uri, path, version, text, languageId, forced });
}
