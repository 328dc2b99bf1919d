import type { ValueType } from "../promql/ast.ts";
import type { CallPosition } from "../promql/context.ts";
import { aggregations, functions } from "../promql/functions.ts";
import { escapedFor, type Quote, quoted } from "../promql/quote.ts";
import type { Snapshot } from "../world/snapshot.ts";
import type { EmbeddedCursor } from "./embedded.ts";
import type { LiveNames, NameSource } from "./live-names.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** What the makers of suggestions look at. */
export interface PromqlRequest {
  readonly snapshot: Snapshot;
  readonly cursor: EmbeddedCursor;
  readonly names: NameSource;
  readonly vocabulary: Vocabulary;
}

/** The type that an argument must have; nothing for unknown functions. */
export function argumentType(call: CallPosition | undefined): ValueType | undefined {
  if (call === undefined) return undefined;
  if (call.aggregate) {
    const parameter = aggregations.get(call.name)?.parameter;
    return parameter !== undefined && call.argument === 0 ? parameter.type : "vector";
  }
  const known = functions.get(call.name);
  if (known === undefined) return undefined;
  return (known.parameters[call.argument] ?? (known.variadic === 0 ? undefined : known.parameters.at(-1)))
    ?.type;
}

/** A name as a string: within the quotes that are typed, else with double quotes of its own. */
export function escapedName(name: string, quote: Quote | undefined, closed: boolean): string | undefined {
  if (quote === undefined) return quoted(name);
  const escaped = escapedFor(name, quote);
  return escaped === undefined ? undefined : escaped + (closed ? "" : quote);
}

/** In which environments a name is, where not in all of them. */
export function placesOf(name: string, live: LiveNames, asked: number): string | undefined {
  const places = live.names.get(name) ?? [];
  return places.length === asked ? undefined : places.join(", ");
}
