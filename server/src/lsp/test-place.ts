import { access } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import type { Position } from "../base/text.ts";
import { indented, lineBreakOf } from "../features/refactor/rule-lines.ts";
import { testsIn } from "../features/tests/outcome.ts";
import type { Scaffold } from "../features/tests/scaffold.ts";
import type { SourceDocument } from "../model/document.ts";
import { asSeq, textOf, valueAt } from "../yaml/access.ts";
import { filePathOf } from "./paths.ts";

/** Where a test of a rule is written. */
export type TestPlace =
  | { readonly kind: "new"; readonly uri: string; readonly version: null }
  | {
      readonly kind: "behind";
      readonly uri: string;
      /** Null for a file that is not open. */
      readonly version: number | null;
      readonly range: { readonly start: Position; readonly end: Position };
      /** The entry of a test, as it is written there. */
      written(entry: string): string;
    };

/**
 * Behind the tests of `NAME_test.yml` beside the rules, where that tests them and evaluates them as the test needs it;
 * else a new file of that name, with a number where it is taken. `path` and `uri` are those of the rules.
 */
export async function placeOfTest(
  path: string,
  uri: string,
  scaffold: Scaffold,
  read: (uri: string) => Promise<SourceDocument | undefined>,
): Promise<TestPlace> {
  const [, stem = path, ending = ".yml"] = /^(.*?)(\.ya?ml|\.rules)?$/.exec(path) ?? [];
  const suffix = ending === ".rules" ? ".yml" : ending;
  for (let number = 1; ; number++) {
    const candidate = `${stem}_test${number === 1 ? "" : `-${number}`}${suffix}`;
    const target = new URL(encodeURIComponent(basename(candidate)), uri).href;
    const document = await read(target);
    const behind = document === undefined ? undefined : placeBehind(document, path, scaffold);
    if (behind !== undefined) return behind;
    const taken = await access(candidate).then(
      () => true,
      () => false,
    );
    if (document === undefined && !taken) return { kind: "new", uri: target, version: null };
  }
}

/** Behind the last test of a file; nothing where it does not test the rules, or evaluates them otherwise. */
function placeBehind(document: SourceDocument, path: string, scaffold: Scaffold): TestPlace | undefined {
  const tests = testsIn(document);
  const own = filePathOf(document.uri);
  if (tests === undefined || own === undefined || document.parts.length !== 1) return undefined;
  const { root, ruleFiles, evalOrder } = tests;
  if (!ruleFiles.some(({ value }) => resolve(dirname(own), value) === path)) return undefined;
  const interval = textOf(valueAt(root, "evaluation_interval")) ?? "1m";
  const order = evalOrder.map(({ value }) => value);
  const isInOrder = scaffold.evalOrder.every((name, at, all) => {
    const next = all[at + 1];
    return order.includes(name) && (next === undefined || order.indexOf(name) < order.indexOf(next));
  });
  if (interval !== scaffold.evaluationInterval || !(scaffold.evalOrder.length === 0 || isInOrder))
    return undefined;
  const list = asSeq(valueAt(root, "tests"));
  const last = list?.items.at(-1);
  if (list === undefined || list.flow || last === undefined) return undefined;
  const { lines, text } = document;
  const { line, character } = lines.positionAt(last.span.start);
  const dash = /^( *)- +/.exec(lines.lineText(line));
  if (dash === null || dash[0].length !== character) return undefined;
  const end = text.slice(0, last.span.end).trimEnd().length;
  const below = lines.positionAt(end).line + 1;
  const isOpen = below < lines.lineCount;
  const at = isOpen ? { line: below, character: 0 } : lines.positionAt(text.length);
  const lineBreak = lineBreakOf(text);
  return {
    kind: "behind",
    uri: document.uri,
    version: document.version === 0 ? null : document.version,
    range: { start: at, end: at },
    written: (entry) => {
      const moved = (indented(entry, (dash[1]?.length ?? 0) - 2) ?? entry).replaceAll("\n", lineBreak);
      return isOpen ? moved : lineBreak + moved;
    },
  };
}
