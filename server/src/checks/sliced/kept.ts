import type { Run, Slice } from "../../model/sliced.ts";
import type { NameIndex } from "../../world/names/index.ts";
import type { Names } from "../../world/names/names.ts";
import { TracedNames } from "../../world/names/traced.ts";
import { byPlace } from "../assemble.ts";
import type { Facts, GroupValues, RawFinding, RuleCheck, RuleContext } from "../check.ts";
import { readsItem, ruleContext } from "../contexts.ts";
import { kindOf, type Tally } from "../gravest.ts";
import { isOtherLanguage } from "../promql/dialect.ts";
import { type Failures, ofRule } from "../run.ts";
import { mayHoldComments } from "../suppress.ts";
import type { Epoch } from "./facts.ts";
import { LiveTrace } from "./live-trace.ts";

/** What is the same for all slices of one run of the checks. */
export interface Runner {
  readonly epoch: Epoch;
  readonly checks: readonly RuleCheck[];
  readonly failures: Failures;
  readonly context: Pick<RuleContext, "kind" | "path" | "recall">;
  rulerOf(): string | undefined;
  /** The names of all files, and who is to be told what is asked of them. */
  readonly names: NameIndex | undefined;
  /** Counts the runs of the checks. */
  readonly turn: number;
}

/** What was made of a slice, kept on it as long as what that rests on stays. */
interface KeptSlice {
  readonly epoch: Epoch;
  readonly values: GroupValues;
  /** What checks of documents asked to be made of it. */
  readonly made: Map<unknown, unknown>;
  said: Said | undefined;
}

/** What the checks say of a slice. */
export interface Said {
  /** In order; offsets count from the slice's first character. */
  readonly findings: readonly RawFinding[];
  readonly isLogs: boolean;
  /** Whether the loader refuses it while it decodes. */
  readonly refuses: boolean;
  /** What it costs each check that has a budget. */
  readonly costs: readonly number[];
  /** The foreign ruler of the file, where a check asked for it. */
  readonly ruler: { readonly value: string | undefined } | undefined;
  readonly hasComments: boolean;
  /** What was asked of the names of other files. */
  readonly asked: ReadonlySet<string>;
  /** What was asked of the indexes of backends. */
  readonly live: LiveTrace;
  /** The run of the checks that said it. */
  readonly turn: number;
}

/** All that the slices of a run say together. */
export interface KeptRun {
  readonly epoch: Epoch;
  readonly values: GroupValues;
  /** Indexes of slices that have findings. */
  readonly telling: readonly number[];
  /** Indexes of slices whose findings rest on the ruler of the file. */
  readonly asking: readonly number[];
  /** Indexes of slices whose findings rest on names of other rules. */
  readonly naming: readonly number[];
  /** All that these asked of the names; nothing in a long run, whose slices are looked at one by one. */
  readonly asked: ReadonlySet<string> | undefined;
  /** Indexes of slices whose findings rest on what backends have. */
  readonly living: readonly number[];
  readonly isLogs: boolean;
  readonly refuses: boolean;
  readonly costs: readonly number[];
  /** Whether comments that may suppress findings stand in the run or before it. */
  readonly hasComments: boolean;
  /** How many findings of each kind there are; nothing where others of the file decide which of them are told. */
  readonly tally: Tally | undefined;
}

function keptOf(slice: Slice, values: GroupValues, { epoch }: Runner): KeptSlice {
  const kept = slice.kept as KeptSlice | undefined;
  if (kept !== undefined && kept.epoch === epoch && kept.values === values) return kept;
  const made: KeptSlice = { epoch, values, made: new Map(), said: undefined };
  slice.kept = made;
  return made;
}

/** What a function makes of a slice, once. */
export function madeOf(
  slice: Slice,
  values: GroupValues,
  runner: Runner,
  make: (context: RuleContext) => unknown,
): unknown {
  const { made } = keptOf(slice, values, runner);
  // What is compared with other versions knows no names of other rules, whose changes it would miss.
  if (!made.has(make))
    made.set(make, make(contextOf(slice, values, runner, runner.rulerOf, () => undefined)));
  return made.get(make);
}

function contextOf(
  slice: Slice,
  values: GroupValues,
  { context, epoch }: Runner,
  rulerOf: () => string | undefined,
  namesOf: () => Names | undefined,
  facts: Facts = epoch.tracked,
): RuleContext {
  const { lines, item } = slice;
  if (item === undefined) throw new Error("a slice that cannot be read alone has no context");
  return ruleContext(item, values, { ...context, lines, facts, rulerOf, namesOf });
}

export function saidOf(slice: Slice, values: GroupValues, runner: Runner): Said {
  const kept = keptOf(slice, values, runner);
  kept.said ??= say(slice, values, runner);
  return kept.said;
}

/** Forgets what the checks said of a slice. */
export function unsay(slice: Slice): void {
  const kept = slice.kept as KeptSlice | undefined;
  if (kept !== undefined) kept.said = undefined;
}

function say(slice: Slice, values: GroupValues, runner: Runner): Said {
  let ruler: Said["ruler"];
  const names = runner.names === undefined ? undefined : new TracedNames(runner.names);
  const rulerOf = (): string | undefined => {
    ruler = { value: runner.rulerOf() };
    return ruler.value;
  };
  const live = new LiveTrace();
  const facts = live.facts(runner.epoch.tracked);
  const context = contextOf(slice, values, runner, rulerOf, () => names, facts);
  const findings: RawFinding[] = [];
  const costs: number[] = [];
  let refuses = false;
  for (const check of runner.checks) {
    const isRead = readsItem(check, context);
    const cost = isRead ? (check.budget?.cost(context) ?? 0) : 0;
    if (check.budget !== undefined) costs.push(cost);
    if (!isRead || cost > (check.budget?.limit ?? 0)) continue;
    for (const finding of ofRule(check, context, runner.failures)) {
      findings.push(finding);
      refuses ||= check.whileDecoding === true && finding.refusedBy !== undefined;
    }
  }
  findings.sort(byPlace);
  const hasComments = mayHoldComments(slice.text);
  const asked = names?.asked ?? nothing;
  const { turn } = runner;
  const isLogs = isOtherLanguage(context);
  return { findings, isLogs, refuses, costs, ruler, hasComments, asked, live, turn };
}

const nothing: ReadonlySet<string> = new Set();

/** In longer runs it costs more to gather what was asked than it saves. */
const maxGathered = 200;

/** Whether what the slices of a run said together still counts. */
export function isKept(run: Run, values: GroupValues, { epoch }: Runner): boolean {
  const kept = run.kept as KeptRun | undefined;
  return kept !== undefined && kept.epoch === epoch && kept.values === values;
}

/** What the slices of a run say together; only what is new is looked at. */
export function keptRun(run: Run, values: GroupValues, runner: Runner): KeptRun {
  if (isKept(run, values, runner)) return run.kept as KeptRun;
  const telling: number[] = [];
  const asking: number[] = [];
  const naming: number[] = [];
  const living: number[] = [];
  const asked = run.slices.length > maxGathered ? undefined : new Set<string>();
  const costs: number[] = runner.checks.flatMap(({ budget }) => (budget === undefined ? [] : [0]));
  let isLogs = false;
  let refuses = false;
  let hasComments = mayHoldComments(run.before.text);
  const tally = new Map<string, number>();
  let hasOnce = false;
  for (const [index, slice] of run.slices.entries()) {
    const said = saidOf(slice, values, runner);
    if (said.findings.length > 0) telling.push(index);
    for (const finding of said.findings) {
      const kind = kindOf(finding);
      tally.set(kind, (tally.get(kind) ?? 0) + 1);
      hasOnce ||= finding.onceInFile !== undefined;
    }
    if (said.ruler !== undefined) asking.push(index);
    if (said.asked.size > 0) naming.push(index);
    if (asked !== undefined) for (const key of said.asked) asked.add(key);
    if (!said.live.isEmpty) living.push(index);
    for (const [budget, cost] of said.costs.entries()) costs[budget] = (costs[budget] ?? 0) + cost;
    isLogs ||= said.isLogs;
    refuses ||= said.refuses;
    hasComments ||= said.hasComments;
  }
  const { epoch } = runner;
  const made: KeptRun = {
    epoch,
    values,
    telling,
    asking,
    naming,
    asked,
    living,
    isLogs,
    refuses,
    costs,
    hasComments,
    tally: hasOnce ? undefined : tally,
  };
  run.kept = made;
  return made;
}
