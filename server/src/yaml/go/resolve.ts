import type { YamlNode, YamlScalar } from "../node.ts";
import { plainScalarType } from "../scalar-type.ts";

const longPrefix = "tag:yaml.org,2002:";

/** A tag as go-yaml prints it. */
function shortTag(tag: string): string {
  return tag.startsWith(longPrefix) ? `!!${tag.slice(longPrefix.length)}` : tag;
}

/** The tags whose values go-yaml reads; those of others are texts. */
const resolvable = new Set(["!!bool", "!!int", "!!float", "!!null", "!!timestamp"]);
const shortTags = {
  string: "!!str",
  null: "!!null",
  bool: "!!bool",
  int: "!!int",
  float: "!!float",
} as const;
const date =
  /^\d{4}-(\d{1,2})-(\d{1,2})(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(?:Z|[-+]\d\d:\d\d)| (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?)?$/;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The tag that go-yaml gives a node, which it names in its errors (`decode.go`, parser.node). */
export function goTag(node: YamlNode): string {
  if (node.kind === "alias") return "!!alias";
  if (node.tag !== undefined && node.tag !== "!") return shortTag(node.tag);
  if (node.kind !== "scalar") return `!!${node.kind}`;
  if (node.style !== "plain") return "!!str";
  if (node.value === "<<") return "!!merge";
  return plainTag(node.value);
}

/** Why go-yaml cannot read a tagged scalar (`resolve.go`); nothing where it can. */
export function unresolved(scalar: YamlScalar): string | undefined {
  if (scalar.tag === undefined || scalar.tag === "!") return undefined;
  const tag = shortTag(scalar.tag);
  const { value } = scalar;
  if (tag === "!!binary")
    return scalar.written === undefined ? "!!binary value contains invalid base64 data" : undefined;
  if (!resolvable.has(tag)) return undefined;
  const found = tag === "!!timestamp" || !isDate(value) ? plainTag(value) : "!!str";
  if (found === tag || (found === "!!int" && tag === "!!float")) return undefined;
  return `cannot decode ${found} \`${value}\` as a ${tag}`;
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * The text that a `!!binary` scalar stands for; nothing where it is no base64. Bytes that are no UTF-8
 * are held as lone surrogates (see base/go-text.ts).
 */
export function binaryText(value: string): string | undefined {
  const source = value.replace(/[\r\n]/g, "");
  if (!base64.test(source)) return undefined;
  let bits = 0;
  let left = 0;
  let escaped = "";
  for (const char of source.replace(/=+$/, "")) {
    bits = ((bits << 6) | digits.indexOf(char)) & 0xffff;
    left += 6;
    if (left < 8) continue;
    left -= 8;
    escaped += `%${((bits >> left) & 0xff).toString(16).padStart(2, "0")}`;
  }
  try {
    return decodeURIComponent(escaped);
  } catch {
    return escaped.replace(/%(..)/g, (_, hex: string) => {
      const byte = Number.parseInt(hex, 16);
      return String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
    });
  }
}

/** The tag of an untagged plain scalar. */
function plainTag(value: string): string {
  if (value === "<<") return "!!merge";
  if (isDate(value)) return "!!timestamp";
  return shortTags[plainScalarType(value)];
}

/** `time.Parse` with the layouts of `resolve.go`. */
function isDate(text: string): boolean {
  const found = date.exec(text);
  if (found === null) return false;
  const [, month, day, ...times] = found;
  const year = Number(text.slice(0, 4));
  const days = new Date(Date.UTC(2000 + (year % 400), Number(month), 0)).getUTCDate();
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > days) return false;
  const [hour = "0", minute = "0", second = "0"] = times.filter((part) => part !== undefined);
  return Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
}
