import type { Expr } from "../../promql/ast.ts";
import type { Operand, Pipeline, TemplateTree } from "../../template/ast.ts";
import type { RawFinding, RuleCheck } from "../check.ts";
import { analysed, unwrapped } from "../flow/analysis.ts";
import { ruleKinds } from "../rule/context.ts";
import { isValue, pipelines, templatesIn } from "./each.ts";

/** Their results have many digits behind the point. */
const fractional: ReadonlySet<string> = new Set(["rate", "irate", "deriv"]);

/** `$value` prints all digits of a float. */
export const humanizeValue: RuleCheck = {
  unit: "rule",
  id: "template.humanize",
  severity: "info",
  kinds: ruleKinds,
  needs: ["promql", "decoded"],
  wants: ["templates"],
  calls: fractional,
  summary: "An annotation prints the value of a rate with all its digits.",
  run(context) {
    const findings: RawFinding[] = [];
    const places = templatesIn(context).filter(({ what }) => what === "annotation");
    const found = places.length === 0 ? undefined : analysed(context);
    const name = found === undefined ? undefined : fractionalIn(found.expr);
    if (name === undefined) return findings;
    for (const { scalar, once } of places) {
      for (const { span: written } of once(bareValues)) {
        const span = scalar.map.spanToSource(written);
        findings.push({
          check: humanizeValue.id,
          severity: "info",
          message: `The value of ${name} has many digits: print it with humanize or humanizePercentage.`,
          span,
          fixes: [
            {
              title: "Print with humanize",
              safe: false,
              edits: [{ span: { start: span.end, end: span.end }, newText: " | humanize" }],
            },
          ],
        });
      }
    }
    return findings;
  },
};

const rounding: ReadonlySet<string> = new Set([
  "humanize",
  "humanize1024",
  "humanizePercentage",
  "humanizeDuration",
  "printf",
]);

/** Where a text prints the value as it is; nowhere, where it also prints it rounded: its author knows both. */
function bareValues(tree: TemplateTree): readonly Pipeline[] {
  // Other names that the template gives the value.
  const aliases = new Set<string>();
  const bare: Pipeline[] = [];
  for (const { pipe, printed, isRoot } of pipelines(tree)) {
    if (isBareValue(pipe, isRoot, aliases)) {
      for (const { name } of pipe.declarations) aliases.add(name);
      if (printed) bare.push(pipe);
    } else if (printed && isRounded(pipe, isRoot, aliases)) return [];
  }
  return bare;
}

function isRounded({ commands }: Pipeline, isRoot: boolean, aliases: ReadonlySet<string>): boolean {
  const operands = commands.flatMap((command) => command.operands);
  return (
    operands.some((operand) => operand.kind === "identifier" && rounding.has(operand.name)) &&
    operands.some((operand) => isOneValue(operand, isRoot, aliases))
  );
}

function isOneValue(operand: Operand, isRoot: boolean, aliases: ReadonlySet<string>): boolean {
  const isAlias = operand.kind === "variable" && operand.fields.length === 0 && aliases.has(operand.name);
  return isAlias || isValue(operand, isRoot);
}

function isBareValue({ commands }: Pipeline, isRoot: boolean, aliases: ReadonlySet<string>): boolean {
  const [only] = commands;
  const operand = only?.operands.length === 1 ? only.operands[0] : undefined;
  return commands.length === 1 && operand !== undefined && isOneValue(operand, isRoot, aliases);
}

/**
 * The function that gives the value its digits: counting takes them away, and what other functions make of them is
 * theirs. Of two sides it is the left that the value mostly comes from.
 */
function fractionalIn(expr: Expr): string | undefined {
  const node = unwrapped(expr);
  switch (node.kind) {
    case "call":
      return fractional.has(node.name) ? node.name : undefined;
    case "unary":
      return fractionalIn(node.expr);
    case "aggregate":
      return node.expr === undefined || /^(?:count|group$)/.test(node.operator)
        ? undefined
        : fractionalIn(node.expr);
    case "binary": {
      if (node.left.type !== "vector") return fractionalIn(node.right);
      return fractionalIn(node.left) ?? (node.operator === "or" ? fractionalIn(node.right) : undefined);
    }
    default:
      return undefined;
  }
}
