import { utf8Length } from "../base/go-text.ts";
import { significant } from "./go-number.ts";
import {
  isTrue,
  sprint,
  sprintAll,
  sprintf,
  TemplateFailure,
  TemplateUnknown,
  type TemplateValue,
} from "./values.ts";

/** What a template knows of the world around it. */
export interface TemplateWorld {
  /** Seconds since the epoch. */
  readonly now: number;
  readonly externalUrl: string;
  /** A query was asked for, which nobody answers here. */
  asked(query: string): void;
}

type Run = (args: readonly TemplateValue[], world: TemplateWorld) => TemplateValue;

interface TemplateFunction {
  readonly least: number;
  /** Nothing for any number. */
  readonly most: number | undefined;
  readonly run: Run;
}

const text = (value: string): TemplateValue => ({ kind: "string", value });
const float = (value: number): TemplateValue => ({ kind: "float", value });
const truth = (value: boolean): TemplateValue => ({ kind: "bool", value });
const none: TemplateValue = { kind: "nil" };

function of(count: number, run: (...args: readonly TemplateValue[]) => TemplateValue): TemplateFunction {
  return { least: count, most: count, run: (args) => run(...args) };
}

/** A function of one text. */
function ofText(run: (value: string) => string): TemplateFunction {
  return of(1, (value = none) => text(run(textOf(value))));
}

function ofNumber(run: (value: number) => string): TemplateFunction {
  return of(1, (value = none) => text(run(numberOf(value))));
}

/** A function of which is known what it takes, and not what it gives. */
function unknown(
  name: string,
  count: number,
  ...takes: readonly ((value: TemplateValue) => unknown)[]
): TemplateFunction {
  return of(count, (...args) => {
    for (const [index, take] of takes.entries()) take(args[index] ?? none);
    throw new TemplateUnknown(name);
  });
}

/** Values that are nothing of what a query gives, and nothing that can be called. */
function isPlain({ kind }: TemplateValue): boolean {
  return kind === "float" || kind === "int" || kind === "string" || kind === "bool";
}

function sampled(value: TemplateValue): TemplateValue {
  if (isPlain(value)) throw new TemplateFailure("wrong type for value; expected the result of a query");
  return value;
}

/** A function whose last argument is what a query gave, or one sample of it; what that says is not known. */
function ofQuery(count: number): TemplateFunction {
  return of(count, (...args) => {
    sampled(args.at(-1) ?? none);
    throw new TemplateUnknown("the result of a query");
  });
}

function called([callee = none]: readonly TemplateValue[]): TemplateValue {
  if (isPlain(callee)) throw new TemplateFailure("call of what is no function");
  throw new TemplateUnknown("call");
}

function sliced([whole = none]: readonly TemplateValue[]): TemplateValue {
  if (isPlain(whole) && whole.kind !== "string") throw new TemplateFailure("can't slice item");
  throw new TemplateUnknown("slice");
}

/** Go's and Prometheus' functions (`text/template/funcs.go`, `template/template.go`); `and` and `or` are run elsewhere. */
export const templateFunctions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ["not", of(1, (value = none) => truth(!isTrue(value)))],
  [
    "eq",
    {
      least: 2,
      most: undefined,
      run: ([first = none, ...rest]) => truth(rest.some((other) => isEqual(first, other))),
    },
  ],
  ["ne", of(2, (a = none, b = none) => truth(!isEqual(a, b)))],
  ["lt", of(2, (a = none, b = none) => truth(order(a, b) === -1))],
  ["le", of(2, (a = none, b = none) => truth([-1, 0].includes(order(a, b))))],
  // Go has it so: what is not less or equal is greater, NaN too.
  ["gt", of(2, (a = none, b = none) => truth(![-1, 0].includes(order(a, b))))],
  ["ge", of(2, (a = none, b = none) => truth(order(a, b) !== -1))],
  ["len", of(1, (value = none) => ({ kind: "int", value: lengthOf(value) }))],
  ["index", { least: 1, most: undefined, run: indexed }],
  ["print", { least: 0, most: undefined, run: (args) => text(sprintAll(args)) }],
  ["println", { least: 0, most: undefined, run: (args) => text(`${args.map(sprint).join(" ")}\n`) }],
  [
    "printf",
    { least: 1, most: undefined, run: ([format = none, ...args]) => text(sprintf(textOf(format), args)) },
  ],
  ["html", { least: 0, most: undefined, run: (args) => text(escapedHtml(shown(args))) }],
  ["urlquery", { least: 0, most: undefined, run: (args) => text(queryEscaped(shown(args))) }],
  ["urlQueryEscape", ofText(queryEscaped)],
  ["query", { least: 1, most: 1, run: asked }],
  ["sortByLabel", of(2, (_, samples = none) => sampled(samples))],
  [
    "args",
    {
      least: 0,
      most: undefined,
      run: (args) => ({ kind: "args", entries: new Map(args.map((arg, index) => [`arg${index}`, arg])) }),
    },
  ],
  ["title", ofText(titled)],
  ["toUpper", ofText((value) => plainOnly(value).toUpperCase())],
  ["toLower", ofText((value) => plainOnly(value).toLowerCase())],
  ["graphLink", ofText((value) => `/graph?g0.expr=${queryEscaped(value)}&g0.tab=0`)],
  ["tableLink", ofText((value) => `/graph?g0.expr=${queryEscaped(value)}&g0.tab=1`)],
  ["stripPort", ofText((value) => hostAndPort(value)?.host ?? value)],
  ["stripDomain", ofText(withoutDomain)],
  ["humanize", ofNumber(humanized)],
  ["humanize1024", ofNumber(humanized1024)],
  ["humanizeDuration", ofNumber(humanizedDuration)],
  ["humanizePercentage", ofNumber((value) => `${significant(value * 100, 4)}%`)],
  ["humanizeTimestamp", ofNumber(humanizedTimestamp)],
  ["now", { least: 0, most: 0, run: (_, { now }) => float(now) }],
  ["externalURL", { least: 0, most: 0, run: (_, { externalUrl }) => text(externalUrl) }],
  ["parseDuration", of(1, (value = none) => float(durationOf(textOf(value))))],
  ["first", ofQuery(1)],
  ["value", ofQuery(1)],
  ["strvalue", ofQuery(1)],
  ["label", ofQuery(2)],
  // What it gives is a type of its own.
  ["safeHtml", unknown("safeHtml", 1, textOf)],
  ["match", unknown("match", 2, textOf, textOf)],
  ["reReplaceAll", unknown("reReplaceAll", 3, textOf, textOf, textOf)],
  ["toTime", unknown("toTime", 1, numberOf)],
  ["toDuration", unknown("toDuration", 1, numberOf)],
  ["pathPrefix", unknown("pathPrefix", 0)],
  ["call", { least: 1, most: undefined, run: called }],
  ["slice", { least: 1, most: undefined, run: sliced }],
  [
    "js",
    {
      least: 0,
      most: undefined,
      run: () => {
        throw new TemplateUnknown("js");
      },
    },
  ],
]);

/** As `html` and `urlquery` see what they are given (`evalArgs`). */
function shown(args: readonly TemplateValue[]): string {
  return sprintAll(args.map((arg) => (arg.kind === "nil" ? text("<no value>") : arg)));
}

function textOf(value: TemplateValue): string {
  if (value.kind !== "string") throw new TemplateFailure("expected a string");
  return value.value;
}

/** `ConvertToFloat` of `prometheus/common/helpers/templates`. */
function numberOf(value: TemplateValue): number {
  if (value.kind === "float" || value.kind === "int") return value.value;
  if (value.kind !== "string") throw new TemplateFailure("no number");
  const { value: source } = value;
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(source)) {
    const number = Number(source);
    if (!Number.isFinite(number)) throw new TemplateFailure("out of range");
    return number;
  }
  const [, sign, word] = /^([+-]?)(inf|infinity|nan)$/i.exec(source) ?? [];
  if (word === undefined) {
    if (/^[+-]?0x|_/i.test(source)) throw new TemplateUnknown("hexadecimal");
    throw new TemplateFailure("no number");
  }
  if (word.toLowerCase() === "nan") {
    if (sign !== "") throw new TemplateFailure("no number");
    return Number.NaN;
  }
  return sign === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

type Basic = Extract<TemplateValue, { kind: "string" | "float" | "int" | "bool" }>;

function basics(a: TemplateValue, b: TemplateValue): readonly [Basic, Basic] {
  const isBasic = (value: TemplateValue): value is Basic =>
    value.kind === "string" || value.kind === "float" || value.kind === "int" || value.kind === "bool";
  if (!isBasic(a) || !isBasic(b)) throw new TemplateUnknown("a comparison");
  if (a.kind !== b.kind) throw new TemplateFailure("incompatible types for comparison");
  return [a, b];
}

function isEqual(a: TemplateValue, b: TemplateValue): boolean {
  const [left, right] = basics(a, b);
  return left.value === right.value;
}

/** -1, 0 or 1; NaN is none of them. */
function order(a: TemplateValue, b: TemplateValue): number {
  const [left, right] = basics(a, b);
  if (left.kind === "bool") throw new TemplateFailure("invalid type for comparison");
  if (left.kind === "string" && /[^\u0020-\u007e]/.test(`${left.value}${right.value}`))
    throw new TemplateUnknown("the order of letters");
  if (left.value === right.value) return 0;
  if (left.value < right.value) return -1;
  return left.value > right.value ? 1 : Number.NaN;
}

function lengthOf(value: TemplateValue): number {
  switch (value.kind) {
    case "string":
      return utf8Length(value.value);
    case "samples":
      return 0;
    case "args":
      return value.entries.size;
    case "labels":
      if (value.entries === undefined) throw new TemplateUnknown("all labels");
      return value.entries.length;
    default:
      throw new TemplateFailure("len of what has none");
  }
}

function asked([query = none]: readonly TemplateValue[], world: TemplateWorld): TemplateValue {
  world.asked(textOf(query));
  return { kind: "samples" };
}

function indexed([of, ...keys]: readonly TemplateValue[]): TemplateValue {
  let value = of ?? none;
  for (const key of keys) {
    if (value.kind === "labels") value = text(value.of(textOf(key)) ?? "");
    else if (value.kind === "args") value = value.entries.get(textOf(key)) ?? none;
    else if (value.kind === "samples") throw new TemplateUnknown("the result of a query");
    else if (value.kind === "string") throw new TemplateUnknown("a byte");
    else throw new TemplateFailure("can't index item");
  }
  return value;
}

function escapedHtml(value: string): string {
  const names: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&#34;",
    "'": "&#39;",
    "\0": "\ufffd",
  };
  return [...value].map((char) => names[char] ?? char).join("");
}

/** `url.QueryEscape` */
function queryEscaped(value: string): string {
  return encodeURIComponent(value.toWellFormed())
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}

function plainOnly(value: string): string {
  if (/[^\0-\u007f]/.test(value)) throw new TemplateUnknown("letters beyond ASCII");
  return value;
}

function titled(value: string): string {
  if (!/^[A-Za-z0-9 _-]*$/.test(value) || /(?:^|[ -])_*\d/.test(value)) throw new TemplateUnknown("title");
  return value.replace(
    /(^|[ -])(_*)([a-z])/g,
    (_, before: string, low: string, letter: string) => before + low + letter.toUpperCase(),
  );
}

/** `net.SplitHostPort`; nothing where it gives an error. */
function hostAndPort(value: string): { readonly host: string; readonly port: string } | undefined {
  const bracketed = /^\[([^[\]]*)\]:([^:[\]]*)$/.exec(value);
  const found = bracketed ?? /^([^:[\]]*):([^:[\]]*)$/.exec(value);
  return found === null ? undefined : { host: found[1] ?? "", port: found[2] ?? "" };
}

function withoutDomain(value: string): string {
  const split = hostAndPort(value);
  const host = split?.host ?? value;
  if (host.includes(":")) throw new TemplateUnknown("an address");
  if (/^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.|$)){4}$/.test(host) && !host.endsWith(".")) return value;
  const [first = ""] = host.split(".");
  return split === undefined || split.port === "" ? first : `${first}:${split.port}`;
}

const large = ["k", "M", "G", "T", "P", "E", "Z", "Y"];
const small = ["m", "u", "n", "p", "f", "a", "z", "y"];

function humanized(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return significant(value, 4);
  return Math.abs(value) >= 1 ? divided(value, 1000, large) : multiplied(value);
}

function divided(value: number, by: number, prefixes: readonly string[]): string {
  let left = value;
  let prefix = "";
  for (const next of prefixes) {
    if (Math.abs(left) < by) break;
    prefix = next;
    left /= by;
  }
  return significant(left, 4) + prefix;
}

function multiplied(value: number): string {
  let left = value;
  let prefix = "";
  for (const next of small) {
    if (Math.abs(left) >= 1) break;
    prefix = next;
    left *= 1000;
  }
  return significant(left, 4) + prefix;
}

function humanized1024(value: number): string {
  if (Math.abs(value) <= 1 || !Number.isFinite(value)) return significant(value, 4);
  return divided(value, 1024, ["ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"]);
}

function humanizedDuration(value: number): string {
  if (!Number.isFinite(value)) return significant(value, 4);
  if (value === 0) return `${significant(value, 4)}s`;
  if (Math.abs(value) < 1) return `${multiplied(value)}s`;
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) throw new TemplateUnknown("so long a time");
  const sign = value < 0 ? "-" : "";
  const whole = Math.floor(Math.abs(value));
  const [days, hours] = [Math.floor(whole / 86_400), Math.floor(whole / 3600) % 24];
  const [minutes, seconds] = [Math.floor(whole / 60) % 60, whole % 60];
  if (days > 0) return `${sign}${days}d ${hours}h ${minutes}m ${seconds}s`;
  if (hours > 0) return `${sign}${hours}h ${minutes}m ${seconds}s`;
  if (minutes > 0) return `${sign}${minutes}m ${seconds}s`;
  return `${sign}${significant(Math.abs(value), 4)}s`;
}

function humanizedTimestamp(value: number): string {
  if (!Number.isFinite(value)) return significant(value, 4);
  if (value < 0 || value > 9_000_000_000) throw new TemplateUnknown("so far a time");
  // Go cuts whole nanoseconds to milliseconds, and has rounded before.
  const moment = new Date(Number(BigInt(Math.trunc(value * 1e9)) / 1_000_000n));
  const [day, time = ""] = moment.toISOString().split("T");
  const fraction = time.slice(8, 12).replace(/\.?0+$/, "");
  return `${day} ${time.slice(0, 8)}${fraction} +0000 UTC`;
}

const seconds: readonly (readonly [string, number])[] = [
  ["y", 31_536_000],
  ["w", 604_800],
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
  ["s", 1],
  ["ms", 0.001],
];

function durationOf(source: string): number {
  if (source === "0") return 0;
  const pattern = new RegExp(`^-?${seconds.map(([unit]) => `(?:(\\d{1,9})${unit})?`).join("")}$`);
  const found = pattern.exec(source);
  if (found === null || /^-?$/.test(source)) throw new TemplateFailure("not a valid duration string");
  let milliseconds = 0;
  for (const [index, [, size]] of seconds.entries())
    milliseconds += Number(found[index + 1] ?? 0) * Math.round(size * 1000);
  if (milliseconds > 9_000_000_000_000) throw new TemplateUnknown("so long a time");
  return (source.startsWith("-") ? -milliseconds : milliseconds) / 1000;
}
