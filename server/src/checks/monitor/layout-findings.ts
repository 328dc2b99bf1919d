import type { Entry, LayoutFault } from "../../schema/layout.ts";
import { ancestors } from "../../schema/layout.ts";
import type { CheckContext, Finding, Fix } from "../check.ts";
import { layoutFixes } from "./layout-fix.ts";
import { readingOf } from "./reading.ts";
import { listOf, placeName, short } from "./words.ts";

/** The findings of one kind of fault. */
export function* layoutFindings(
  context: CheckContext,
  kind: LayoutFault["kind"],
  check: string,
): Iterable<Finding> {
  const reading = readingOf(context);
  if (reading === undefined || !reading.layout.faults.some((fault) => fault.kind === kind)) return;
  const fixes = layoutFixes(context, reading, titleOf);
  for (const fault of reading.layout.faults)
    if (fault.kind === kind) yield findingOf(fault, check, fixes.get(fault));
}

function findingOf(fault: LayoutFault, check: string, fix: Fix | undefined): Finding {
  const slipped = fault.entries.filter((entry) => entry !== fault.head && isOutward(entry));
  return {
    check,
    severity: "error",
    message: messageOf(fault, slipped[0]),
    span: fault.head.pair?.key.span ?? fault.head.span,
    related: slipped.map((entry) => ({
      message: `\`${short(entry.key)}\` belongs to ${placeName(entry.target)}.`,
      span: entry.pair?.key.span ?? entry.span,
    })),
    fixes: fix === undefined ? [] : [fix],
  };
}

function messageOf(fault: LayoutFault, slipped: Entry | undefined): string {
  const { head } = fault;
  const name = short(head.key);
  if (fault.kind === "misplaced") {
    if (head.pair === undefined)
      return `This item belongs to ${placeName(head.target)}: check its indentation.`;
    return `\`${name}\` belongs to ${placeName(head.target)}, not to ${placeName(head.natural)}.`;
  }
  if (fault.entries.some((entry) => entry.pair === undefined && entry.target === head.scope))
    return `The items of \`${name}\` have lost their indentation.`;
  const start = `The children of \`${name}\` have lost their indentation`;
  if (slipped !== undefined)
    return `${start}, and \`${short(slipped.key, 20)}\` has slipped into ${placeName(slipped.natural)}.`;
  const children = fault.entries
    .filter((entry) => entry.target === head.scope)
    .map((entry) => short(entry.key));
  return `${start}: indent ${listOf(children, 110 - start.length)}.`;
}

function titleOf(fault: LayoutFault): string {
  const { head } = fault;
  return fault.kind === "lost"
    ? `Indent the children of \`${short(head.key)}\``
    : `Move \`${short(head.key)}\` to ${placeName(head.target)}`;
}

function isOutward(entry: Entry): boolean {
  return ancestors(entry.natural).includes(entry.target);
}
