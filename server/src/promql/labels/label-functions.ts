import type { Call, Expr, LabelMatcher } from "../ast.ts";
import {
  copied,
  either,
  guaranteed,
  impossible,
  isMetadataLabel,
  type LabelSet,
  labelFact,
  labelSet,
  metadataLabels,
} from "./facts.ts";
import type { RawFlow } from "./flow.ts";
import type { LabelFact, Reason } from "./types.ts";
import {
  firstGroupFilled,
  matchesAllButEmpty,
  matchesEverything,
  regexMatcher,
  satisfier,
} from "./value-matchers.ts";

function textOf(arg: Expr | undefined): string | undefined {
  return arg?.kind === "string" ? arg.value : undefined;
}

function withLabel(flow: RawFlow, name: string, fact: LabelFact, everywhere: boolean): RawFlow {
  const set: LabelSet = labelSet(copied(flow.labels).set(name, fact), flow.rest);
  if (name !== "__name__" || flow.nameGoes === undefined) return { ...flow, ...set };
  // A series that gets a name this way keeps it.
  return { ...flow, ...set, nameGoes: everywhere ? undefined : flow.nameGoes, nameGoesPartly: !everywhere };
}

/** The values that the source label can have, with the empty text where it can be absent; nothing if not known. */
function sourceValues({ presence, values }: LabelFact): readonly string[] | undefined {
  if (presence === "impossible") return [""];
  if (values === undefined) return undefined;
  return presence === "guaranteed" ? values : ["", ...values];
}

/** Whether a regular expression matches the source label of all series, of none, or of some. */
function verdict(regex: string, source: LabelFact): "always" | "never" | "sometimes" {
  const values = sourceValues(source);
  if (values !== undefined) {
    const matching = values.filter(regexMatcher(regex)).length;
    if (matching === 0) return "never";
    return matching === values.length ? "always" : "sometimes";
  }
  if (matchesEverything(regex)) return "always";
  // What the value satisfies, and the absence of the label as well, where it can be absent.
  const absent = source.presence === "guaranteed" ? undefined : regexMatcher(regex)("");
  for (const { operator, value } of source.matchers ?? []) {
    if (value !== regex) continue;
    if (operator === "=~" && absent !== false) return "always";
    if (operator === "!~" && absent !== true) return "never";
  }
  return matchesAllButEmpty(regex) && source.presence === "guaranteed" ? "always" : "sometimes";
}

/** What `label_replace` sets where the regular expression matches. */
function replacement(
  replaced: string,
  regex: string,
  source: LabelFact,
  reason: (via?: Reason) => Reason,
): LabelFact {
  if (!replaced.includes("$"))
    return replaced === "" ? impossible(reason()) : guaranteed(reason(), [replaced]);
  // `$1` of an expression that is one group, or `$0`, is the value of the source itself.
  const whole = /^\$(?:0|\{0\})$/.test(replaced);
  const group = /^\$(?:1|\{1\})$/.test(replaced) && /^\^?\((?:\.[*+]\??)\)\$?$/.test(regex);
  if (whole || group) {
    const fact = { ...source, reason: reason(source.reason), absentIn: undefined };
    const demands = regexMatcher(regex)("") ? fact : { ...fact, presence: "guaranteed" as const };
    return source.presence === "impossible" ? impossible(reason(source.reason)) : demands;
  }
  if (source.presence === "impossible" && !replaced.replace(/\$(?:\w+|\{\w*\})/g, "").includes("$")) {
    // Every group of an empty value is empty.
    const left = replaced.replace(/\$(?:\w+|\{\w+\})/g, "");
    return left === "" ? impossible(reason(source.reason)) : guaranteed(reason(), [left]);
  }
  const literal = replaced.replace(/\$(?:\w+|\{\w*\})/g, "");
  if (literal !== "" && !literal.includes("$")) return guaranteed(reason());
  const filled = !replaced.includes("$$") && /\$(?:1(?!\w)|\{1\})/.test(replaced) && firstGroupFilled(regex);
  return filled ? guaranteed(reason()) : { presence: "possible", reason: reason() };
}

/** `label_replace(v, dst, replacement, src, regex)` */
export function labelReplaceFlow(node: Call, inner: RawFlow): RawFlow {
  const [, target, replaced, source, regex] = node.args.map(textOf);
  if (target === undefined || replaced === undefined || source === undefined || regex === undefined)
    return inner;
  const span = node.args[1]?.span ?? node.nameSpan;
  const reason = (via?: Reason): Reason => ({ kind: "label_replace", span, node, via });
  // No series has a label without a name: `label_replace(v, "x", "new", "", "")` is the usual way to add one.
  const from = source === "" ? impossible(reason()) : labelFact(inner, source);
  const before = labelFact(inner, target);
  switch (verdict(regex, from)) {
    case "never":
      return inner;
    case "always":
      return withLabel(inner, target, replacement(replaced, regex, from, reason), true);
    case "sometimes":
      return withLabel(
        inner,
        target,
        sometimes(before, replacement(replaced, regex, from, reason), regex, source === target),
        false,
      );
  }
}

/** What is known of the target where only some series are changed. */
function sometimes(before: LabelFact, after: LabelFact, regex: string, itself: boolean): LabelFact {
  const unchanged = itself ? unmatched(before, after, regex) : before;
  const fact = either(unchanged, after);
  return fact.presence === "possible" && fact.reason === undefined ? { ...fact, reason: after.reason } : fact;
}

/** What is known of a label of the series whose value of it a regular expression does not match. */
function unmatched(before: LabelFact, after: LabelFact, regex: string): LabelFact {
  const { presence, reason } = before;
  if (presence !== "possible") return before;
  // It matches all but the empty value: these are the series without the label.
  if (matchesAllButEmpty(regex)) return reason === undefined ? before : impossible(reason);
  // It matches the empty value, as in `label_replace(v, "x", "default", "x", "")`: they have the label.
  const given = reason ?? after.reason;
  return regexMatcher(regex)("") && given !== undefined
    ? { ...before, presence: "guaranteed", reason: given }
    : before;
}

/** `label_join(v, dst, separator, src…)` */
export function labelJoinFlow(node: Call, inner: RawFlow): RawFlow {
  const [, target, separator, ...sources] = node.args.map(textOf);
  if (target === undefined || separator === undefined) return inner;
  const span = node.args[1]?.span ?? node.nameSpan;
  const facts = sources.map((name): LabelFact => labelFact(inner, name ?? ""));
  const reason: Reason = {
    kind: "label_join",
    span,
    node,
    via: facts.length === 1 ? facts[0]?.reason : undefined,
  };
  const between = facts.length > 1 && separator !== "";
  const known = facts.map((fact) => {
    const values = sourceValues(fact);
    return values?.length === 1 ? values[0] : undefined;
  });
  if (known.every((value) => value !== undefined)) {
    const joined = known.join(separator);
    return withLabel(inner, target, joined === "" ? impossible(reason) : guaranteed(reason, [joined]), true);
  }
  const [only] = facts;
  if (facts.length === 1 && only !== undefined)
    return withLabel(inner, target, { presence: only.presence, reason, values: only.values }, true);
  const certain = between || facts.some(({ presence }) => presence === "guaranteed");
  return withLabel(inner, target, certain ? guaranteed(reason) : { presence: "possible", reason }, true);
}

/** The matchers that decide which metrics `info` takes for info metrics (`effectiveInfoNameMatchers`). */
function infoNames(selector: Expr | undefined): readonly Pick<LabelMatcher, "operator" | "value">[] {
  const written =
    selector?.kind === "selector" ? selector.matchers.filter(({ name }) => name === "__name__") : [];
  if (written.some(({ operator }) => operator === "=" || operator === "=~")) return written;
  if (written.length > 0) return [{ operator: "=~", value: ".+_info" }, ...written];
  return [{ operator: "=", value: "target_info" }];
}

/** Whether some of the series may be info series themselves, which `info` returns as they are. */
function mayBeInfo(inner: RawFlow, selector: Expr | undefined): boolean {
  const names = sourceValues(labelFact(inner, "__name__"));
  if (names === undefined) return true;
  const tests = infoNames(selector).map(satisfier);
  return names.some((name) => tests.every((test) => test(name)));
}

/** What `info` makes of series without the labels by which it finds info series: nothing, or what they are. */
function unidentified(
  node: Call,
  inner: RawFlow,
  selector: Expr | undefined,
  matchers: readonly LabelMatcher[],
): RawFlow {
  const demanding = matchers.find((matcher) => !satisfier(matcher)(""));
  if (demanding === undefined) return inner;
  if (mayBeInfo(inner, selector)) return { ...inner, always: false };
  return { ...inner, always: false, empty: inner.empty ?? { kind: "no-info", span: demanding.span, node } };
}

/** `info(v, {…})` adds the labels of info series; labels that a series has already stay. */
export function infoFlow(node: Call, inner: RawFlow): RawFlow {
  const selector = node.args[1];
  const reason: Reason = { kind: "info", span: node.nameSpan, node };
  const added =
    selector?.kind === "selector" ? selector.matchers.filter(({ name }) => name !== "__name__") : [];
  const kept = (name: string): boolean => isMetadataLabel(name) || name === "instance" || name === "job";
  const identified = ["instance", "job"].some((name) => labelFact(inner, name).presence !== "impossible");
  if (!identified) return unidentified(node, inner, selector, added);
  const labels = copied(inner.labels);
  if (added.length > 0) {
    // Series without an info series that satisfies the matchers are left out.
    const demands = !mayBeInfo(inner, selector);
    for (const matcher of added) {
      const fact = labelFact(inner, matcher.name);
      if (kept(matcher.name) || fact.presence === "guaranteed") continue;
      const presence = demands && !satisfier(matcher)("") ? "guaranteed" : "possible";
      if (labels.get(matcher.name)?.reason?.kind !== "info" || presence === "guaranteed")
        labels.set(matcher.name, { presence, reason: { ...reason, span: matcher.span } });
    }
    return { ...inner, ...labelSet(labels, inner.rest), always: false };
  }
  for (const [name, fact] of labels)
    if (!kept(name) && fact.presence !== "guaranteed") labels.set(name, { presence: "possible", reason });
  if (inner.rest.presence === "impossible")
    for (const name of [...metadataLabels, "instance", "job"])
      if (!labels.has(name)) labels.set(name, inner.rest);
  return { ...inner, ...labelSet(labels, { presence: "possible", reason }), always: false };
}
