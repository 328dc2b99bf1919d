import type { RuleModel } from "../../model/rules.ts";
import { jsonTypeOf } from "../../schema/json-type.ts";
import type { YamlMap, YamlNode, YamlScalar } from "../../yaml/node.ts";
import type { RuleContext } from "../check.ts";

/** More keys than this are compared with each other more slowly than with a table. */
const few = 12;

/** Durations that mean something to everybody; most are written so. */
const duration = /^[1-9][0-9]{0,3}[smhdw]$/;
const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

/**
 * Whether a rule is written as nearly all rules are: with known keys, each there once, and below them what belongs
 * there, no tags, aliases or merges, a name and an expression, and durations other than nothing. Of such a rule no
 * check of keys, types, names or durations has anything to say, so these want the trait `odd`.
 */
export function isPlain({ item, rule, kind }: RuleContext): boolean {
  if (item.kind !== "map" || item !== rule.node || item.tag !== undefined) return false;
  return hasPlainFields(item, rule, kind === "PrometheusRule") && areDistinct(item);
}

function hasPlainFields({ pairs }: YamlMap, rule: RuleModel, isObject: boolean): boolean {
  let isNamed = false;
  let hasExpression = false;
  let isOfAlerts = false;
  for (let index = 0; index < pairs.length; index++) {
    const key = pairs[index]?.key;
    const value = pairs[index]?.value;
    if (key?.kind !== "scalar" || key.tag !== undefined || value === undefined) return false;
    switch (key.value) {
      case "alert":
      case "record":
        if (isNamed || !isText(value, isObject) || value.value === "") return false;
        if (key.value === "record" && !metricName.test(value.value)) return false;
        isNamed = true;
        break;
      case "expr":
        if (!isText(value, isObject) || value.value === "") return false;
        hasExpression = true;
        break;
      case "for":
      case "keep_firing_for":
        if (!isText(value, isObject) || !duration.test(value.value)) return false;
        isOfAlerts = true;
        break;
      case "annotations":
        if (!isPlainMapping(value, isObject)) return false;
        isOfAlerts = true;
        break;
      case "labels":
        if (!isPlainMapping(value, isObject)) return false;
        break;
      default:
        return false;
    }
  }
  return isNamed && hasExpression && (rule.kind === "alert" || !isOfAlerts);
}

function isText(node: YamlNode, isObject: boolean): node is YamlScalar {
  if (node.kind !== "scalar" || node.tag !== undefined || node.type === "null") return false;
  return !isObject || jsonTypeOf(node) === "string";
}

/** A mapping of labels or annotations, whose names are names, and which are not empty. */
function isPlainMapping(node: YamlNode, isObject: boolean): boolean {
  if (node.kind !== "map" || node.tag !== undefined) return false;
  const { pairs } = node;
  for (let index = 0; index < pairs.length; index++) {
    const key = pairs[index]?.key;
    const value = pairs[index]?.value;
    if (key?.kind !== "scalar" || key.tag !== undefined || key.type === "null") return false;
    if (value === undefined || !isText(value, isObject)) return false;
    const name = key.value;
    if (name === "" || value.value === "" || name === "<<" || name === "alertname") return false;
    if (name.startsWith("__") || name.includes("{{")) return false;
  }
  return areDistinct(node);
}

function areDistinct({ pairs }: YamlMap): boolean {
  if (pairs.length > few) return false;
  for (let index = 1; index < pairs.length; index++) {
    const key = pairs[index]?.key;
    for (let before = 0; before < index; before++) {
      const other = pairs[before]?.key;
      if (key?.kind !== "scalar" || other?.kind !== "scalar" || key.value === other.value) return false;
    }
  }
  return true;
}
