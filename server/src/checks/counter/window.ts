import type { Call, DurationExpr, Expr, VectorSelector } from "../../promql/ast.ts";
import { counterFunctions, gaugeFunctions } from "../../promql/counter-functions.ts";
import { printDuration } from "../../promql/print-number.ts";
import type { RawFinding, RuleCheck, RuleContext } from "../check.ts";
import { type Analysed, analysed, unwrapped } from "../flow/analysis.ts";
import { flowKinds } from "../flow/kinds.ts";
import { short } from "../monitor/words.ts";
import { scrapeInterval } from "./scrape-interval.ts";

/** Functions of two samples; those of Thanos look beyond their window. */
const ofTwo: ReadonlySet<string> = new Set(
  [...counterFunctions, ...gaugeFunctions].filter((name) => !name.startsWith("x")),
);

/**
 * Functions of two samples or more return nothing where their window holds one (`extrapolatedRate`, `instantValue`,
 * `funcDeriv` in `promql/functions.go`). A window is open at its left end, so that of two intervals holds two samples.
 */
export const rateWindow: RuleCheck = {
  unit: "rule",
  id: "promql.rate-window-vs-scrape",
  severity: "error",
  kinds: flowKinds,
  needs: ["promql"],
  calls: ofTwo,
  beyondFile: true,
  summary:
    "The window of rate, increase, delta or deriv is shorter than two scrapes, so at times it returns nothing; shorter than four is a hint.",
  run(context) {
    const findings: RawFinding[] = [];
    const found = analysed(context);
    for (const call of found?.nodes ?? []) {
      if (found === undefined || call.kind !== "call" || !ofTwo.has(call.name)) continue;
      const window = call.args.map(unwrapped).find(({ kind }) => kind === "matrix" || kind === "subquery");
      let finding: RawFinding | undefined;
      if (window?.kind === "subquery") finding = ofSteps(found, call, window.range, window.step);
      else if (window?.kind === "matrix" && !isExtended(found, window))
        finding = ofScrapes(context, found, call, window.range, window.selector);
      if (finding !== undefined) findings.push(finding);
    }
    return findings;
  },
};

/** `anchored` and `smoothed` look for a sample beyond the window. */
function isExtended({ text }: Analysed, { span }: Expr): boolean {
  return /\b(?:anchored|smoothed)\b/.test(text.text.slice(span.start, span.end));
}

function ofSteps(
  found: Analysed,
  call: Call,
  range: DurationExpr,
  step: DurationExpr | undefined,
): RawFinding | undefined {
  if (range.seconds === undefined || step?.seconds === undefined || step.seconds < range.seconds)
    return undefined;
  return {
    check: rateWindow.id,
    severity: "warning",
    message: `This window has one step of ${short(step.text, 20)} at most and ${call.name} needs two: it returns nothing.`,
    span: found.at({ start: range.span.start, end: step.span.end }),
  };
}

function ofScrapes(
  context: RuleContext,
  found: Analysed,
  call: Call,
  range: DurationExpr,
  selector: VectorSelector,
): RawFinding | undefined {
  const { seconds } = range;
  // What rules record has the interval of their group.
  if (seconds === undefined || selector.name === undefined || selector.name.includes(":")) return undefined;
  const few = scrapeInterval(context.facts, selector);
  if (few === undefined || seconds >= 4 * few.seconds) return undefined;
  const isTooShort = seconds < 2 * few.seconds;
  const enough = printDuration(4 * few.seconds) ?? "";
  const scrapes = `${few.where} scrapes every ${printDuration(few.seconds) ?? ""}`;
  return {
    check: rateWindow.id,
    severity: isTooShort ? "error" : "hint",
    message: isTooShort
      ? `${scrapes}, so ${short(range.text, 12)} has one sample at times and ${call.name} needs two: write ${enough}.`
      : `${scrapes}: one scrape that fails leaves ${call.name} without samples, write ${enough}.`,
    span: found.at(range.span),
    fixes: [
      { title: `Write ${enough}`, safe: false, edits: [{ span: found.at(range.span), newText: enough }] },
    ],
  };
}
