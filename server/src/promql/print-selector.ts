import { quoteGo } from "../base/go-text.ts";
import type { LabelMatcher } from "./ast.ts";
import { isPlainLabelName, isPlainMetricName } from "./quote.ts";

/**
 * One selector as Prometheus prints it (`VectorSelector.String` in `promql/parser/printer.go`), without modifiers:
 * matchers sorted, names quoted where they must be. A name that cannot stand before braces becomes a matcher.
 */
export function printSelector(
  name: string | undefined,
  matchers: readonly Pick<LabelMatcher, "name" | "operator" | "value">[],
): string {
  const bare = name !== undefined && isPlainMetricName(name) ? name : "";
  const all = bare === "" && name !== undefined ? [...matchers, nameMatcher(name)] : matchers;
  const parts = all.map(
    (matcher) =>
      `${isPlainLabelName(matcher.name) ? matcher.name : quoteGo(matcher.name)}${matcher.operator}${quoteGo(matcher.value)}`,
  );
  const unique = [...new Set(parts)].sort();
  return bare !== "" && unique.length === 0 ? bare : `${bare}{${unique.join(",")}}`;
}

function nameMatcher(value: string): Pick<LabelMatcher, "name" | "operator" | "value"> {
  return { name: "__name__", operator: "=", value };
}
