import type { Labels } from "../base/labels.ts";
import { compileAnchored } from "../base/re2.ts";
import type { SelectorModel } from "../model/monitor.ts";

/** How a monitor's selector is applied: by relabel rules (the default), or by the API server itself. */
export type SelectorMechanism = "RelabelConfig" | "RoleSelector";

type Test = (value: string) => boolean;

/**
 * Whether labels satisfy a monitor's selector as the operator turns it into relabel rules (`promcfg.go`): values
 * are anchored regular expressions in which only `.` can act, and keys are read with `_` for what is no letter or
 * digit. With `RoleSelector` it is an ordinary label selector. An empty selector takes everything.
 */
export function selects(
  selector: Pick<SelectorModel, "matchLabels" | "expressions">,
  labels: Labels,
  mechanism: SelectorMechanism = "RelabelConfig",
): boolean {
  return unmet(selector, labels, mechanism).length === 0;
}

/** The requirements of a selector that labels do not meet, each with its key and what is there instead. */
export function unmet(
  { matchLabels, expressions }: Pick<SelectorModel, "matchLabels" | "expressions">,
  labels: Labels,
  mechanism: SelectorMechanism = "RelabelConfig",
): readonly {
  readonly key: string;
  readonly wanted: readonly string[];
  readonly found: string | undefined;
}[] {
  const exact = mechanism === "RoleSelector";
  const values = new Map(Object.entries(labels).map(([key, value]) => [nameOf(key, exact), value]));
  const result = [];
  for (const [key, wanted] of matchLabels) {
    const found = values.get(nameOf(key, exact));
    if (found === undefined || !test(wanted, exact)(found)) result.push({ key, wanted: [wanted], found });
  }
  for (const { key, operator, values: wanted } of expressions) {
    const found = values.get(nameOf(key, exact));
    const isOneOf = found !== undefined && wanted.some((value) => test(value, exact)(found));
    const met =
      operator === "In"
        ? isOneOf
        : operator === "NotIn"
          ? !isOneOf
          : operator === "Exists"
            ? found !== undefined
            : operator === "DoesNotExist"
              ? found === undefined
              : true;
    if (!met) result.push({ key, wanted: operator === "In" ? wanted : [], found });
  }
  return result;
}

/** Whether a port name is what an endpoint's `port` asks for: an anchored regular expression. */
export function portTest(port: string): Test {
  return test(port, false);
}

function nameOf(key: string, exact: boolean): string {
  return exact ? key : key.replace(/[^a-zA-Z0-9_]/g, "_");
}

function test(wanted: string, exact: boolean): Test {
  const literal: Test = (value) => value === wanted;
  if (exact || /^[\w/-]*$/.test(wanted)) return literal;
  const compiled = compileAnchored(wanted);
  return compiled.ok ? (value) => compiled.regex.matches(value) : literal;
}
