import type { Labels } from "../base/labels.ts";
import { compileAnchored } from "../base/re2.ts";
import type { SelectorModel } from "../model/monitor.ts";

/** How a monitor's selector is applied: by relabel rules (the default), or by the API server itself. */
export type SelectorMechanism = "RelabelConfig" | "RoleSelector";

type Test = (value: string) => boolean;
type Requirements = Pick<SelectorModel, "matchLabels" | "expressions">;

/** A requirement that labels do not meet, with what is there instead. */
export interface Unmet {
  readonly key: string;
  readonly wanted: readonly string[];
  readonly found: string | undefined;
}

/**
 * Whether labels satisfy a monitor's selector as the operator turns it into relabel rules (`promcfg.go`): values
 * are anchored regular expressions in which only `.` can act, and keys are read with `_` for what is no letter or
 * digit. With `RoleSelector` it is an ordinary label selector. An empty selector takes everything.
 */
export function selects(
  selector: Requirements,
  labels: Labels,
  mechanism: SelectorMechanism = "RelabelConfig",
): boolean {
  return unmetOf(selector, labels, mechanism).next().done === true;
}

/** The requirements of a selector that labels do not meet. */
export function unmet(
  selector: Requirements,
  labels: Labels,
  mechanism: SelectorMechanism = "RelabelConfig",
): readonly Unmet[] {
  return [...unmetOf(selector, labels, mechanism)];
}

function* unmetOf(
  { matchLabels, expressions }: Requirements,
  labels: Labels,
  mechanism: SelectorMechanism,
): Generator<Unmet, void> {
  const exact = mechanism === "RoleSelector";
  for (const [key, wanted] of matchLabels) {
    const found = valueIn(labels, key, exact);
    if (found === undefined || !isValue(wanted, found, exact)) yield { key, wanted: [wanted], found };
  }
  for (const { key, operator, values } of expressions) {
    const found = valueIn(labels, key, exact);
    const isOneOf = found !== undefined && values.some((value) => isValue(value, found, exact));
    if (operator === "In" && !isOneOf) yield { key, wanted: values, found };
    if (operator === "NotIn" && isOneOf) yield { key, wanted: [], found };
    if (operator === "Exists" && found === undefined) yield { key, wanted: [], found };
    if (operator === "DoesNotExist" && found !== undefined) yield { key, wanted: [], found };
  }
}

/** Whether a port name is what an endpoint's `port` asks for: an anchored regular expression. */
export function portTest(port: string): Test {
  const literal: Test = (value) => value === port;
  if (/^[\w-]*$/.test(port)) return literal;
  const compiled = compileAnchored(port);
  return compiled.ok ? (value) => compiled.regex.matches(value) : literal;
}

/** A label's value by its key; by any key that reads the same in relabel rules, where those apply. */
function valueIn(labels: Labels, key: string, exact: boolean): string | undefined {
  if (Object.hasOwn(labels, key)) return labels[key];
  if (exact) return undefined;
  const wanted = sanitised(key);
  for (const each of Object.keys(labels)) if (sanitised(each) === wanted) return labels[each];
  return undefined;
}

function sanitised(key: string): string {
  return key.replace(/[^a-zA-Z0-9_]/g, "_");
}

/** The value of a label has no sign that a regular expression knows but the dot: no expression need be compiled. */
function isValue(wanted: string, found: string, exact: boolean): boolean {
  if (wanted === found) return true;
  if (exact || wanted.length !== found.length) return false;
  for (let at = 0; at < wanted.length; at++) if (wanted[at] !== "." && wanted[at] !== found[at]) return false;
  return true;
}
