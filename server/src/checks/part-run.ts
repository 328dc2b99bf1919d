import type { Recall } from "../base/recall.ts";
import type { DocumentPart } from "../model/document.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { type Failures, ofRule, outside } from "./asking.ts";
import { Placing, type Told } from "./assemble.ts";
import type { Check, RawFinding, RuleCheck, RuleContext } from "./check.ts";
import { contextsOf, type PartContexts, rootPath } from "./contexts.ts";
import type { CheckPlans, PartPlan } from "./plans.ts";
import { isLogQlPath, isOtherLanguage } from "./promql/dialect.ts";

/** Which checks looked at all of a file that is theirs. */
export class Done {
  readonly #ran: (readonly Check[])[] = [];
  readonly #hindered: (readonly Check[])[] = [];

  add(ran: readonly Check[], hindered: readonly Check[]): void {
    this.#ran.push(ran);
    this.#hindered.push(hindered);
  }

  /** Their ids, of which only comments ask. */
  ran(): ReadonlySet<string> {
    const ids = new Set<string>();
    for (const checks of this.#ran) for (const { id } of checks) ids.add(id);
    for (const checks of this.#hindered) for (const { id } of checks) ids.delete(id);
    return ids;
  }
}

/** What was said of some rules of a part, and what they cost each check that has a budget. */
export interface OfPart {
  readonly told: readonly Told[];
  readonly spent: readonly (readonly [check: string, cost: number])[];
}

/** The checks of one part of a document: first those of its rules, in any number of steps, then all else. */
export class PartRun {
  readonly #part: DocumentPart;
  readonly #contexts: PartContexts;
  readonly #placing: Placing;
  readonly #plan: PartPlan;
  readonly #isBroken: boolean;
  readonly #isNested: boolean;
  readonly #isUnread: boolean;
  /** Here rules stand that the program does not load: what it would say of them is no refusal of the file. */
  readonly #isLoose: boolean;

  constructor(snapshot: Snapshot, part: DocumentPart, plans: CheckPlans, recall: Recall) {
    this.#part = part;
    this.#contexts = contextsOf(snapshot, part, recall);
    this.#placing = new Placing(snapshot.document);
    this.#isBroken = part.yaml?.problems.some(({ fatal }) => fatal) === true;
    this.#isNested = part.standing === "nested" || part.standing === "chart";
    this.#isUnread = part.standing !== "embedded" && !this.#isNested && isUnread(part, snapshot);
    this.#isLoose = this.#isUnread || part.standing !== undefined;
    const isLogs =
      isLogQlPath(snapshot.document.path) ||
      this.#contexts.rules.some(({ context }) => isOtherLanguage(context));
    const { kind } = part.model;
    this.#plan = plans.of({ kind, isBroken: this.#isBroken, isNested: this.#isNested, isLogs });
  }

  /** How many rules it has. */
  get rules(): number {
    return this.#contexts.rules.length;
  }

  /** What is said of the rules from one to before another. Each may be looked at once. */
  look(from: number, to: number, failures: Failures): OfPart {
    const told: Told[] = [];
    const budgets = new Budgets();
    const { rules } = this.#contexts;
    for (let index = from; index < to; index++) {
      const rule = rules[index];
      if (rule === undefined) continue;
      const { context, path } = rule;
      let place: ((raw: RawFinding) => Told) | undefined;
      const wanted = this.#plan.wanted.of(context);
      // By index: an iterator for each rule and check would cost more than most of them.
      for (let at = 0; at < wanted.length; at++) {
        const check = wanted[at];
        if (check === undefined || (check.budget !== undefined && !budgets.allow(check, context))) continue;
        const findings = ofRule(check, context, failures);
        for (let each = 0; each < findings.length; each++) {
          const finding = findings[each];
          if (finding === undefined) continue;
          place ??= this.#placing.at(path());
          told.push(place(this.#isLoose ? unloaded(finding, this.#isUnread) : finding));
        }
      }
    }
    return { told, spent: budgets.spent() };
  }

  /**
   * All that is told, with what was said of its rules, in their order. Nothing where several looked at rules that cost
   * too much together: only one alone can tell which of them are left out.
   */
  told(looked: readonly OfPart[], failures: Failures, done: Done): readonly Told[] | undefined {
    const exceeded = this.#exceededBy(looked);
    if (exceeded.length > 0 && looked.length > 1) return undefined;
    const { ofKind, checks, absent, decoding, hushed, hushedIds } = this.#plan;
    done.add(checks, this.#isBroken ? ofKind : absent);
    done.add([], exceeded);
    const told = this.#outside(failures);
    for (const some of looked) for (const each of some.told) told.push(each);
    // Whether the loader gives up while it decodes the file.
    const refuses = told.some(
      ({ finding }) => finding.refusedBy !== undefined && decoding.has(finding.check),
    );
    if (this.#isLoose || !refuses) return told;
    done.add([], hushed);
    return told.filter(({ finding }) => !hushedIds.has(finding.check));
  }

  #exceededBy(looked: readonly OfPart[]): readonly Check[] {
    const spent = new Map<string, number>();
    for (const some of looked)
      for (const [id, cost] of some.spent) spent.set(id, (spent.get(id) ?? 0) + cost);
    if (spent.size === 0) return [];
    return this.#plan.checks.filter(
      (check) =>
        check.unit === "rule" &&
        check.budget !== undefined &&
        (spent.get(check.id) ?? 0) > check.budget.limit,
    );
  }

  #outside(failures: Failures): Told[] {
    if (this.#isNested) return [];
    const told: Told[] = [];
    const root = this.#placing.at(rootPath(this.#part).slice(0, -1));
    for (const check of this.#plan.outside)
      for (const finding of outside(check, this.#contexts.document, failures)) {
        const isItsOwn = check.unit === "document" && check.onUnreadDocuments === true;
        const loads = this.#part.standing !== "embedded" && (!this.#isUnread || isItsOwn);
        told.push(root(loads ? finding : unloaded(finding, this.#isUnread)));
      }
    return told;
  }
}

/** A finding of what no program loads; nothing of a document that is never read is an error. */
function unloaded(finding: RawFinding, unread: boolean): RawFinding {
  const { severity } = finding;
  return {
    ...finding,
    refusedBy: undefined,
    severity: unread && severity === "error" ? "warning" : severity,
  };
}

/** What is left of the budgets of checks. */
class Budgets {
  readonly #spent = new Map<RuleCheck, number>();

  allow(check: RuleCheck, context: RuleContext): boolean {
    if (check.budget === undefined) return true;
    const spent = (this.#spent.get(check) ?? 0) + check.budget.cost(context);
    this.#spent.set(check, spent);
    return spent <= check.budget.limit;
  }

  /** Endless costs as a great number, which texts can carry. */
  spent(): OfPart["spent"] {
    return [...this.#spent].map(([{ id }, cost]) => [id, Math.min(cost, Number.MAX_SAFE_INTEGER)]);
  }
}

/** Whether Prometheus never reads the part: a document of a rule file behind the first. */
function isUnread({ model, yaml }: DocumentPart, { document }: Snapshot): boolean {
  return model.kind === "rules" && document.stream?.documents[0] !== yaml;
}
