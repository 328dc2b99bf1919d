import type { Span } from "../../server/src/base/text.ts";
import type { Finding } from "../../server/src/checks/check.ts";
import type { BinaryExpr, Expr } from "../../server/src/promql/ast.ts";
import { enclosing, nodesOf } from "../../server/src/promql/walk.ts";

/** What a finding says of an expression, in words that the engine can answer. */
export type Claim =
  | { readonly kind: "empty" | "filled"; readonly text: string }
  /** No result has the label. */
  | { readonly kind: "lacks"; readonly text: string; readonly label: string }
  /** All values are this. */
  | { readonly kind: "all"; readonly text: string; readonly value: string }
  /** Both return the same, wherever both can be evaluated. */
  | { readonly kind: "same"; readonly text: string; readonly other: string };

/** The expression of the rule in which a finding stands; spans of findings are made relative to it. */
export interface Judged {
  readonly expr: Expr;
  readonly text: string;
  /** Where the expression begins in the file. */
  readonly offset: number;
}

/** What can be asked of the engine about a finding; nothing for checks that promise nothing of the results. */
export function claimsOf(finding: Finding, judged: Judged): readonly Claim[] {
  const claims = allClaimsOf(finding, judged);
  // Of equal values these choose as it comes: two runs of one expression need not return the same.
  const isByChance = nodesOf(judged.expr).some(
    (node) => node.kind === "aggregate" && ["topk", "bottomk", "limitk"].includes(node.operator),
  );
  return isByChance ? claims.filter(({ kind }) => kind !== "same") : claims;
}

function allClaimsOf(finding: Finding, judged: Judged): readonly Claim[] {
  const span = within(finding.span, judged);
  switch (finding.check) {
    case "rule.always-firing":
      return finding.message.startsWith("With bool")
        ? []
        : [
            { kind: "filled", text: cut(judged, span) },
            { kind: "filled", text: judged.text },
          ];
    case "promql.absent-never":
      return [{ kind: "empty", text: cut(judged, span) }];
    case "promql.histogram-missing-le":
      return nodesAt(judged, span, ({ kind }) => kind === "call").map((node) => empty(judged, node));
    case "promql.contradictory-matchers":
      return nodesAt(judged, span, (node) => node.kind === "selector").map((node) => empty(judged, node));
    case "promql.dead-code":
      return deadCode(finding, span, judged);
    case "promql.impossible-join":
      return impossibleJoin(finding, judged);
    case "promql.impossible-label":
      return impossibleLabel(finding, judged);
    case "template.missing-label": {
      const [, label] = /^The alert never has the label (.+?): /.exec(finding.message) ?? [];
      return label === undefined ? [] : [{ kind: "lacks", text: judged.text, label }];
    }
    default:
      return finding.check.startsWith("promql.") ? safeFixes(finding, judged) : [];
  }
}

function within({ start, end }: Span, { offset }: Judged): Span {
  return { start: start - offset, end: end - offset };
}

function cut({ text }: Judged, { start, end }: Span): string {
  return text.slice(start, end);
}

function empty(judged: Judged, { span }: Expr): Claim {
  return { kind: "empty", text: cut(judged, span) };
}

/** The smallest expression around the span for which `fits` holds, or nothing. */
function nodesAt({ expr }: Judged, span: Span, fits: (node: Expr) => boolean): readonly Expr[] {
  return enclosing(expr, span).filter(fits).slice(-1);
}

/** The smallest operator between vectors around the span. */
function joinAt(judged: Judged, span: Span): BinaryExpr | undefined {
  const [node] = nodesAt(judged, span, ({ kind }) => kind === "binary");
  return node?.kind === "binary" ? node : undefined;
}

function deadCode({ message }: Finding, span: Span, judged: Judged): readonly Claim[] {
  if (message.startsWith("unless excludes everything"))
    return nodesAt(judged, span, isUnless).map((node) => empty(judged, node));
  if (message.startsWith("The right side never returns anything"))
    return [{ kind: "empty", text: cut(judged, span) }];
  if (message.startsWith("The left side always returns"))
    return [joinAt(judged, span)].flatMap((node) =>
      node === undefined
        ? []
        : [{ kind: "same", text: cut(judged, node.span), other: cut(judged, node.left.span) } as const],
    );
  if (message.startsWith("What is compared always passes")) return ones(judged, span, "1");
  const constants = /^This comparison of two constants (always|never) holds/.exec(message);
  if (constants !== null) return ones(judged, span, constants[1] === "always" ? "1" : "0");
  if (message.startsWith("This constant never passes")) {
    const without = `${judged.text.slice(0, span.start)}(vector(0) != 0)${judged.text.slice(span.end)}`;
    return [{ kind: "same", text: judged.text, other: without }];
  }
  // A hint about the constant taken alone: what stands beside it may bring as much, so nothing of the whole is claimed.
  if (message.startsWith("Where nothing else is there")) return [];
  if (message.startsWith("The left side is never")) return [{ kind: "empty", text: cut(judged, span) }];
  const wanted = message.startsWith("This asks for no elements") ? "aggregate" : "call";
  const around = nodesAt(judged, span, ({ kind }) => kind === wanted);
  return around.map((node) => empty(judged, node));
}

function isUnless(node: Expr): boolean {
  return node.kind === "binary" && node.operator === "unless";
}

/** The comparison with `bool`, whose values tell what it says of each. */
function ones(judged: Judged, span: Span, value: string): readonly Claim[] {
  const node = joinAt(judged, span);
  if (node === undefined) return [];
  const { start } = node.span;
  const operator = node.operatorSpan.end - start;
  const text = cut(judged, node.span);
  const withBool = node.bool ? text : `${text.slice(0, operator)} bool ${text.slice(operator)}`;
  return [{ kind: "all", text: withBool, value }];
}

/** Where the operator is that compares a label: at the finding, or at what it points to. */
function comparedAt({ span, related = [] }: Finding): Span {
  return related.find(({ message }) => message.endsWith("is compared here"))?.span ?? span;
}

function impossibleJoin(finding: Finding, judged: Judged): readonly Claim[] {
  const node = joinAt(judged, within(comparedAt(finding), judged));
  if (node === undefined) return [];
  const text = cut(judged, node.span);
  if (finding.message.includes("only fill has a say")) return [];
  return node.operator === "unless"
    ? [{ kind: "same", text, other: cut(judged, node.left.span) }]
    : [{ kind: "empty", text }];
}

function impossibleLabel(finding: Finding, judged: Judged): readonly Claim[] {
  const [, label, where] =
    /^There is no label (.+?) (in what is aggregated|on the left side|on the right side): /.exec(
      finding.message,
    ) ?? [];
  if (label === undefined) return [];
  const fits = ({ kind }: Expr): boolean => kind === "binary" || kind === "aggregate";
  const [node] = nodesAt(judged, within(comparedAt(finding), judged), fits);
  const looked =
    node?.kind === "aggregate"
      ? node.expr
      : node?.kind === "binary"
        ? where === "on the left side"
          ? node.left
          : node.right
        : undefined;
  return looked === undefined ? [] : [{ kind: "lacks", text: cut(judged, looked.span), label }];
}

/** A fix that promises to change nothing is held to that. */
function safeFixes({ fixes = [] }: Finding, judged: Judged): readonly Claim[] {
  return fixes.flatMap(({ safe, edits }): Claim[] => {
    if (!safe) return [];
    let other = judged.text;
    for (const { span, newText } of edits.toSorted((a, b) => b.span.start - a.span.start)) {
      const { start, end } = within(span, judged);
      other = other.slice(0, start) + newText + other.slice(end);
    }
    return [{ kind: "same", text: judged.text, other }];
  });
}
