/** A float as Go's `%v` writes it (`strconv`, format `g` with the fewest digits). */
export function shortest(value: number): string {
  const special = notFinite(value);
  if (special !== undefined) return special;
  const [mantissa = "0", exponent = "0"] = Math.abs(value).toExponential().split("e");
  const digits = mantissa.replace(".", "");
  return sign(value) + general(digits === "0" ? "" : digits, Number(exponent), 6, digits.length);
}

/** `%.Ng` */
export function significant(value: number, precision: number): string {
  const special = notFinite(value);
  if (special !== undefined) return special;
  const places = Math.max(1, precision);
  if (value === 0) return `${sign(value)}0`;
  const { digits, exponent } = rounded(Math.abs(value), places);
  const dp = exponent + 1;
  const limit = places > digits.length && digits.length >= dp ? digits.length : places;
  return sign(value) + general(digits, exponent, limit, digits.length);
}

/** `%.Nf` */
export function fixed(value: number, places: number): string {
  const special = notFinite(value);
  if (special !== undefined) return special;
  const digits = scaled(Math.abs(value), places)
    .toString()
    .padStart(places + 1, "0");
  const at = digits.length - places;
  return sign(value) + digits.slice(0, at) + (places > 0 ? `.${digits.slice(at)}` : "");
}

/** `%.Ne` */
export function exponential(value: number, places: number): string {
  const special = notFinite(value);
  if (special !== undefined) return special;
  const { digits, exponent } =
    value === 0 ? { digits: "0", exponent: 0 } : rounded(Math.abs(value), places + 1);
  return sign(value) + withExponent(digits.padEnd(places + 1, "0"), exponent);
}

function notFinite(value: number): string | undefined {
  if (Number.isNaN(value)) return "NaN";
  if (Number.isFinite(value)) return undefined;
  return value > 0 ? "+Inf" : "-Inf";
}

function sign(value: number): string {
  return value < 0 || Object.is(value, -0) ? "-" : "";
}

/** With an exponent from `limit` on and below -4, without one in between. */
function general(digits: string, exponent: number, limit: number, count: number): string {
  if (digits === "") return "0";
  if (exponent < -4 || exponent >= limit) return withExponent(digits, exponent);
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return count > exponent + 1 ? `${whole}.${digits.slice(exponent + 1)}` : whole;
}

function withExponent(digits: string, exponent: number): string {
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
  const size = String(Math.abs(exponent)).padStart(2, "0");
  return `${digits[0]}${fraction}e${exponent < 0 ? "-" : "+"}${size}`;
}

/** The first digits of a positive number, without zeros at their end. */
function rounded(value: number, count: number): { readonly digits: string; readonly exponent: number } {
  let exponent = Number(value.toExponential().split("e")[1]);
  let digits = scaled(value, count - 1 - exponent).toString();
  // The shortest text of a number may be the next power of ten.
  if (digits.length < count) digits = scaled(value, count - 1 - --exponent).toString();
  if (digits.length > count) exponent++;
  return { digits: digits.slice(0, count).replace(/(?<=.)0+$/, ""), exponent };
}

/** `value * 10 ** power`, exactly, halves to the even neighbour. */
function scaled(value: number, power: number): bigint {
  const bits = new BigUint64Array(new Float64Array([value]).buffer)[0] ?? 0n;
  const field = Number((bits >> 52n) & 0x7ffn);
  const mantissa = (bits & 0xfffffffffffffn) | (field === 0 ? 0n : 1n << 52n);
  const exponent = Math.max(field, 1) - 1075;
  let [above, below] = [mantissa, 1n];
  if (exponent > 0) above <<= BigInt(exponent);
  else below <<= BigInt(-exponent);
  if (power > 0) above *= 10n ** BigInt(power);
  else below *= 10n ** BigInt(-power);
  const quotient = above / below;
  const twice = (above % below) * 2n;
  const up = twice > below || (twice === below && quotient % 2n === 1n);
  return up ? quotient + 1n : quotient;
}
