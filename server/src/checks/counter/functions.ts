import type { Call, VectorSelector } from "../../promql/ast.ts";
import { counterFunctions, gaugeFunctions } from "../../promql/counter-functions.ts";
import type { MetricType } from "../../world/ports.ts";
import type { Fix, RawFinding, RuleCheck, RuleContext } from "../check.ts";
import { type Analysed, analysed, unwrapped } from "../flow/analysis.ts";
import { flowKinds } from "../flow/kinds.ts";
import { liveType } from "../live/types.ts";
import { sentence, short } from "../monitor/words.ts";
import { isCounterName, isGaugeName, mayBeCounterName } from "./names.ts";

/** `rate` of a gauge takes every fall for the restart of a process, and adds the whole value to the result. */
export const rateOnGauge: RuleCheck = {
  unit: "rule",
  id: "promql.rate-on-gauge",
  severity: "hint",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["range"],
  calls: counterFunctions,
  beyondFile: true,
  summary:
    "rate, irate or increase of a gauge takes every fall for a reset; an error where a backend says it is a gauge, a warning of quantiles, else a guess by its name.",
  run(context) {
    const findings: RawFinding[] = [];
    for (const { found, call, selector } of windowsOf(context)) {
      if (!counterFunctions.has(call.name)) continue;
      const instead = call.name === "increase" ? "delta" : "deriv";
      const told = liveType(context, selector);
      if (isQuantile(selector) && (told === undefined || told.type === "summary")) {
        findings.push({
          check: rateOnGauge.id,
          severity: "warning",
          message: `A quantile of a summary is no counter, and ${call.name} takes its falls for resets: compare it itself.`,
          span: found.at(call.span),
          fixes: renamed(found, call, "avg_over_time"),
        });
        continue;
      }
      if (told !== undefined) {
        if (!noCounters.has(told.type)) continue;
        findings.push({
          check: rateOnGauge.id,
          // An exporter can be wrong about what is called a counter.
          severity: mayBeCounterName(selector.name ?? "") ? "warning" : "error",
          message: sentence(
            `\`${short(selector.name ?? "")}\` is a ${told.type} in ${told.where}: ${call.name} takes its falls for resets.`,
          ),
          span: found.at(call.span),
          fixes: renamed(found, call, instead),
        });
        continue;
      }
      if (!isGaugeName(selector.name)) continue;
      findings.push({
        check: rateOnGauge.id,
        severity: "hint",
        message: `By its name this is a gauge, and ${call.name} takes its falls for resets: use delta or deriv.`,
        span: found.at(call.span),
        fixes: renamed(found, call, instead),
      });
    }
    return findings;
  },
};

/** `delta` and its like take the reset of a counter for a fall. */
export const deltaOnCounter: RuleCheck = {
  unit: "rule",
  id: "promql.delta-on-counter",
  severity: "info",
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["range"],
  calls: gaugeFunctions,
  beyondFile: true,
  summary:
    "delta, deriv or a forecast of a counter takes every reset for a fall; a warning where a backend says it is a counter, else a guess by its name.",
  run(context) {
    const findings: RawFinding[] = [];
    for (const { found, call, selector } of windowsOf(context)) {
      if (!gaugeFunctions.has(call.name)) continue;
      const instead = call.name === "delta" ? "increase" : call.name === "deriv" ? "rate" : undefined;
      const told = liveType(context, selector);
      if (told !== undefined) {
        if (told.type !== "counter") continue;
        findings.push({
          check: deltaOnCounter.id,
          severity: "warning",
          message: sentence(
            `\`${short(selector.name ?? "")}\` is a counter in ${told.where}: ${call.name} takes its resets for falls.`,
          ),
          span: found.at(call.span),
          fixes: instead === undefined ? undefined : renamed(found, call, instead),
        });
        continue;
      }
      if (!isCounterName(selector.name)) continue;
      findings.push({
        check: deltaOnCounter.id,
        severity: "info",
        message: `By its name this is a counter, and ${call.name} takes its resets for falls: use rate or increase.`,
        span: found.at(call.span),
        fixes: instead === undefined ? undefined : renamed(found, call, instead),
      });
    }
    return findings;
  },
};

/** `irate` looks at the last two samples of its window only: between two evaluations it misses the others. */
export const irateInRule: RuleCheck = {
  unit: "rule",
  id: "promql.irate-in-rule",
  severity: "hint",
  kinds: ["rules", "PrometheusRule"],
  needs: ["promql"],
  calls: new Set(["irate"]),
  summary: "A rule uses irate, which sees only the last two samples before each evaluation.",
  *run(context) {
    const found = analysed(context);
    for (const node of found?.nodes ?? []) {
      if (found === undefined || node.kind !== "call" || node.name !== "irate") continue;
      yield {
        check: irateInRule.id,
        severity: "hint",
        message:
          "irate sees only the last two samples, so a rule misses what is between evaluations: use rate.",
        span: found.at(node.nameSpan),
        fixes: renamed(found, node, "rate"),
      };
    }
  },
};

/** `x{quantile="0.99"}`: the other series of a summary have no such label. */
function isQuantile({ name, matchers }: VectorSelector): boolean {
  if (name === undefined || mayBeCounterName(name)) return false;
  return matchers.some(
    (matcher) =>
      matcher.name === "quantile" && matcher.operator === "=" && /^(?:0?\.\d+|[01])$/.test(matcher.value),
  );
}

/** What `rate` makes no sense of. Summaries and what is told as unknown are counters in part, or may be. */
const noCounters: ReadonlySet<MetricType> = new Set(["gauge", "info", "stateset"]);

interface WindowPlace {
  readonly found: Analysed;
  readonly call: Call;
  readonly selector: VectorSelector;
}

/** Every call that reads a range of a selector. */
function* windowsOf(context: RuleContext): Iterable<WindowPlace> {
  const found = analysed(context);
  for (const call of found?.nodes ?? []) {
    if (found === undefined || call.kind !== "call") continue;
    for (const arg of call.args) {
      const window = unwrapped(arg);
      if (window.kind === "matrix") yield { found, call, selector: window.selector };
    }
  }
}

function renamed({ at }: Analysed, { nameSpan }: Call, name: string): readonly Fix[] {
  return [{ title: `Use ${name}`, safe: false, edits: [{ span: at(nameSpan), newText: name }] }];
}
