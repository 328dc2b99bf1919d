import { valueAt } from "../yaml/access.ts";
import type { Check, CheckContext, RawFinding, RuleContext } from "./check.ts";
import { unsilenced } from "./policy/silence.ts";

/** What a check says of a document outside of its rules. */
export function outside(check: Check, context: CheckContext, failures: Failures): readonly RawFinding[] {
  return failures.guard(check, () => {
    if (check.unit === "comment") return [];
    const findings = check.unit === "document" ? check.run(context) : check.outside?.(context);
    return findings === undefined ? [] : [...findings];
  });
}

/** What a check says of a rule. */
export function ofRule(
  check: Check & { unit: "rule" },
  context: RuleContext,
  failures: Failures,
): readonly RawFinding[] {
  // Without a closure and a list for each: most checks of most rules find nothing.
  try {
    const said = check.run(context);
    let findings: readonly RawFinding[] | undefined;
    if (Array.isArray(said)) findings = said.length === 0 ? undefined : said;
    else findings = listOf(said);
    if (findings === undefined) return nothing;
    findings = unsilenced(findings, context);
    const isAlias = valueAt(context.rule.node, "expr")?.kind === "alias";
    return isAlias ? findings.map((finding) => throughAlias(finding, context)) : findings;
  } catch (error) {
    failures.tell(check, error);
    return nothing;
  }
}

const nothing: readonly RawFinding[] = [];

function listOf(said: Iterable<RawFinding>): readonly RawFinding[] | undefined {
  let findings: RawFinding[] | undefined;
  for (const finding of said)
    if (findings === undefined) findings = [finding];
    else findings.push(finding);
  return findings;
}

/**
 * An expression that an alias brings is judged where it is used. What is wrong with it is shown there, without the
 * fixes: they are offered where it is written.
 */
function throughAlias(finding: RawFinding, { rule }: RuleContext): RawFinding {
  const written = rule.expr?.scalar?.span;
  const value = valueAt(rule.node, "expr");
  if (written === undefined || value === undefined) return finding;
  if (finding.span.start < written.start || finding.span.end > written.end) return finding;
  return {
    ...finding,
    span: value.span,
    anchor: undefined,
    fixes: undefined,
    related: [{ message: "the expression is written here", span: finding.span }],
  };
}

/** Checks that throw: each is left out where it does, and told once. */
export class Failures {
  readonly #uri: string;
  readonly #problems: string[];
  readonly #told = new Map<string, string>();

  /** One sentence for each is added to `problems`. */
  constructor(uri: string, problems: string[] = []) {
    this.#uri = uri;
    this.#problems = problems;
  }

  /** The sentences by the ids of the checks. */
  get told(): ReadonlyMap<string, string> {
    return this.#told;
  }

  guard(check: Check, run: () => readonly RawFinding[]): readonly RawFinding[] {
    try {
      return run();
    } catch (error) {
      this.tell(check, error);
      return [];
    }
  }

  tell({ id }: Check, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.add([[id, `The check ${id} failed on ${this.#uri}: ${reason}`]]);
  }

  /** Takes what others noted. */
  add(told: Iterable<readonly [id: string, sentence: string]>): void {
    for (const [id, sentence] of told) {
      if (this.#told.has(id)) continue;
      this.#told.set(id, sentence);
      this.#problems.push(sentence);
    }
  }
}
