import type { Expr } from "../ast.ts";
import type { LabelFact, Reason } from "./types.ts";

/** Long enough for names as people give them; what is longer would be cut in a message anyway. */
const longestName = 40;
const longestClause = 110;

function short(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > longestName ? `${line.slice(0, longestName - 1).toWellFormed()}…` : line;
}

/** What an expression is called in a sentence: `rate()`, `sum`, `+`. */
function nodeName(node: Expr): string {
  switch (node.kind) {
    case "call":
      return `${node.name}()`;
    case "aggregate":
    case "binary":
      return node.operator;
    case "unary":
      return node.operator;
    case "selector":
      return short(node.name ?? "the selector");
    case "number":
      return "a number";
    default:
      return "the expression";
  }
}

function included(node: Expr): string {
  const right = node.kind === "binary" && node.matching?.cardinality === "one-to-many";
  return right ? "group_right" : "group_left";
}

function matchedText(via: Reason | undefined): string {
  const matched = "it has to be equal on both sides of the join";
  if (via === undefined || via.kind === "matched") return matched;
  const whole = `${matched}, and on the other ${clause(via)}`;
  return whole.length > longestClause ? matched : whole;
}

/** What a label is on one side of a join. */
function sideText({ presence, values, matchers }: LabelFact): string {
  if (presence === "impossible") return "absent";
  const absent = presence === "guaranteed" ? "" : " or absent";
  const [first, second] = values ?? [];
  if (first !== undefined)
    return second === undefined
      ? `${presence === "guaranteed" ? "always " : ""}"${short(first)}"${absent}`
      : `"${short(first)}"${values?.length === 2 ? " or" : ","} "${short(second)}"${values?.length === 2 ? "" : ", …"}${absent}`;
  const matcher = matchers?.find(({ operator, value }) => operator !== "!=" || value !== "");
  if (matcher !== undefined) return `${matcher.operator}"${short(matcher.value)}"`;
  return "always there";
}

function noMatch({ label, left, right, node }: Reason): string {
  const name = short(label ?? "");
  if (left === undefined || right === undefined) return `the label ${name} can never be equal on both sides`;
  const set = node.kind === "binary" ? node.operator : "the operator";
  return `${set} compares ${name}, which is ${sideText(left)} on the left and ${sideText(right)} on the right`;
}

function recordedText(metric: string | undefined, via: Reason | undefined): string {
  const rule = `the recording rules of ${metric === undefined ? "the metric" : short(metric)}`;
  if (via === undefined || via.kind === "recorded") return `${rule} decide it`;
  const because = clause(via);
  const whole = `in ${rule} ${because}`;
  return whole.length > longestClause ? `in its recording rules ${because}` : whole;
}

function clause(reason: Reason): string {
  const { node, via, metric, label } = reason;
  const name = nodeName(node);
  switch (reason.kind) {
    case "matcher":
      return "a matcher of the selector decides it";
    case "stored":
      return "every stored series has a metric name";
    case "aggregation":
      return `${name} without by or without removes all labels`;
    case "by":
      return `${name} by keeps only the labels that it names`;
    case "without":
      return `${name} without removes it`;
    case "on":
      return `${name} on keeps only the labels that on names`;
    case "ignoring":
      return `${name} ignoring removes the labels that it names`;
    case "matched":
      return matchedText(via);
    case "included": {
      const taken = `${included(node)} takes it from the other side`;
      const whole = via === undefined ? taken : `${taken}, where ${clause(via)}`;
      return whole.length > longestClause ? taken : whole;
    }
    case "name-dropped":
      return `${name} removes the metric name`;
    case "buckets":
      return `${name} puts the buckets together`;
    case "label_replace":
    case "label_join":
      return `${name} sets it`;
    case "count_values":
      return "count_values puts the value there";
    case "quantiles":
      return `${name} puts the quantile there`;
    case "info":
      return "info() adds the labels of info series";
    case "absent":
      return `${name} has only the labels of equality matchers`;
    case "no-labels":
      return node.kind === "number" ? "a number has no labels" : `${name} has no labels`;
    case "recorded":
      return recordedText(metric, via);
    case "contradiction":
      return `the matchers of the label ${short(label ?? "")} contradict each other`;
    case "no-match":
      return noMatch(reason);
    case "never-true":
      return `the comparison ${name} is never true`;
    case "never-absent":
      return `what ${name} looks for always exists`;
    case "always-excluded":
      return "what unless excludes always exists and matches everything";
    case "no-elements":
      return `${name} selects nothing here`;
    case "no-range":
      return `the minimum of ${name} is above its maximum`;
    case "no-histograms":
      return `${name} sees native histograms only, and these are floats`;
    case "no-buckets":
      return `${name} needs le or native histograms, and here is neither`;
    case "one-sample":
      return `${name} needs two samples, and the subquery has one at most`;
    case "no-info":
      return `${name} finds info series by job and instance, and here is neither`;
  }
}

/** Why a label is certain or impossible or an expression empty: part of a sentence, as after "because", at most 120 characters. */
export function reasonClause(reason: Reason): string {
  const text = clause(reason);
  return text.length > 120 ? `${text.slice(0, 119).toWellFormed()}…` : text;
}

/** The same as a sentence of its own; PromQL's words keep their small letters. */
export function reasonSentence(reason: Reason): string {
  const text = reasonClause(reason);
  const capital = /^(?:a|every|it|the|what) /.test(text);
  return `${capital ? text.charAt(0).toUpperCase() + text.slice(1) : text}.`;
}
