import { type QueryError, queryErrorOf } from "../../world/query-errors.ts";
import type { RuleContext } from "../check.ts";
import { type Analysed, analysed } from "../flow/analysis.ts";
import { ranRules } from "./ran.ts";
import { type LiveSource, sourcesOf } from "./sources.ts";

/** Why a server does not evaluate a rule's expression. */
export interface Failure {
  readonly found: Analysed;
  readonly source: LiveSource;
  readonly error: QueryError;
  /** The server's own words. */
  readonly words: string;
}

/**
 * Of the environments that do not evaluate the rule's expression the first: as it was last run in the editor, or as it
 * is run in the command line.
 */
export function failureOf(context: RuleContext): Failure | undefined {
  return context.once(find);
}

function find(context: RuleContext): Failure | undefined {
  const found = analysed(context);
  if (found === undefined) return undefined;
  for (const { source, words } of failures(context, found)) {
    const error = queryErrorOf(words);
    if (error !== undefined) return { found, source, error, words };
  }
  return undefined;
}

function* failures(
  context: RuleContext,
  { text }: Analysed,
): Generator<{ readonly source: LiveSource; readonly words: string }> {
  const { lastRuns } = context.facts;
  if (lastRuns?.failureOf !== undefined)
    for (const source of sourcesOf(context.facts)) {
      const words = lastRuns.failureOf(source.environment.name, text.text);
      if (words !== undefined) yield { source, words };
    }
  for (const { source, result } of ranRules(context)) if (!result.ok) yield { source, words: result.error };
}
