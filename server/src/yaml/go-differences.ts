import type { CST } from "yaml";
import type { Span } from "../base/text.ts";
import { columnOf } from "./columns.ts";
import type { YamlNode, YamlProblem } from "./node.ts";

/** Everything that is not allowed in a YAML stream (`readerc.go`); a byte order mark only starts it. */
const controlCharacter = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;
/** A line of nothing but blanks with a tab among them, or with a comment behind them. */
const tabLine = /^ *\t[ \t]*(?=#|\r?\n|$)/gm;

/** What go-yaml refuses and the library accepts, as far as the text and the library's tokens tell. */
export function refusedTokens(text: string, tokens: readonly CST.Token[]): readonly YamlProblem[] {
  const problems: YamlProblem[] = [];
  const from = text.startsWith("\ufeff") ? 1 : 0;
  const control = controlCharacter.exec(from === 0 ? text : text.slice(1));
  if (control !== null) {
    const start = control.index + from;
    problems.push(refused("control characters are not allowed", { start, end: start + control[0].length }));
  }
  for (const token of tokens) if (token.type === "directive") problems.push(...refusedDirective(token));
  const stack: CST.Token[] = [...tokens];
  for (let token = stack.pop(); token !== undefined; token = stack.pop()) {
    if (token.type === "document") {
      if (token.value !== undefined) stack.push(token.value);
    } else if (token.type === "block-map" || token.type === "block-seq" || token.type === "flow-collection") {
      for (const item of token.items) {
        const problem = token.type === "block-seq" ? refusedTabAfterDash(item) : refusedKey(item, token.type);
        if (problem !== undefined) problems.push(problem);
        if (item.key !== undefined && item.key !== null) stack.push(item.key);
        if (item.value !== undefined) stack.push(item.value);
      }
    }
  }
  return problems;
}

function refusedDirective({ source, offset }: CST.Directive): readonly YamlProblem[] {
  const span = { start: offset, end: offset + source.length };
  if (/^%YAML[ \t]/.test(source))
    return /^%YAML[ \t]+1\.1\s*(?:#.*)?$/.test(source)
      ? []
      : [refused("found incompatible YAML document: only %YAML 1.1 is read", span)];
  if (/^%TAG[ \t]/.test(source)) return [];
  const isNamed = /^%[\w-]/.test(source);
  return [refused(isNamed ? "found unknown directive name" : "could not find expected directive name", span)];
}

/** A colon without a key before it. */
function refusedKey(
  item: CST.CollectionItem,
  type: "block-map" | "flow-collection",
): YamlProblem | undefined {
  if ((item.key !== undefined && item.key !== null) || item.sep === undefined) return undefined;
  const colon = item.sep.find((token) => token.type === "map-value-ind");
  if (colon === undefined || item.start.some((token) => mayStandForKey.has(token.type))) return undefined;
  const words = type === "block-map" ? "did not find expected key" : "did not find expected node content";
  return refused(words, { start: colon.offset, end: colon.offset + 1 });
}

/** What makes an empty key a real one. */
const mayStandForKey: ReadonlySet<string> = new Set(["explicit-key-ind", "anchor", "tag"]);

function refusedTabAfterDash({ start }: CST.CollectionItem): YamlProblem | undefined {
  const dash = start.findIndex(({ type }) => type === "seq-item-ind");
  const blank = start[dash + 1];
  if (dash < 0 || blank?.type !== "space" || !blank.source.includes("\t")) return undefined;
  const at = blank.offset + blank.source.indexOf("\t");
  return refused("found character that cannot start any token", { start: at, end: at + 1 });
}

/**
 * Tabs in lines without content, which go-yaml's scanner stumbles over unless they lie in a scalar or a flow
 * collection, or deep enough behind a plain scalar that could go on.
 */
export function refusedTabs(text: string, roots: readonly (YamlNode | undefined)[]): readonly YamlProblem[] {
  if (!text.includes("\t")) return [];
  const problems: YamlProblem[] = [];
  const ends = roots.flatMap((root) => (root === undefined ? [] : [...leaves(text, root)]));
  let next = 0;
  for (const found of text.matchAll(tabLine)) {
    const at = found.index + found[0].indexOf("\t");
    while (next < ends.length && (ends[next]?.span.end ?? 0) <= found.index) next++;
    const inside = ends[next];
    if (inside !== undefined && inside.span.start <= found.index) continue;
    const before = ends[next - 1];
    const isComment = text[found.index + found[0].length] === "#";
    const mayGoOn =
      before?.isPlain === true &&
      text.slice(before.span.end, found.index).trim() === "" &&
      at - found.index > before.indent &&
      !isComment;
    if (!mayGoOn)
      problems.push(
        refused("found character that cannot start any token: a tab", { start: at, end: at + 1 }),
      );
  }
  return problems;
}

interface Leaf {
  readonly span: Span;
  readonly isPlain: boolean;
  /** Column of the block collection that holds it. */
  readonly indent: number;
}

/** Scalars and flow collections in source order. */
function* leaves(text: string, root: YamlNode): Iterable<Leaf> {
  const stack: { node: YamlNode; indent: number }[] = [{ node: root, indent: -1 }];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const { node, indent } = at;
    if (node.kind === "alias" || node.kind === "scalar" || node.flow) {
      const isPlain = node.kind === "scalar" && node.style === "plain" && node.span.end > node.span.start;
      yield { span: node.span, isPlain, indent };
    } else if (node.kind === "map") {
      const column = columnOf(text, node.span.start);
      for (const { key, value } of node.pairs.toReversed())
        stack.push({ node: value, indent: column }, { node: key, indent: column });
    } else {
      const column = columnOf(text, node.span.start);
      for (const item of node.items.toReversed()) stack.push({ node: item, indent: column });
    }
  }
}

function refused(message: string, span: Span): YamlProblem {
  return { message, span, fatal: true };
}
