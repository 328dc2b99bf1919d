import type { Span } from "../../base/text.ts";
import type { RuleGroupModel } from "../../model/rules.ts";
import { isNull, valueAt } from "../../yaml/access.ts";
import type { DocumentCheck, Fix } from "../check.ts";
import { fieldText, keySpan, ruleFileOf, ruleKinds } from "./context.ts";

export const groupNameMissing: DocumentCheck = {
  unit: "document",
  id: "rule.group-name-missing",
  severity: "error",
  kinds: ruleKinds,
  summary: "A group of rules has no name.",
  *run(context) {
    const isObject = context.part.model.kind === "PrometheusRule";
    for (const group of ruleFileOf(context)?.groups ?? []) {
      if (fieldText(group, "name") !== "" || group.implied === true) continue;
      const words = isNull(valueAt(group.node, "name"))
        ? ": Required value"
        : " in body should be at least 1 chars long";
      yield {
        check: groupNameMissing.id,
        severity: "error",
        message: isObject
          ? ({ path }) => `${path}.groups[${group.index}].name${words}: give the group a name.`
          : "Groupname must not be empty: give the group a name.",
        span: nameSpan(group),
        refusedBy: isObject ? "kubernetes" : "prometheus",
      };
    }
  },
};

export const groupNameDuplicate: DocumentCheck = {
  unit: "document",
  id: "rule.group-name-duplicate",
  severity: "error",
  kinds: ruleKinds,
  summary: "Two groups of one file have the same name.",
  *run(context) {
    const isObject = context.part.model.kind === "PrometheusRule";
    const first = new Map<string, RuleGroupModel>();
    const all = ruleFileOf(context)?.groups ?? [];
    for (const group of all) {
      const name = fieldText(group, "name");
      if (name === undefined) continue;
      const other = first.get(name);
      if (other === undefined) first.set(name, group);
      else
        yield {
          check: groupNameDuplicate.id,
          severity: "error",
          message: isObject
            ? ({ path }) =>
                `${path}.groups[${group.index}]: Duplicate value: {"name":${JSON.stringify(name)}}: rename one of the groups.`
            : `groupname: "${name}" is repeated in the same file: rename one of the groups.`,
          span: nameSpan(group),
          related: [{ message: "first group of this name", span: nameSpan(other) }],
          refusedBy: isObject ? "kubernetes" : "prometheus",
          fixes: numbered(group, name, new Set(all.map((one) => fieldText(one, "name")))),
        };
    }
  },
};

/** Puts the first number behind the name that makes it another. */
function numbered(
  { name: scalar, node }: RuleGroupModel,
  name: string,
  taken: ReadonlySet<string | undefined>,
): readonly Fix[] | undefined {
  const isOwn = node.pairs.some(({ value }) => value === scalar);
  if (scalar === undefined || !isOwn || scalar.style === "literal" || scalar.style === "folded")
    return undefined;
  let number = 2;
  while (taken.has(`${name}-${number}`)) number++;
  const at = scalar.map.toSource(scalar.value.length);
  const edit = { span: { start: at, end: at }, newText: `-${number}` };
  return [{ title: `Rename to ${name}-${number}`, safe: false, edits: [edit] }];
}

function nameSpan({ name, node }: RuleGroupModel): Span {
  const value = name === undefined ? undefined : valueAt(node, "name");
  const written = value === undefined || value.span.end === value.span.start ? undefined : value.span;
  return written ?? keySpan(node.pairs, ["name"], node.span);
}
