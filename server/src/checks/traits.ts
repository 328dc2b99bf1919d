import { asMap } from "../yaml/access.ts";
import type { RuleCheck, RuleContext, Trait } from "./check.ts";
import { analysed } from "./flow/analysis.ts";
import { hasTemplates, mentions } from "./template/each.ts";

/** Each trait has a bit of its own. */
const bits = {
  alert: 1,
  record: 2,
  templates: 4,
  expression: 8,
  selector: 16,
  matcher: 32,
  regex: 64,
  call: 128,
  range: 256,
  aggregate: 512,
  binary: 1024,
  environment: 2048,
  policy: 4096,
  names: 8192,
  queries: 16384,
  join: 32768,
} as const satisfies Readonly<Record<Trait, number>>;

/** Behind the bits of traits come those of the functions that checks ask for. */
const firstOfCalls = 16;
const lastOfCalls = 30;

const ofTemplates = bits.templates | bits.queries;
const ofExpressions =
  bits.expression |
  bits.selector |
  bits.matcher |
  bits.regex |
  bits.call |
  bits.range |
  bits.aggregate |
  bits.binary |
  bits.join |
  ~((1 << firstOfCalls) - 1);

/** The checks of rules, told apart by what a rule must have for them. */
export class WantedChecks {
  readonly #all: readonly RuleCheck[];
  readonly #wants: readonly number[];
  /** What any of them wants. */
  readonly #asked: number;
  /** The bits of functions. */
  readonly #calls = new Map<string, number>();
  /** What is no rule has no traits. */
  readonly #onAnyItem: readonly RuleCheck[];
  /** Rules with the same traits are asked the same. */
  readonly #known = new Map<number, readonly RuleCheck[]>();

  constructor(checks: readonly RuleCheck[]) {
    this.#all = checks;
    const ofCalls = this.#bitsOfCalls();
    this.#wants = checks.map(({ wants = [], calls }) =>
      wants.reduce((sum, trait) => sum | bits[trait], calls === undefined ? 0 : (ofCalls.get(calls) ?? 0)),
    );
    this.#onAnyItem = checks.filter(({ onAnyItem }) => onAnyItem === true);
    this.#asked = this.#wants.reduce((sum, wants) => sum | wants, 0);
  }

  /** A bit for each set of functions. Those beyond the last have none: their checks are asked of all rules. */
  #bitsOfCalls(): ReadonlyMap<ReadonlySet<string>, number> {
    const ofCalls = new Map<ReadonlySet<string>, number>();
    for (const { calls } of this.#all) {
      const position = firstOfCalls + ofCalls.size;
      if (calls === undefined || ofCalls.has(calls) || position > lastOfCalls) continue;
      ofCalls.set(calls, 1 << position);
      for (const name of calls) this.#calls.set(name, (this.#calls.get(name) ?? 0) | (1 << position));
    }
    return ofCalls;
  }

  /** Those that can find something in the rule, in their order. */
  of(context: RuleContext): readonly RuleCheck[] {
    if (asMap(context.item) === undefined) return this.#onAnyItem;
    const has = traitsOf(context, this.#asked, this.#calls);
    let wanted = this.#known.get(has);
    if (wanted === undefined) {
      wanted = this.#all.filter((_, index) => ((this.#wants[index] ?? 0) & ~has) === 0);
      this.#known.set(has, wanted);
    }
    return wanted;
  }
}

/** Those of the rule among the ones that are asked for. */
function traitsOf(context: RuleContext, asked: number, calls: ReadonlyMap<string, number>): number {
  const { rule, facts } = context;
  let has = 0;
  if (rule.kind === "alert") has |= bits.alert;
  else if (rule.kind === "record") has |= bits.record;
  if (facts.environments.length > 0) has |= bits.environment;
  if (facts.policy !== undefined) has |= bits.policy;
  if (context.names !== undefined) has |= bits.names;
  if ((asked & ofTemplates) !== 0 && context.once(hasTemplates)) {
    has |= bits.templates;
    if ((asked & bits.queries) !== 0 && mentions(context, "query")) has |= bits.queries;
  }
  const found = (asked & ofExpressions) === 0 ? undefined : analysed(context);
  if (found === undefined) return has;
  has |= bits.expression;
  for (const node of found.nodes)
    if (node.kind === "call") has |= bits.call | (calls.get(node.name) ?? 0);
    else if (node.kind === "matrix") has |= bits.range;
    else if (node.kind === "aggregate") has |= bits.aggregate;
    else if (node.kind === "binary")
      has |= bits.binary | ((node.matching?.include.length ?? 0) > 0 ? bits.join : 0);
  for (const { matchers } of found.selectors) {
    has |= bits.selector;
    if (matchers.length > 0) has |= bits.matcher;
    for (const { operator } of matchers) if (operator === "=~" || operator === "!~") has |= bits.regex;
  }
  return has;
}
