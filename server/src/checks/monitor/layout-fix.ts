import { applyEdits, shift, type TextEdit } from "../../base/text.ts";
import { type LayoutFault, layoutOf } from "../../schema/layout.ts";
import { indentStep, reindent } from "../../schema/reindent.ts";
import { fingerprint, repairedRoot } from "../../schema/repaired.ts";
import type { ObjectSchema } from "../../schema/schema.ts";
import { asMap, asSeq, valueAt } from "../../yaml/access.ts";
import type { YamlMap, YamlNode } from "../../yaml/node.ts";
import { parseYaml } from "../../yaml/parse.ts";
import type { CheckContext, Fix } from "../check.ts";
import type { MonitorReading } from "./reading.ts";

/** So many faults of one object get a fix at a time: each is tried on the text. */
const maxFixes = 20;
/** So many documents of the file tell how its author indents. */
const maxNeighbours = 20;

/**
 * The fix of each fault. Every fix is tried on the text first, alone and together with the others: it is offered
 * only if the text then reads as the object that was meant, and is safe only if no other reading is as good.
 */
export function layoutFixes(
  context: CheckContext,
  reading: MonitorReading,
  titleOf: (fault: LayoutFault) => string,
): ReadonlyMap<LayoutFault, Fix> {
  const { document } = context.snapshot;
  const { layout, schema } = reading;
  const neighbours = document.stream?.documents.slice(0, maxNeighbours).map(({ root }) => root) ?? [];
  const step = indentStep([context.part.yaml?.root, ...neighbours], document.lines);
  const faults = layout.faults.length;
  const candidates = layout.faults
    .slice(0, maxFixes)
    .map((fault) => reindent(fault, layout, document.lines, step));
  const meant = fingerprint(reading.root);
  const all = candidates.filter((edits) => edits !== undefined);
  const together = all.length === 1 || reads(context, all.flat(), schema, meant, faults - all.length);
  const fixes = new Map<LayoutFault, Fix>();
  layout.faults.forEach((fault, index) => {
    const edits = candidates[index];
    if (edits === undefined || !reads(context, edits, schema, meant, faults - 1)) return;
    fixes.set(fault, { title: titleOf(fault), safe: fault.sure && together, edits });
  });
  return fixes;
}

/** Whether the edited document reads as the object `meant`, with that many faults left. */
function reads(
  { part, snapshot }: CheckContext,
  edits: readonly TextEdit[],
  schema: ObjectSchema,
  meant: string,
  faults: number,
): boolean {
  const yaml = part.yaml;
  const { model } = part;
  if (yaml === undefined || (model.kind !== "ServiceMonitor" && model.kind !== "PodMonitor")) return false;
  const { start, end } = yaml.span;
  const moved = edits.map(({ span, newText }) => ({ span: shift(span, -start), newText }));
  const [again] = parseYaml(applyEdits(snapshot.document.text.slice(start, end), moved)).documents;
  const root = again?.problems.some((problem) => problem.fatal)
    ? undefined
    : sameObject(yaml.root, model.monitor.root, again?.root);
  if (root === undefined) return false;
  const layout = layoutOf(root, schema);
  return layout.faults.length === faults && fingerprint(repairedRoot(layout, root)) === meant;
}

/** The object of the new document that stands where `object` stood in the old one: the document or a List's item. */
function sameObject(
  before: YamlNode | undefined,
  object: YamlMap,
  after: YamlNode | undefined,
): YamlMap | undefined {
  if (before === object) return asMap(after);
  const index = asSeq(valueAt(before, "items"))?.items.indexOf(object) ?? -1;
  return index < 0 ? undefined : asMap(asSeq(valueAt(after, "items"))?.items[index]);
}
