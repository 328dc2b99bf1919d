import type { ParserOptions, ValueType } from "./ast.ts";
import {
  type AggregatorData,
  aggregatorData,
  type FunctionData,
  functionData,
  type Parameter,
  thanosFunctionData,
} from "./functions-data.ts";

export type { AggregatorData, FunctionData, Parameter } from "./functions-data.ts";

/** The functions of PromQL by name. */
export const functions: ReadonlyMap<string, FunctionData> = new Map(functionData.map((f) => [f.name, f]));

/** The functions of Thanos' own engine by name. */
export const thanosFunctions: ReadonlyMap<string, FunctionData> = new Map(
  thanosFunctionData.map((f) => [f.name, f]),
);

/** What a name calls with the options of a parser. */
export function functionNamed(
  name: string,
  { thanosFunctions: on }: ParserOptions,
): FunctionData | undefined {
  return functions.get(name) ?? (on === true ? thanosFunctions.get(name) : undefined);
}

/** The aggregation operators of PromQL by name. */
export const aggregations: ReadonlyMap<string, AggregatorData> = new Map(
  aggregatorData.map((aggregator) => [aggregator.name, aggregator]),
);

/** A type as Prometheus' messages and docs call it (`parser.DocumentedType`). */
export function documentedType(type: ValueType): string {
  if (type === "vector") return "instant vector";
  return type === "matrix" ? "range vector" : type;
}

/** A function or aggregation as signature help shows it. */
export interface Signature {
  /** `rate(v range-vector)` */
  readonly label: string;
  /** The part of the label of each parameter; the last one of a variadic function repeats. */
  readonly parameters: readonly string[];
  readonly repeatsLast: boolean;
  readonly doc: string;
  readonly experimental: boolean;
  readonly since: string;
}

function parameterLabel({ name, type, fallback }: Parameter): string {
  const word = documentedType(type).replace(" ", "-");
  return fallback === undefined ? `${name} ${word}` : `${name}=${fallback} ${word}`;
}

/** The signature of a function or aggregation operator; the name is matched as it is written there. */
export function signatureOf(name: string): Signature | undefined {
  const known = functions.get(name) ?? aggregations.get(name.toLowerCase());
  if (known === undefined) return undefined;
  const isFunction = "parameters" in known;
  const list = isFunction
    ? known.parameters
    : [...(known.parameter === undefined ? [] : [known.parameter]), { name: "v", type: "vector" as const }];
  const parameters = list.map(parameterLabel);
  const variadic = isFunction ? known.variadic : 0;
  const repeatsLast = variadic < 0 || variadic > 1;
  return {
    label: `${known.name}(${parameters.join(", ")}${repeatsLast ? ", …" : ""})`,
    parameters,
    repeatsLast,
    doc: known.doc,
    experimental: known.experimental,
    since: known.since,
  };
}
