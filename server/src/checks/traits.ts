import { asMap } from "../yaml/access.ts";
import type { RuleCheck, RuleContext, Trait } from "./check.ts";
import { type Analysed, analysed } from "./flow/analysis.ts";
import { namedRule } from "./names/related.ts";
import { expressionOf } from "./promql/syntax.ts";
import { isPlain } from "./rule/plain.ts";
import { mentions } from "./template/each.ts";
import { templatesOf } from "./template/texts.ts";

/** Each trait has a bit of its own. */
const bits = {
  alert: 1 << 0,
  record: 1 << 1,
  odd: 1 << 2,
  templates: 1 << 3,
  queries: 1 << 4,
  faulty: 1 << 5,
  expression: 1 << 6,
  selector: 1 << 7,
  matcher: 1 << 8,
  matchers: 1 << 9,
  regex: 1 << 10,
  call: 1 << 11,
  range: 1 << 12,
  aggregate: 1 << 13,
  binary: 1 << 14,
  arithmetic: 1 << 15,
  division: 1 << 16,
  match: 1 << 17,
  labelled: 1 << 18,
  join: 1 << 19,
  environment: 1 << 20,
  policy: 1 << 21,
  names: 1 << 22,
  records: 1 << 23,
  twin: 1 << 24,
  routes: 1 << 25,
} as const satisfies Readonly<Record<Trait, number>>;

const ofTemplates = bits.templates | bits.queries;
const ofExpressions =
  bits.faulty |
  bits.expression |
  bits.selector |
  bits.matcher |
  bits.matchers |
  bits.regex |
  bits.call |
  bits.range |
  bits.aggregate |
  bits.binary |
  bits.arithmetic |
  bits.division |
  bits.match |
  bits.labelled |
  bits.join;

const arithmetic: ReadonlySet<string> = new Set(["+", "-", "*", "%", "^", "atan2"]);

/** So many sets of functions have a bit, of a number apart. */
const mostCalls = 30;

/** What is asked of each rule, and what is found in one. */
interface Signs {
  readonly traits: number;
  /** Sets of functions, one of which is called. */
  readonly calls: number;
}

/** The checks of rules, told apart by what a rule must have for them. */
export class WantedChecks {
  readonly #all: readonly RuleCheck[];
  readonly #wants: readonly Signs[];
  /** What any of them wants. */
  readonly #asked: Signs;
  /** The bits of functions. */
  readonly #calls = new Map<string, number>();
  /** What is no rule has no traits. */
  readonly #onAnyItem: readonly RuleCheck[];
  /** Rules with the same traits and calls are asked the same. */
  readonly #known = new Map<number, Map<number, readonly RuleCheck[]>>();

  constructor(checks: readonly RuleCheck[]) {
    this.#all = checks;
    const ofCalls = this.#bitsOfCalls();
    this.#wants = checks.map(({ wants = [], calls }) => ({
      traits: wants.reduce((sum, trait) => sum | bits[trait], 0),
      calls: calls === undefined ? 0 : (ofCalls.get(calls) ?? 0),
    }));
    this.#onAnyItem = checks.filter(({ onAnyItem }) => onAnyItem === true);
    this.#asked = {
      traits: this.#wants.reduce((sum, { traits }) => sum | traits, 0),
      calls: this.#wants.reduce((sum, { calls }) => sum | calls, 0),
    };
  }

  /** A bit for each set of functions. Those beyond the last have none: their checks are asked of all rules. */
  #bitsOfCalls(): ReadonlyMap<ReadonlySet<string>, number> {
    const ofCalls = new Map<ReadonlySet<string>, number>();
    for (const { calls } of this.#all) {
      if (calls === undefined || ofCalls.has(calls) || ofCalls.size === mostCalls) continue;
      const bit = 1 << ofCalls.size;
      ofCalls.set(calls, bit);
      for (const name of calls) this.#calls.set(name, (this.#calls.get(name) ?? 0) | bit);
    }
    return ofCalls;
  }

  /** Those that can find something in the rule, in their order. */
  of(context: RuleContext): readonly RuleCheck[] {
    if (asMap(context.item) === undefined) return this.#onAnyItem;
    const asked = this.#asked.traits;
    let traits = ofRule(context, asked) | ofWorld(context, asked);
    let calls = 0;
    if ((asked & ofExpressions) !== 0 || this.#asked.calls !== 0) {
      const found = analysed(context);
      if (found !== undefined) {
        traits |= ofExpression(found);
        calls = callsIn(found, this.#calls);
      } else if (expressionOf(context) !== undefined) traits |= bits.faulty;
    }
    let known = this.#known.get(traits);
    if (known === undefined) {
      known = new Map();
      this.#known.set(traits, known);
    }
    let wanted = known.get(calls);
    if (wanted === undefined) {
      wanted = this.#all.filter((_, index) => {
        const wants = this.#wants[index];
        return wants === undefined || ((wants.traits & ~traits) | (wants.calls & ~calls)) === 0;
      });
      known.set(calls, wanted);
    }
    return wanted;
  }
}

/** Traits of what the rule says besides its expression. */
function ofRule(context: RuleContext, asked: number): number {
  const { rule } = context;
  let has = 0;
  if (rule.kind === "alert") has |= bits.alert;
  else if (rule.kind === "record") has |= bits.record;
  if ((asked & bits.odd) !== 0 && !isPlain(context)) has |= bits.odd;
  if ((asked & ofTemplates) !== 0 && context.once(templatesOf).length > 0) {
    has |= bits.templates;
    if ((asked & bits.queries) !== 0 && mentions(context, "query")) has |= bits.queries;
  }
  return has;
}

/** Traits of what is around it. */
function ofWorld(context: RuleContext, asked: number): number {
  const { facts, names } = context;
  let has = 0;
  if (facts.environments.length > 0) has |= bits.environment;
  if (facts.policy !== undefined) has |= bits.policy;
  if (names === undefined) return has;
  has |= bits.names;
  if ((asked & bits.routes) !== 0 && names.hasRoutes) has |= bits.routes;
  if ((asked & bits.records) !== 0 && names.hasRecords) has |= bits.records;
  const own = (asked & bits.twin) === 0 ? undefined : namedRule(context);
  if (own !== undefined && names.twins(own).length > 1) has |= bits.twin;
  return has;
}

/** By index, for this is asked of every rule: an iterator would cost more than what is done. */
function ofExpression({ nodes, selectors }: Analysed): number {
  let has: number = bits.expression;
  for (let index = 0; index < nodes.length; index++) {
    const node = nodes[index];
    if (node?.kind === "call") has |= bits.call;
    else if (node?.kind === "matrix") has |= bits.range;
    else if (node?.kind === "aggregate") {
      has |= bits.aggregate;
      if (!node.without && (node.grouping?.length ?? 0) > 0) has |= bits.labelled;
    } else if (node?.kind === "binary") {
      has |= bits.binary;
      const { operator, matching } = node;
      if (operator === "/") has |= bits.division | bits.arithmetic;
      else if (arithmetic.has(operator)) has |= bits.arithmetic;
      if (matching === undefined) continue;
      has |= bits.match;
      if (matching.include.length > 0) has |= bits.join | bits.labelled;
      if (matching.on === true && matching.labels.length > 0) has |= bits.labelled;
    }
  }
  for (let index = 0; index < selectors.length; index++) {
    has |= bits.selector;
    const matchers = selectors[index]?.matchers ?? [];
    if (matchers.length > 0) has |= bits.matcher;
    if (matchers.length > 1) has |= bits.matchers;
    for (let at = 0; at < matchers.length; at++) {
      const { name, operator } = matchers[at] ?? {};
      if (operator === "=~" || operator === "!~") has |= bits.regex | bits.matchers;
      if (name === "__name__") has |= bits.matchers;
    }
  }
  return has;
}

/** The bits of what an expression calls. */
function callsIn({ nodes }: Analysed, calls: ReadonlyMap<string, number>): number {
  let has = 0;
  for (let index = 0; index < nodes.length; index++) {
    const node = nodes[index];
    if (node?.kind === "call") has |= calls.get(node.name) ?? 0;
  }
  return has;
}
