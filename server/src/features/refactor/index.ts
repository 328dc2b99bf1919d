import type { Span } from "../../base/text.ts";
import type { Snapshot } from "../../world/snapshot.ts";
import { addSum, changeGrouping } from "./aggregate.ts";
import { addAlertFields } from "./alert-fields.ts";
import { expressionPlace } from "./expression-place.ts";
import { extractRecord } from "./extract.ts";
import { formatExpression, formatInChart } from "./format-expression.ts";
import { inlineRecord } from "./inline.ts";
import { moveToGroup, ruleAt } from "./move.ts";
import { sortGroup } from "./order.ts";
import { convertQuotes } from "./quoting.ts";
import type { Refactoring } from "./refactoring.ts";
import { splitAlternatives } from "./split.ts";
import { swapOperands } from "./swap.ts";
import { unwrap, wrapInRate } from "./wrap.ts";

/**
 * What a person may ask for at a cursor or a selection of the file. To list it costs little; what one of them changes
 * is worked out, and proven by reading the result, when its `edits` are asked for.
 */
export function refactorings(snapshot: Snapshot, at: Span): readonly Refactoring[] {
  const { document } = snapshot;
  const place = expressionPlace(snapshot, at);
  const ofExpression =
    place === undefined
      ? formatInChart(document, at.start)
      : [
          ...wrapInRate(place),
          ...unwrap(place),
          ...addSum(place),
          ...changeGrouping(place),
          ...swapOperands(place),
          ...formatExpression(place),
          ...convertQuotes(place),
          // In a template of a chart nobody knows which rules and groups there will be.
          ...(place.owner?.inChart === true
            ? []
            : [...splitAlternatives(place), ...extractRecord(place), ...inlineRecord(place)]),
        ];
  const rule = ruleAt(document, at.start);
  if (rule === undefined) return ofExpression;
  const ofRule = place === undefined ? addAlertFields(document, rule) : [];
  return [...ofExpression, ...ofRule, ...sortGroup(document, rule), ...moveToGroup(document, rule)];
}
