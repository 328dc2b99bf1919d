import type { Explanation } from "../promql/labels/explain.ts";
import { printable } from "./query-output.ts";

const widest = 100;

/** An expression on one line, cut where it is long. */
function oneLine(text: string): string {
  const line = printable(text.replace(/\s+/g, " "));
  return line.length > widest ? `${line.slice(0, widest - 1).toWellFormed()}…` : line;
}

function names(list: readonly string[]): string {
  return list.map(printable).join(", ");
}

/** Reasons with the labels that they are about: one line each. */
function impossible(list: Explanation["labels"]["impossible"]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { name, reason } of list) {
    const found = byReason.get(reason);
    if (found === undefined) byReason.set(reason, [name]);
    else found.push(name);
  }
  return [...byReason].map(([reason, labels]) => `never ${names(labels)}: ${printable(reason)}`);
}

function lines({ type, labels, always }: Explanation): string[] {
  if (type === "string") return [];
  const some = [names(labels.possible), ...(labels.open ? ["any other"] : [])].filter((part) => part !== "");
  return [
    ...(labels.because === undefined ? [] : [`returns nothing: ${printable(labels.because.reason)}`]),
    ...(always && type === "vector" ? ["always returns something"] : []),
    ...(labels.guaranteed.length === 0 ? [] : [`always ${names(labels.guaranteed)}`]),
    ...(some.length === 0 ? [] : [`perhaps ${some.join(", ")}`]),
    ...impossible(labels.impossible),
  ];
}

/** Parentheses and ranges have the labels of what is in them. */
function says({ type, children, text }: Explanation): boolean {
  if (type !== "vector" && children.length === 1) return false;
  return !(children.length === 1 && text.startsWith("("));
}

/** The expression with what is known of its labels, and its parts below it, for a person to read. */
export function printExplanation(explanation: Explanation): string {
  let text = "";
  const print = (part: Explanation, depth: number): void => {
    const shown = depth === 0 || says(part);
    const indent = "  ".repeat(depth);
    if (shown) text += `${indent}${oneLine(part.text)}\n`;
    for (const line of shown ? lines(part) : []) text += `${indent}  · ${line}\n`;
    for (const child of part.children)
      if (child.type !== "string" && child.type !== "scalar") print(child, shown ? depth + 1 : depth);
  };
  print(explanation, 0);
  return text;
}
