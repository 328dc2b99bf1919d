import type { LabelMatcher } from "../promql/ast.ts";
import { isPlainLabelName, quoted } from "../promql/quote.ts";

/** A selector of what is stored, without modifiers, as a `match[]` takes it. */
export function seriesSelector(metric: string, matchers: readonly LabelMatcher[]): string {
  const others = matchers
    .filter(({ name }) => name !== "__name__")
    .map(
      ({ name, operator, value }) =>
        `${isPlainLabelName(name) ? name : quoted(name)}${operator}${quoted(value)}`,
    );
  return `{${[`__name__=${quoted(metric)}`, ...others].join(",")}}`;
}
