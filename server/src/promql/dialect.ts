import type { Span } from "../base/text.ts";
import type { Expr } from "./ast.ts";
import { type Availability, constructsOf, type Version } from "./dialect-constructs.ts";

/** What a server accepts of PromQL. */
export interface Dialect {
  readonly flavour: "prometheus" | "thanos";
  /** The Prometheus whose parser the server has; Thanos carries one of an older Prometheus within it. */
  readonly parser: Version;
  /** What is switched on there, by Prometheus' own names for `--enable-feature`, and `query.enable-x-functions`. */
  readonly features: readonly string[];
}

/** Something in an expression that a dialect refuses. */
export interface DialectProblem {
  readonly span: Span;
  /** What is refused, as it is written: `info()`, `anchored`. */
  readonly construct: string;
  /** The rest of a sentence whose subject is the server: "does not know …". */
  readonly message: string;
  /** What would have to be switched on for it; nothing where the server is too old. */
  readonly feature?: string | undefined;
}

/**
 * The parsers that versions of Thanos carry, from its `go.mod`. A version between two of them has at most the
 * parser of the later one; what comes after the last is unknown.
 */
const thanosParsers: readonly (readonly [thanos: Version, parser: Version])[] = [
  [
    [0, 36],
    [2, 53],
  ],
  [
    [0, 40],
    [3, 5],
  ],
  [
    [0, 43],
    [3, 9],
  ],
];

/** What Thanos lets be switched on of PromQL (`cmd/thanos/query.go`). */
const thanosFeatures: readonly string[] = ["promql-experimental-functions", "query.enable-x-functions"];

/** Negative where `a` is older than `b`. */
export function compareVersions(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1];
}

/**
 * The dialect of a server from what it is called; nothing where that does not tell: other flavours, versions without
 * numbers, and Thanos newer than we know. A server of no flavour is Prometheus, or Thanos while its version is 0.x.
 */
export function dialectOf(
  flavour: string | undefined,
  version: string | undefined,
  features: readonly string[],
): Dialect | undefined {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version ?? "") ?? [];
  if (major === undefined || minor === undefined) return undefined;
  const told: Version = [Number(major), Number(minor)];
  const kind = flavour ?? (told[0] === 0 ? "thanos" : "prometheus");
  if (kind === "prometheus") return { flavour: kind, parser: told, features };
  if (kind !== "thanos") return undefined;
  const parser = thanosParsers.find(([thanos]) => compareVersions(told, thanos) <= 0)?.[1];
  return parser && { flavour: kind, parser, features };
}

function printVersion(version: Version): string {
  return version.join(".");
}

/** Enough of a text to recognise it in a sentence. */
function shortened(text: string): string {
  return text.length > 32 ? `${text.slice(0, 31).toWellFormed()}…` : text;
}

/** Why a dialect refuses something; nothing where it takes it. */
function refusal(
  { since, gate, onlyThanos = false }: Availability,
  { flavour, parser, features }: Dialect,
): Pick<DialectProblem, "message" | "feature"> | undefined {
  if (onlyThanos && flavour !== "thanos") return { message: "does not know $, which only Thanos has." };
  const parserText = flavour === "thanos" ? `, its parser is of ${printVersion(parser)}` : "";
  if (compareVersions(parser, since) < 0)
    return { message: `does not know $; it came with Prometheus ${printVersion(since)}${parserText}.` };
  if (gate === undefined) return undefined;
  const { feature, from, until } = gate;
  if (from !== undefined && compareVersions(parser, from) < 0) return undefined;
  if (until !== undefined && compareVersions(parser, until) >= 0) return undefined;
  if (flavour === "thanos" && !thanosFeatures.includes(feature))
    return { message: `cannot switch on $, which its parser of Prometheus ${printVersion(parser)} has off.` };
  if (features.includes(feature)) return undefined;
  const flag = onlyThanos ? `--${feature}` : `--enable-feature=${feature}`;
  return { message: `takes $ only with ${flag}.`, feature };
}

/**
 * What a dialect refuses of an expression that the parser of today accepts, in the order of the tree. `text` is
 * what the expression was parsed from. Pure; refusals that have no construct of their own (a fixed bug of an old
 * parser) are not told.
 */
export function dialectProblems(expr: Expr, text: string, dialect: Dialect): readonly DialectProblem[] {
  const problems: DialectProblem[] = [];
  for (const { construct, span, availability } of constructsOf(expr, text)) {
    const refused = refusal(availability, dialect);
    if (refused !== undefined)
      problems.push({
        ...refused,
        span,
        construct,
        message: refused.message.replace("$", () => shortened(construct)),
      });
  }
  return problems;
}
