import type { LineIndex } from "../../base/text.ts";
import type { SourceDocument } from "../../model/document.ts";
import { readDocument } from "../../model/read.ts";
import type { RuleGroupModel, RuleModel } from "../../model/rules.ts";
import { keyOf, resolved, textOf, valueAt } from "../../yaml/access.ts";
import { effectivePairs } from "../../yaml/merge.ts";
import type { YamlNode, YamlPair } from "../../yaml/node.ts";

/** What only the operator and Thanos know of a group, and promtool refuses. */
const notForPromtool: ReadonlySet<string | undefined> = new Set(["partial_response_strategy"]);
const maxDepth = 20;

/** A text in double quotes: JSON's, with what YAML takes for the end of a line written as an escape. */
export function doubleQuoted(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Writes a rule file for promtool, with line breaks so that what is on a line is on the same one in the copy. */
class Writer {
  readonly #lines: LineIndex | undefined;
  #line = 0;
  text = "";

  constructor(lines: LineIndex | undefined) {
    this.#lines = lines;
  }

  /** Goes on to the line of an offset of the original. */
  #goTo(offset: number): void {
    const wanted = this.#lines?.positionAt(offset).line ?? 0;
    for (; this.#line < wanted; this.#line++) this.text += "\n";
  }

  list<T>(items: readonly T[], write: (item: T) => void): void {
    this.text += "[";
    for (const item of items) {
      write(item);
      this.text += ", ";
    }
    this.text += "]";
  }

  pairs(pairs: readonly YamlPair[], write: (pair: YamlPair) => void): void {
    this.text += "{";
    for (const pair of pairs) {
      this.#goTo(pair.key.span.start);
      this.text += `${doubleQuoted(keyOf(pair) ?? "")}: `;
      write(pair);
      this.text += ", ";
    }
    this.text += "}";
  }

  node(node: YamlNode | undefined, depth = 0): void {
    const target = resolved(node);
    if (target === undefined || depth > maxDepth) this.text += "null";
    else if (target.kind === "map")
      this.pairs(effectivePairs(target), ({ value }) => this.node(value, depth + 1));
    else if (target.kind === "seq") this.list(target.items, (item) => this.node(item, depth + 1));
    else {
      if (node === target) this.#goTo(target.span.start);
      const { type, value } = target;
      this.text += type === "string" ? doubleQuoted(value) : value === "" ? "null" : value;
    }
  }
}

/** A group of a rule file, and those of its rules that are wanted. */
export interface WantedGroup {
  readonly group: RuleGroupModel;
  /** Nothing: all of them. */
  readonly rules?: ReadonlySet<RuleModel> | undefined;
  /** The name it gets, where its own is taken. */
  readonly name?: string | undefined;
}

/**
 * Rules as a file that promtool reads, whatever they stand in. With `lines` what stood on a line stands on the line of
 * the same number.
 */
export function ruleFileText(groups: readonly WantedGroup[], lines?: LineIndex): string {
  const writer = new Writer(lines);
  writer.text = '{"groups": ';
  writer.list(groups, ({ group, rules, name }) => {
    const pairs = effectivePairs(group.node).filter((pair) => !notForPromtool.has(keyOf(pair)));
    writer.pairs(pairs, (pair) => {
      const key = keyOf(pair);
      if (key === "name" && name !== undefined) writer.text += doubleQuoted(name);
      else if (key !== "rules" || rules === undefined) writer.node(pair.value);
      else
        writer.list(
          group.rules.filter((rule) => rules.has(rule)),
          ({ node }) => writer.node(node),
        );
    });
  });
  return `${writer.text}}\n`;
}

/**
 * The rules of the PrometheusRules in a file as one that promtool reads, each on its line; nothing where there are
 * none. Of two groups of one name the later one takes the name of its object before its own.
 */
function rulesOfObjects({ parts, lines }: SourceDocument): string | undefined {
  const groups: WantedGroup[] = [];
  const taken = new Set<string>();
  for (const { model, yaml } of parts) {
    if (model.kind !== "PrometheusRule") continue;
    const object = textOf(valueAt(yaml?.root, "metadata", "name")) ?? "";
    for (const group of model.rules.groups) {
      const own = group.name?.value ?? "";
      let name = own;
      for (let number = 1; taken.has(name); number++)
        name = number === 1 ? `${object}/${own}` : `${object}/${own}/${number}`;
      taken.add(name);
      groups.push({ group, ...(name === own ? {} : { name }) });
    }
  }
  return groups.length === 0 ? undefined : ruleFileText(groups, lines);
}

/** What promtool reads instead of a file: the rules of PrometheusRules; nothing for what it reads itself. */
export function textForPromtool(path: string, text: string): string | undefined {
  if (!/^[ \t"']*kind["']?[ \t]*:[ \t]*["']?(?:PrometheusRule|List)\b/m.test(text)) return undefined;
  return rulesOfObjects(readDocument({ uri: path, path, version: 0, text }));
}
