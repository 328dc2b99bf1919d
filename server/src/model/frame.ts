import type { Piece } from "../base/pieces.ts";
import { LineIndex } from "../base/text.ts";
import { asMap, asSeq, textOf, valueAt } from "../yaml/access.ts";
import type { YamlDocument, YamlMap, YamlNode, YamlSeq } from "../yaml/node.ts";
import { parseSubset } from "../yaml/subset/parse.ts";
import type { DocumentPart, SourceDocument } from "./document.ts";
import { type FileText, partsOf } from "./read.ts";
import { isRuleFileName } from "./rule-shape.ts";
import { type RuleFileModel, readRuleFile } from "./rules.ts";
import type { Run } from "./sliced.ts";

/**
 * What is left of a file of rules without its rules: a text in which one item stands for each run of them. Where that
 * item is read as the only one of its sequence, the run would be read as that sequence's items.
 */
export interface Frame {
  /** The frame as a file of its own, whose groups have no rules. */
  readonly document: SourceDocument;
  readonly part: DocumentPart;
  readonly rules: RuleFileModel;
  /** For each run the index of its group. */
  readonly groups: readonly number[];
  /** For each run the index of its group among those that are mappings. */
  readonly models: readonly number[];
  /** Where in the frame's text the pieces begin that stand before the runs, and the last one. */
  readonly starts: readonly number[];
  /** The kind is sure only as long as there is a rule. */
  readonly needsRule: boolean;
}

type Parts = Pick<Run, "before" | "column" | "slices">;

function textOfFrame(runs: readonly Parts[], after: Piece): string {
  return `${runs.map(({ before, column }) => before.text + placeholder(column)).join("")}${after.text}`;
}

/** The line that stands for a run. */
export function placeholder(column: number): string {
  return `${" ".repeat(column)}- 0\n`;
}

/** Whether the frame of the runs is this one. */
export function isFrameOf({ document }: Frame, runs: readonly Parts[], after: Piece): boolean {
  return document.text === textOfFrame(runs, after);
}

/** Nothing where what lies around the runs is not the plain frame of a single document of rules. */
export function readFrame(
  file: Omit<FileText, "text" | "version">,
  runs: readonly Parts[],
  after: Piece,
): Frame | undefined {
  const text = textOfFrame(runs, after);
  const stream = text.includes("<<<<<<<") ? undefined : parseSubset(text);
  const [yaml] = stream?.documents ?? [];
  const root = asMap(yaml?.root);
  if (stream?.documents.length !== 1 || yaml === undefined || root === undefined) return undefined;
  const isObject = textOf(valueAt(root, "kind")) === "PrometheusRule";
  const rulesRoot = isObject ? asMap(valueAt(root, "spec")) : root;
  const found = rulesRoot === undefined ? undefined : sequencesOf(rulesRoot, runs);
  if (found === undefined || rulesRoot === undefined) return undefined;
  const kind = kindOf(yaml, { ...file, text, version: 0 }, found, runs);
  if (kind === undefined || (kind === "PrometheusRule") !== isObject) return undefined;
  const rules = readRuleFile(rulesRoot);
  const part: DocumentPart = { model: { kind, rules }, yaml };
  const { uri, path } = file;
  const parts = [part];
  const document = { uri, path, version: 0, text, lines: new LineIndex(text), stream, parts };
  return {
    document,
    part,
    rules,
    groups: found.map(({ group }) => group),
    models: found.map(({ model }) => model),
    starts: startsOf(runs),
    needsRule: kind === "rules" && !isRuleFileName(file.path),
  };
}

interface Found {
  readonly sequence: YamlSeq;
  readonly group: number;
  readonly model: number;
}

/** The sequences that the runs stand in; nothing where a run is not all there is below the `rules` of a group. */
function sequencesOf(root: YamlMap, runs: readonly Parts[]): readonly Found[] | undefined {
  const starts = startsOf(runs);
  const found: Found[] = [];
  let models = 0;
  for (const [group, item] of (asSeq(valueAt(root, "groups"))?.items ?? []).entries()) {
    const map = asMap(item);
    if (map === undefined) continue;
    const model = models++;
    const sequence = asSeq(valueAt(map, "rules"));
    if (sequence === undefined || sequence.items.length === 0) continue;
    const run = runs[found.length];
    const at = (starts[found.length] ?? 0) + (run?.before.text.length ?? 0) + (run?.column ?? 0) + 2;
    const [only] = sequence.items;
    const isRun = run !== undefined && only?.kind === "scalar" && only.span.start === at;
    if (!isRun || sequence.flow || sequence.items.length > 1) return undefined;
    found.push({ sequence, group, model });
  }
  return found.length === runs.length ? found : undefined;
}

function startsOf(runs: readonly Parts[]): readonly number[] {
  const starts = [0];
  let at = 0;
  for (const { before, column } of runs) {
    at += before.text.length + placeholder(column).length;
    starts.push(at);
  }
  return starts;
}

/** The kind of the whole file: with a rule in each run that has one, which is what tells. */
function kindOf(
  yaml: YamlDocument,
  file: FileText,
  found: readonly Found[],
  runs: readonly Parts[],
): "rules" | "PrometheusRule" | undefined {
  for (const [index, { sequence }] of found.entries()) {
    const witness = runs[index]?.slices.find(({ isRule }) => isRule)?.item;
    if (witness !== undefined) replaceItems(sequence, [witness]);
  }
  const [part, ...others] = partsOf(yaml, file);
  for (const { sequence } of found) replaceItems(sequence, []);
  const kind = part?.model.kind;
  return others.length === 0 && (kind === "rules" || kind === "PrometheusRule") ? kind : undefined;
}

/** The tree is ours alone until it is handed out. */
function replaceItems(sequence: YamlSeq, items: readonly YamlNode[]): void {
  (sequence.items as YamlNode[]).splice(0, sequence.items.length, ...items);
}
