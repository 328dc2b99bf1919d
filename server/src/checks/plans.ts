import type { KindId } from "../model/document.ts";
import { readsCharts } from "./chart.ts";
import type { Check } from "./check.ts";
import { WantedChecks } from "./traits.ts";

/** What a part of a document is, as far as that decides which checks look at it. */
export interface PartTraits {
  readonly kind: KindId;
  /** It is no valid YAML. */
  readonly isBroken: boolean;
  /** It stands within another document. */
  readonly isNested: boolean;
  /** Its rules are written in another language than PromQL. */
  readonly isLogs: boolean;
}

/** The checks for parts that are alike. */
export interface PartPlan {
  /** Those for their kind. */
  readonly ofKind: readonly Check[];
  /** Those of them that look at such a part. */
  readonly checks: readonly Check[];
  /** Those that do not. */
  readonly absent: readonly Check[];
  readonly wanted: WantedChecks;
  /** Those that say something outside of rules. */
  readonly outside: readonly Check[];
  /** Their ids, of those that refuse what is decoded. */
  readonly decoding: ReadonlySet<string>;
  /** Those that are silent where something is refused so, and their ids. */
  readonly hushed: readonly Check[];
  readonly hushedIds: ReadonlySet<string>;
}

/** Which checks look at what, worked out once for all files that are checked with the same ones. */
export class CheckPlans {
  readonly registry: readonly Check[];
  readonly #known = new Map<string, PartPlan>();
  #ofCharts: CheckPlans | undefined;

  constructor(registry: readonly Check[]) {
    this.registry = registry;
  }

  /** The same of those that are told of the rules in a template of a chart. */
  get ofCharts(): CheckPlans {
    this.#ofCharts ??= new CheckPlans(this.registry.filter(readsCharts));
    return this.#ofCharts;
  }

  of(traits: PartTraits): PartPlan {
    const { kind, isBroken, isNested, isLogs } = traits;
    const key = `${kind} ${isBroken} ${isNested} ${isLogs}`;
    let plan = this.#known.get(key);
    if (plan === undefined) {
      plan = planOf(this.registry, traits);
      this.#known.set(key, plan);
    }
    return plan;
  }
}

function planOf(registry: readonly Check[], { kind, isBroken, isNested, isLogs }: PartTraits): PartPlan {
  const ofKind = registry.filter(({ kinds }) => kinds.includes(kind));
  const checks = ofKind.filter(
    (check) =>
      (!isBroken || (check.unit === "document" && check.onBrokenYaml === true)) &&
      (!isNested || check.unit === "rule") &&
      !(isLogs && check.needs?.includes("promql") === true),
  );
  const looking = new Set(checks);
  const hushed = checks.filter(({ needs }) => needs?.includes("decoded") === true);
  return {
    ofKind,
    checks,
    absent: ofKind.filter((check) => !looking.has(check)),
    wanted: new WantedChecks(checks.filter((check) => check.unit === "rule")),
    outside: checks.filter(
      (check) => check.unit === "document" || (check.unit === "rule" && check.outside !== undefined),
    ),
    decoding: idsOf(checks.filter((check) => check.unit !== "comment" && check.whileDecoding === true)),
    hushed,
    hushedIds: idsOf(hushed),
  };
}

function idsOf(checks: readonly Check[]): ReadonlySet<string> {
  return new Set(checks.map(({ id }) => id));
}
