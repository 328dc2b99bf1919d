import type { Labels } from "../../base/labels.ts";
import type { BinaryExpr, Expr } from "../../promql/ast.ts";
import { printExpr } from "../../promql/print.ts";
import { nodesOf, selectors } from "../../promql/walk.ts";
import type { RawFinding, RuleCheck, RuleContext } from "../check.ts";
import { type Analysed, analysed } from "../flow/analysis.ts";
import { flowKinds } from "../flow/kinds.ts";
import { sentence, short } from "../monitor/words.ts";
import { comparedBy, type Join, type Side } from "./join-parts.ts";
import { counted, countIn, needNotMatch, ranRules } from "./ran.ts";
import type { LiveSource } from "./sources.ts";
import { withoutConditions } from "./without-conditions.ts";

const base = {
  unit: "rule",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["environment", "binary"],
  beyondFile: true,
} as const;

/** Both sides of an operator have series, and no label set of the one can be one of the other. */
export const vectorMatching: RuleCheck = {
  ...base,
  id: "live.vector-matching",
  severity: "error",
  summary: "Both sides of an operator have series, but their labels never match; only told with --run.",
  *run(context) {
    const found = isRun(context) ? analysed(context) : undefined;
    if (found === undefined || context.ruler === "vmalert") return;
    for (const { source, result, whole } of ranRules(context)) {
      if (!result.ok || !whole) continue;
      // What gave something has matched, unless it need not have.
      if (countIn(result) > 0 && !found.nodes.some(needNotMatch)) continue;
      for (const join of matchingJoins(found)) {
        const finding = judge(context, found, join, source);
        if (finding !== undefined) yield finding;
      }
    }
  },
};

function isRun({ facts }: RuleContext): boolean {
  return facts.environments.some(({ live }) => live?.run !== undefined);
}

/** The operators that return something only where their sides match, and of which nothing is known from the text. */
function matchingJoins(found: Analysed): readonly Join[] {
  return found.nodes.flatMap((node) => {
    if (node.kind !== "binary" || node.matching === undefined || needNotMatch(node)) return [];
    const { fillLeft, fillRight } = node.matching;
    if (fillLeft !== undefined || fillRight !== undefined || isAskedToFail(found, node)) return [];
    const facts = found.labels.join(node);
    const isTold =
      facts === undefined ||
      facts.noMatch !== undefined ||
      facts.left.empty !== undefined ||
      facts.right.empty !== undefined;
    return isTold ? [] : [{ node, matching: node.matching }];
  });
}

/** In `absent()` nothing may be what is hoped for. */
function isAskedToFail({ parents }: Analysed, node: Expr): boolean {
  for (let above = parents.get(node); above !== undefined; above = parents.get(above))
    if (above.kind === "call" && above.name.startsWith("absent")) return true;
  return false;
}

/** An operator that gave nothing on a server, and what its sides have there of the labels that are compared. */
interface Unmatched {
  readonly context: RuleContext;
  readonly found: Analysed;
  readonly join: Join;
  readonly source: LiveSource;
  readonly left: readonly Labels[];
  readonly right: readonly Labels[];
}

function judge(
  context: RuleContext,
  found: Analysed,
  join: Join,
  source: LiveSource,
): RawFinding | undefined {
  const { node } = join;
  const bare = bareJoin(node);
  // What stands in where the usual series are away has other labels than those.
  if (bare === undefined || hasSubstitutes(bare.left) || hasSubstitutes(bare.right)) return undefined;
  const matches = source.live.run?.(counted(printExpr(bare)));
  if (matches?.status !== "ok" || !matches.value.ok || countIn(matches.value) > 0) return undefined;
  const left = labelsOf(source, join, bare.left);
  const right = labelsOf(source, join, bare.right);
  if (left === undefined || right === undefined) return undefined;
  const unmatched: Unmatched = { context, found, join, source, left, right };
  return join.matching.on === true ? onLabels(unmatched) : allLabels(unmatched);
}

function hasSubstitutes(side: Expr): boolean {
  return nodesOf(side).some((node) => node.kind === "binary" && node.operator === "or");
}

/** The operator without comparisons with numbers below it; between vectors a comparison gives all that matches. */
function bareJoin(node: BinaryExpr): BinaryExpr | undefined {
  const bare = withoutConditions(node);
  if (bare?.kind !== "binary") return undefined;
  return ["==", "!=", "<", "<=", ">", ">="].includes(bare.operator) ? { ...bare, bool: true } : bare;
}

/** What a side has of the labels that are compared, each set once; nothing where it has no series or does not tell. */
function labelsOf(source: LiveSource, join: Join, side: Expr): readonly Labels[] | undefined {
  const fact = source.live.run?.(`count ${comparedBy(join)} (${printExpr(side)})`);
  if (fact?.status !== "ok" || !fact.value.ok) return undefined;
  const { series, total } = fact.value;
  return total === 0 || total > series.length ? undefined : series.map(({ labels }) => labels);
}

function onLabels(unmatched: Unmatched): RawFinding | undefined {
  const { context, found, join, source, left, right } = unmatched;
  const { node, matching } = join;
  for (const { name, span } of matching.labels) {
    const has = (side: readonly Labels[]): boolean => side.some((labels) => Object.hasOwn(labels, name));
    const [inLeft, inRight] = [has(left), has(right)];
    if (inLeft && inRight) continue;
    const lacking: readonly Side[] = [
      ...(inLeft ? [] : ["left" as const]),
      ...(inRight ? [] : ["right" as const]),
    ];
    if (lacking.some((side) => isNotDeployed(context, node[side]))) return undefined;
    const where = lacking.length === 2 ? "on either side" : `on the ${lacking[0] ?? "left"}`;
    return {
      check: vectorMatching.id,
      severity: lacking.length === 2 ? "warning" : "error",
      message: sentence(
        `${source.name}: no series ${where} has the label \`${short(name, 30)}\`, so nothing matches.`,
      ),
      span: found.at(span),
      related: lacking.map((side) => ({
        message: `has no ${short(name, 30)}`,
        span: found.at(node[side].span),
      })),
    };
  }
  return otherValues(
    unmatched,
    matching.labels.map(({ name }) => name),
  );
}

function allLabels(unmatched: Unmatched): RawFinding | undefined {
  const { context, found, join, source, left, right } = unmatched;
  const { node, matching } = join;
  const namesOf = (labels: Labels): string => Object.keys(labels).sort().join(", ");
  const inRight = new Set(right.map(namesOf));
  const both = left.map(namesOf).filter((names) => inRight.has(names));
  const [first, other] = [left[0], right[0]];
  if (first === undefined || other === undefined) return undefined;
  if (both.length > 0) return otherValues(unmatched, both[0]?.split(", ") ?? []);
  if (isNotDeployed(context, node.left) || isNotDeployed(context, node.right)) return undefined;
  const only = (a: Labels, b: Labels): string[] => Object.keys(a).filter((name) => !Object.hasOwn(b, name));
  const part = (side: Side, names: readonly string[]): string =>
    names.length === 0 ? "" : `only the ${side} has \`${short(names.join(", "), 30)}\``;
  const said = [part("left", only(first, other)), part("right", only(other, first))].filter(Boolean);
  return {
    check: vectorMatching.id,
    severity: "error",
    message: sentence(`${source.name}: nothing matches, for ${said.join(" and ")}: use on() or ignoring().`),
    // The side that may have many series is the one whose results are lost.
    span: found.at(node[matching.cardinality === "one-to-many" ? "right" : "left"].span),
    related: (["left", "right"] as const).map((side) => ({
      message: `has ${namesOf(side === "left" ? first : other) || "no labels"}`,
      span: found.at(node[side].span),
    })),
  };
}

/** The labels are on both sides, and what they say differs: that may change with the next series. */
function otherValues(
  { context, found, join: { node }, source, left, right }: Unmatched,
  names: readonly string[],
): RawFinding | undefined {
  for (const name of names) {
    const values = new Set(right.map((labels) => labels[name] ?? ""));
    if (left.some((labels) => values.has(labels[name] ?? ""))) continue;
    if (isNotDeployed(context, node.left) || isNotDeployed(context, node.right)) return undefined;
    const [first, other] = [left[0]?.[name] ?? "", right[0]?.[name] ?? ""];
    return {
      check: vectorMatching.id,
      severity: "info",
      message: sentence(
        `${source.name}: no \`${short(name, 20)}\` is on both sides now: left "${short(first, 20)}", right "${short(other, 20)}".`,
      ),
      span: found.at(node.operatorSpan),
    };
  }
  return undefined;
}

/** What a rule of the workspace records may have other labels once it is deployed as it is now. */
function isNotDeployed({ names }: RuleContext, side: Expr): boolean {
  return selectors(side).some(({ name }) => name !== undefined && (names?.records(name).length ?? 0) > 0);
}
