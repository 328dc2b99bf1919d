/** Numbers between which values lie, both ends included; `min` above `max` where only NaN is left. */
export interface ValueRange {
  readonly min: number;
  readonly max: number;
  /** Whether NaN is possible. */
  readonly nan: boolean;
}

export const anyValue: ValueRange = {
  min: Number.NEGATIVE_INFINITY,
  max: Number.POSITIVE_INFINITY,
  nan: true,
};
export const notNegative: ValueRange = { min: 0, max: Number.POSITIVE_INFINITY, nan: true };
export const atLeastOne: ValueRange = { min: 1, max: Number.POSITIVE_INFINITY, nan: false };

/** The range of one value. */
export function constantRange(value: number): ValueRange {
  if (Number.isNaN(value)) return { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, nan: true };
  return { min: value, max: value, nan: false };
}

/** The number, where there is only one. */
export function constantOf({ min, max, nan }: ValueRange): number | undefined {
  if (min === max && !nan) return min;
  return min > max && nan ? Number.NaN : undefined;
}

/** The smallest range that holds both. */
export function hull(a: ValueRange, b: ValueRange): ValueRange {
  return { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max), nan: a.nan || b.nan };
}

/** The range of sums of such numbers. */
export function sumOf({ min, max, nan }: ValueRange): ValueRange {
  return {
    min: min >= 0 ? min : Number.NEGATIVE_INFINITY,
    max: max <= 0 ? max : Number.POSITIVE_INFINITY,
    nan: nan || (min < 0 && max > 0),
  };
}

/** The range of means and the like, which have the sign of such numbers; rounding may take them beyond the ends. */
export function signOf({ min, max }: ValueRange): ValueRange {
  return {
    min: min >= 0 && min <= max ? 0 : Number.NEGATIVE_INFINITY,
    max: max <= 0 && min <= max ? 0 : Number.POSITIVE_INFINITY,
    nan: true,
  };
}

export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=";

const flipped: Readonly<Record<Comparison, Comparison>> = {
  "==": "==",
  "!=": "!=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

/** Whether a binary operator compares. */
export function isComparison(operator: string): operator is Comparison {
  return Object.hasOwn(flipped, operator);
}

/** The comparison that says the same of exchanged operands. */
export function flip(operator: Comparison): Comparison {
  return flipped[operator];
}

/** Whether a comparison of floats of two ranges is true, false or either. */
export function compare(
  operator: Comparison,
  a: ValueRange,
  b: ValueRange,
): "always" | "never" | "sometimes" {
  const certain = !a.nan && !b.nan;
  const same = certain && a.min === a.max && b.min === b.max && a.min === b.min;
  // What is nothing but NaN is equal to nothing.
  const disjoint = a.max < b.min || b.max < a.min || a.min > a.max || b.min > b.max;
  switch (operator) {
    case "==":
      if (same) return "always";
      return disjoint ? "never" : "sometimes";
    case "!=":
      if (disjoint) return "always";
      return same ? "never" : "sometimes";
    case "<":
    case "<=":
      return compare(flip(operator), b, a);
    case ">":
      if (a.max <= b.min) return "never";
      return certain && a.min > b.max ? "always" : "sometimes";
    case ">=":
      if (a.max < b.min || a.min > a.max || b.min > b.max) return "never";
      return certain && a.min >= b.max ? "always" : "sometimes";
  }
}

/** The range of the left values for which the comparison can be true. */
export function narrow(operator: Comparison, a: ValueRange, b: ValueRange): ValueRange {
  switch (operator) {
    case "==":
      return { min: Math.max(a.min, b.min), max: Math.min(a.max, b.max), nan: false };
    case "!=":
      return a;
    case ">":
    case ">=":
      return { min: Math.max(a.min, b.min), max: a.max, nan: false };
    case "<":
    case "<=":
      return { min: a.min, max: Math.min(a.max, b.max), nan: false };
  }
}

/** The range of `-x`. */
export function negate({ min, max, nan }: ValueRange): ValueRange {
  return { min: -max, max: -min, nan };
}

/** `math.Pow` of Go, which says 1 where JavaScript says NaN. */
function power(base: number, exponent: number): number {
  return base === 1 || (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY)
    ? 1
    : base ** exponent;
}

function calculate(operator: string, a: number, b: number): number | undefined {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
    case "^":
      return power(a, b);
    case "atan2":
      return Math.atan2(a, b);
    default:
      return undefined;
  }
}

/** The range of what an operator makes of floats of two ranges. */
export function arithmetic(operator: string, a: ValueRange, b: ValueRange): ValueRange {
  const [left, right] = [constantOf(a), constantOf(b)];
  if (left !== undefined && right !== undefined) {
    const result = calculate(operator, left, right);
    // Libraries differ in the last digit of powers and arcs.
    const exact = Number.isSafeInteger(result) || "+-*/%".includes(operator);
    return result === undefined || !exact ? anyValue : constantRange(result);
  }
  const finite = (n: number): boolean => Number.isFinite(n);
  if (operator === "+" || operator === "-") {
    const other = operator === "-" ? negate(b) : b;
    if (a.min > a.max || other.min > other.max) return anyValue;
    const clash =
      (a.max === Number.POSITIVE_INFINITY && other.min === Number.NEGATIVE_INFINITY) ||
      (a.min === Number.NEGATIVE_INFINITY && other.max === Number.POSITIVE_INFINITY);
    const sum = (x: number, y: number, otherwise: number): number =>
      Number.isNaN(x + y) ? otherwise : x + y;
    return {
      min: sum(a.min, other.min, Number.NEGATIVE_INFINITY),
      max: sum(a.max, other.max, Number.POSITIVE_INFINITY),
      nan: a.nan || other.nan || clash,
    };
  }
  if ((operator === "*" || operator === "/") && right !== undefined && finite(right) && right !== 0)
    return scaled(operator, a, right);
  if (operator === "*" && left !== undefined && finite(left) && left !== 0) return scaled("*", b, left);
  return signed(operator, a, b);
}

/** What the signs of the operands say of the result: minus zero counts as zero, and a quotient by it has any sign. */
function signed(operator: string, a: ValueRange, b: ValueRange): ValueRange {
  if (a.min > a.max || b.min > b.max) return anyValue;
  const sign = a.min >= 0 ? 1 : a.max <= 0 ? -1 : 0;
  const negative = { ...anyValue, max: 0 };
  if (operator === "*" || operator === "/") {
    const strict = operator === "/";
    const other = (strict ? b.min > 0 : b.min >= 0) ? 1 : (strict ? b.max < 0 : b.max <= 0) ? -1 : 0;
    return sign * other === 0 ? anyValue : sign * other > 0 ? notNegative : negative;
  }
  if (operator === "%") return { min: Math.min(0, a.min), max: Math.max(0, a.max), nan: true };
  return operator === "^" && a.min > 0 ? notNegative : anyValue;
}

function scaled(operator: string, { min, max, nan }: ValueRange, by: number): ValueRange {
  if (min > max) return anyValue;
  const ends = operator === "*" ? [min * by, max * by] : [min / by, max / by];
  return { min: Math.min(...ends), max: Math.max(...ends), nan };
}
