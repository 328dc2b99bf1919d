import type { YamlScalar } from "../yaml/node.ts";
import { integerOf, isWholeFloat, plainScalarTypeVersion2 } from "../yaml/scalar-type.ts";

/** What a scalar is for the API server, in OpenAPI's words. */
export type JsonType = "string" | "boolean" | "integer" | "number" | "null";

/**
 * What a scalar is as kubectl sends it, which reads YAML 1.1 and writes JSON: `yes` and `on` are booleans there, `1e3`
 * is an integer, and an integer that `int64` cannot hold is none.
 */
export function jsonTypeOf(scalar: YamlScalar): JsonType {
  const isPlain = scalar.style === "plain" && scalar.tag === undefined;
  const type = isPlain ? plainScalarTypeVersion2(scalar.value) : scalar.type;
  if (type === "bool") return "boolean";
  if (type === "int") return isInt64(integerOf(scalar.value)) ? "integer" : "number";
  if (type === "float") return isWholeFloat(scalar.value) ? "integer" : "number";
  return type;
}

function isInt64(value: bigint | undefined): boolean {
  return value !== undefined && value >= -(2n ** 63n) && value < 2n ** 63n;
}

/** The number that a scalar of the type `integer` stands for. */
export function integerValue(scalar: YamlScalar): bigint {
  return integerOf(scalar.value) ?? BigInt(Number(scalar.value.replaceAll("_", "")));
}
