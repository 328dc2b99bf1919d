import type { YamlScalar } from "../../yaml/node.ts";
import { integerOf, isWholeFloat, plainScalarTypeVersion2 } from "../../yaml/scalar-type.ts";

/** What a scalar is as kubectl sends it, in OpenAPI's words; numbers that JSON's readers take for none of `int64` are `number`. */
export function jsonTypeOf(scalar: YamlScalar): "string" | "boolean" | "integer" | "number" | "null" {
  if (scalar.tag === "tag:yaml.org,2002:str") return "string";
  if (scalar.style !== "plain") return "string";
  const type = plainScalarTypeVersion2(scalar.value);
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
