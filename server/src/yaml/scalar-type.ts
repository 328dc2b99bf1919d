import type { ScalarType } from "./node.ts";

const nulls: ReadonlySet<string> = new Set(["", "~", "null", "Null", "NULL"]);
const longestNull = 4;
const bools: ReadonlySet<string> = new Set(["true", "True", "TRUE", "false", "False", "FALSE"]);
const boolsOfVersion2: ReadonlySet<string> = new Set(
  ["y", "yes", "on", "n", "no", "off"].flatMap((word) => [
    word,
    word.toUpperCase(),
    word.charAt(0).toUpperCase() + word.slice(1),
  ]),
);
const specialFloat = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const floatForm = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
/** What Go's `strconv.ParseInt(s, 0, 64)` reads, and the octal and binary forms that go-yaml adds. */
const intForm = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/;
/** go-yaml cuts the prefix off before it asks for a number, which may then have a sign. */
const innerSign = /^0(?:b[-+][01]+|o[-+][0-7]+)$/;
const leastInt = -(2n ** 63n);
const greatestUint = 2n ** 64n - 1n;

/**
 * The type that go-yaml v3 gives an untagged plain scalar where a Go `interface{}` receives it
 * (`resolve.go`). Timestamps count as strings: nothing here decodes into a time.
 */
export function plainScalarType(text: string): ScalarType {
  const first = text.charCodeAt(0);
  // Letters other than those of null, true and false start strings only: the common case leaves early.
  if (text.length <= longestNull && nulls.has(text)) return "null";
  if (first === 0x74 || first === 0x54 || first === 0x66 || first === 0x46)
    return bools.has(text) ? "bool" : "string";
  const numeric = (first >= 0x30 && first <= 0x39) || first === 0x2b || first === 0x2d || first === 0x2e;
  if (!numeric) return "string";
  if (specialFloat.test(text)) return "float";
  const digits = first === 0x2e ? text : text.replaceAll("_", "");
  if ((intForm.test(digits) && intFits(digits)) || isSignedInside(digits)) return "int";
  return floatForm.test(digits) && Number.isFinite(Number(digits)) ? "float" : "string";
}

/**
 * The type that go-yaml v2 gives it, which Kubernetes tools, Prometheus' configuration and Alertmanager
 * use: `yes`, `no`, `on` and `off` are booleans there.
 */
export function plainScalarTypeVersion2(text: string): ScalarType {
  return boolsOfVersion2.has(text) ? "bool" : plainScalarType(text);
}

/** Whether a scalar of type `float` is an integer where it has been written as JSON: Go writes `1e3` as `1000`. */
export function isWholeFloat(text: string): boolean {
  const value = Number(text.replaceAll("_", ""));
  return Number.isInteger(value) && Math.abs(value) < 2 ** 63;
}

/** The integer a scalar of type `int` stands for; nothing for other text. */
export function integerOf(text: string): bigint | undefined {
  const digits = text.replaceAll("_", "");
  if (innerSign.test(digits)) return integerOf(digits.slice(2, 3) + digits.slice(0, 2) + digits.slice(3));
  if (!intForm.test(digits)) return undefined;
  const sign = digits.startsWith("-") ? -1n : 1n;
  const magnitude = digits.replace(/^[-+]/, "").toLowerCase();
  const octal = /^0[0-7]+$/.test(magnitude) ? `0o${magnitude.slice(1)}` : magnitude;
  return sign * BigInt(octal);
}

/** `0b+1` and `0o-7`, which go-yaml takes for integers. */
function isSignedInside(digits: string): boolean {
  if (!innerSign.test(digits)) return false;
  const value = integerOf(digits);
  return value !== undefined && value >= leastInt && value < -leastInt;
}

function intFits(digits: string): boolean {
  if (digits.length < 18) return true;
  const value = integerOf(digits);
  return value !== undefined && value >= leastInt && value <= greatestUint;
}

/** The types that tags give to scalars, whatever is written. */
export const tagTypes: Readonly<Record<string, ScalarType>> = {
  "tag:yaml.org,2002:str": "string",
  "tag:yaml.org,2002:int": "int",
  "tag:yaml.org,2002:float": "float",
  "tag:yaml.org,2002:bool": "bool",
  "tag:yaml.org,2002:null": "null",
};
