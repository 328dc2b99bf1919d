import { Recall } from "../base/recall.ts";
import type { ChartRules } from "../model/chart.ts";
import type { DocumentPart } from "../model/document.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { valueAt } from "../yaml/access.ts";
import { inOrder, Placing, type Told } from "./assemble.ts";
import { certainInChart, readsCharts } from "./chart.ts";
import type { Check, CheckContext, Finding, RawFinding, RuleContext } from "./check.ts";
import { ToldLines } from "./comments/told-lines.ts";
import { contextsOf, rootPath } from "./contexts.ts";
import { isLogQlPath, isOtherLanguage } from "./promql/dialect.ts";
import { allChecks } from "./registry.ts";
import { commentsOf } from "./suppress.ts";
import { WantedChecks } from "./traits.ts";

/** Equal texts stand near each other; to remember all of a large file costs more than to read some again. */
const fewTexts = 200;

/**
 * Runs every check on every part of the snapshot's document; findings come in the order of their places,
 * without those that comments suppress. Never throws: a check that fails is left out, and one sentence about
 * it is added to `problems` for the shell to log. With a `recall` that belongs to the one file, texts that stood in
 * the version before are not parsed again.
 */
export function runChecks(
  snapshot: Snapshot,
  problems: string[] = [],
  registry: readonly Check[] = allChecks,
  recall: Recall = new Recall(fewTexts),
): readonly Finding[] {
  const { document, now } = snapshot;
  const told: Told[] = [];
  const failures = new Failures(document.uri, problems);
  const done = new Done();
  recall.begin();
  for (const part of document.parts)
    for (const each of runPart(snapshot, part, registry, failures, recall, done)) told.push(each);
  if (document.chart !== undefined) return runChart(snapshot, document.chart, registry, failures, recall);
  const comments = document.parts.length === 0 ? undefined : commentsOf(document, now);
  if (comments === undefined) return inOrder(told);
  const lines = new ToldLines();
  for (const { finding } of told)
    lines.add(finding.check, document.lines.positionAt(finding.span.start).line);
  const outcome = { registry, ran: done.ran(), finds: lines.has.bind(lines) };
  const about = comments.findings(outcome).map((finding) => ({ finding, raw: finding }));
  return inOrder([...told, ...about]).filter((finding) => !comments.isSuppressed(finding));
}

/** What is certain of the rules in a template of a chart. Which comments are of no use there nobody knows. */
function runChart(
  snapshot: Snapshot,
  chart: ChartRules,
  registry: readonly Check[],
  failures: Failures,
  recall: Recall,
): readonly Finding[] {
  const sound = registry.filter(readsCharts);
  const told = chart.parts
    .flatMap((part) => runPart(snapshot, part, sound, failures, recall, new Done()))
    .flatMap((each) => {
      const finding = certainInChart(each.finding, chart);
      return finding === undefined ? [] : [{ ...each, finding }];
    });
  const comments = commentsOf(snapshot.document, snapshot.now);
  return inOrder(told).filter((finding) => comments?.isSuppressed(finding) !== true);
}

/** Which checks looked at all of a file that is theirs. */
class Done {
  readonly #ran = new Set<string>();
  readonly #hindered = new Set<string>();

  add(ran: readonly Check[], hindered: readonly Check[]): void {
    for (const { id } of ran) this.#ran.add(id);
    for (const { id } of hindered) this.#hindered.add(id);
  }

  ran(): ReadonlySet<string> {
    return new Set([...this.#ran].filter((id) => !this.#hindered.has(id)));
  }
}

function runPart(
  snapshot: Snapshot,
  part: DocumentPart,
  registry: readonly Check[],
  failures: Failures,
  recall: Recall,
  done: Done,
): readonly Told[] {
  const told: Told[] = [];
  const { document, rules } = contextsOf(snapshot, part, recall);
  const placing = new Placing(snapshot.document);
  const broken = part.yaml?.problems.some(({ fatal }) => fatal) === true;
  const nested = part.standing === "nested" || part.standing === "chart";
  const unread = part.standing !== "embedded" && !nested && isUnread(part, snapshot);
  // Here rules stand that the program does not load: what it would say of them is no refusal of the file.
  const loose = unread || part.standing !== undefined;
  const isLogs =
    isLogQlPath(snapshot.document.path) || rules.some(({ context }) => context.once(isOtherLanguage));
  const ofKind = registry.filter(({ kinds }) => kinds.includes(part.model.kind));
  const checks = ofKind.filter(
    (check) =>
      (!broken || (check.unit === "document" && check.onBrokenYaml === true)) &&
      (!nested || check.unit === "rule") &&
      !(isLogs && check.needs?.includes("promql") === true),
  );
  const looking = new Set(checks);
  done.add(checks, broken ? ofKind : ofKind.filter((check) => !looking.has(check)));
  const root = placing.at(rootPath(part).slice(0, -1));
  for (const check of nested ? [] : checks)
    for (const finding of outside(check, document, failures)) {
      const isItsOwn = check.unit === "document" && check.onUnreadDocuments === true;
      const loads = part.standing !== "embedded" && (!unread || isItsOwn);
      told.push(root(loads ? finding : unloaded(finding, unread)));
    }
  const budgets = new Budgets();
  const wanted = new WantedChecks(checks.filter((check) => check.unit === "rule"));
  for (const { context, path } of rules) {
    // What was made of all rules before is old, and would make all old that is put beside it.
    context.forget();
    let place: ((raw: RawFinding) => Told) | undefined;
    for (const check of wanted.of(context)) {
      if (check.budget !== undefined && !budgets.allow(check, context)) continue;
      for (const finding of ofRule(check, context, failures)) {
        place ??= placing.at(path());
        told.push(place(loose ? unloaded(finding, unread) : finding));
      }
    }
    context.forget();
  }
  done.add([], budgets.exceeded());
  if (loose || !refusing(told, checks)) return told;
  const hushed = checks.filter(({ needs }) => needs?.includes("decoded") === true);
  done.add([], hushed);
  const silent = new Set(hushed.map(({ id }) => id));
  return told.filter(({ finding }) => !silent.has(finding.check));
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

/** A finding of what no program loads; nothing of a document that is never read is an error. */
function unloaded(finding: RawFinding, unread: boolean): RawFinding {
  const { severity } = finding;
  return {
    ...finding,
    refusedBy: undefined,
    severity: unread && severity === "error" ? "warning" : severity,
  };
}

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
    let findings: RawFinding[] | undefined;
    for (const finding of check.run(context)) {
      findings ??= [];
      findings.push(finding);
    }
    if (findings === undefined) return nothing;
    const isAlias = valueAt(context.rule.node, "expr")?.kind === "alias";
    return isAlias ? findings.map((finding) => throughAlias(finding, context)) : findings;
  } catch (error) {
    failures.tell(check, error);
    return nothing;
  }
}

const nothing: readonly RawFinding[] = [];

/** Whether the loader gives up while it decodes the file. */
function refusing(told: readonly Told[], checks: readonly Check[]): boolean {
  const decoding = idsOf(checks, ({ whileDecoding }) => whileDecoding === true);
  return told.some(({ finding }) => finding.refusedBy !== undefined && decoding.has(finding.check));
}

function idsOf(checks: readonly Check[], which: (check: Check) => boolean): ReadonlySet<string> {
  return new Set(checks.filter(which).map(({ id }) => id));
}

/** Checks that throw: each is left out where it does, and told once. */
export class Failures {
  readonly #uri: string;
  readonly #problems: string[];
  readonly #told = new Set<string>();

  constructor(uri: string, problems: string[]) {
    this.#uri = uri;
    this.#problems = problems;
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
    if (!this.#told.has(id)) this.#problems.push(`The check ${id} failed on ${this.#uri}: ${reason}`);
    this.#told.add(id);
  }
}

/** What is left of the budgets of checks. */
class Budgets {
  readonly #spent = new Map<Check & { unit: "rule" }, number>();

  allow(check: Check & { unit: "rule" }, context: RuleContext): boolean {
    if (check.budget === undefined) return true;
    const spent = (this.#spent.get(check) ?? 0) + check.budget.cost(context);
    this.#spent.set(check, spent);
    return spent <= check.budget.limit;
  }

  /** Checks that left rules out. */
  exceeded(): readonly Check[] {
    return [...this.#spent].flatMap(([check, spent]) =>
      spent > (check.budget?.limit ?? spent) ? [check] : [],
    );
  }
}

/** Whether Prometheus never reads the part: a document of a rule file behind the first. */
function isUnread({ model, yaml }: DocumentPart, { document }: Snapshot): boolean {
  return model.kind === "rules" && document.stream?.documents[0] !== yaml;
}
