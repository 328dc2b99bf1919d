import { quoteGo } from "../base/go-text.ts";
import { exponential, fixed, shortest, significant } from "./go-number.ts";

/** A value of a running template, of one of the types of Go that Prometheus' templates have. */
export type TemplateValue =
  | { readonly kind: "nil" }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "bool"; readonly value: boolean }
  | LabelMap
  | { readonly kind: "args"; readonly entries: ReadonlyMap<string, TemplateValue> }
  /** What a query gives where nobody can be asked: nothing. */
  | { readonly kind: "samples" }
  | { readonly kind: "alert"; readonly fields: ReadonlyMap<string, TemplateValue> };

/** `map[string]string` */
export interface LabelMap {
  readonly kind: "labels";
  /** Nothing for a label that is not there. */
  of(name: string): string | undefined;
  /** All of them in the order of their names; nothing where they are not all known. */
  readonly entries: readonly (readonly [string, string])[] | undefined;
}

/** The template fails when it is run, so that Prometheus writes `<error expanding template: …>`. */
export class TemplateFailure extends Error {}

/** What the template does is beyond what is known here. */
export class TemplateUnknown extends Error {}

/** Whether `if` takes a value for true (`text/template/exec.go`, isTrue). */
export function isTrue(value: TemplateValue): boolean {
  switch (value.kind) {
    case "nil":
    case "samples":
      return false;
    case "string":
      return value.value !== "";
    case "float":
    case "int":
      return value.value !== 0;
    case "bool":
      return value.value;
    case "labels":
      if (value.entries === undefined) return true;
      return value.entries.length > 0;
    case "args":
      return value.entries.size > 0;
    case "alert":
      return true;
  }
}

/** As an action prints a value (`printValue`, then `fmt.Fprint`). */
export function printed(value: TemplateValue): string {
  return value.kind === "nil" ? "<no value>" : sprint(value);
}

/** `fmt.Sprint` of one value. */
export function sprint(value: TemplateValue): string {
  switch (value.kind) {
    case "nil":
      return "<nil>";
    case "string":
      return value.value;
    case "float":
      return shortest(value.value);
    case "int":
    case "bool":
      return String(value.value);
    case "labels":
      if (value.entries === undefined) throw new TemplateUnknown("all labels");
      return `map[${value.entries.map(([name, text]) => `${name}:${text}`).join(" ")}]`;
    case "samples":
      return "[]";
    case "args":
    case "alert":
      throw new TemplateUnknown("a structure");
  }
}

/** `fmt.Sprint`: a space between two operands of which neither is a text. */
export function sprintAll(values: readonly TemplateValue[]): string {
  let text = "";
  for (const [index, value] of values.entries()) {
    const before = values[index - 1];
    if (before !== undefined && before.kind !== "string" && value.kind !== "string") text += " ";
    text += sprint(value);
  }
  return text;
}

const goTypes = { string: "string", float: "float64", int: "int", bool: "bool" } as const;

/** `fmt.Sprintf` for the verbs and flags that people use. */
export function sprintf(format: string, values: readonly TemplateValue[]): string {
  let used = 0;
  const text = format.replace(
    /%([-+# 0]*)(\d*)(?:\.(\d*))?([\s\S]|$)/gu,
    (_, flags: string, width: string, precision: string | undefined, verb: string) => {
      if (verb === "%") return "%";
      if (verb === "") return "%!(NOVERB)";
      if (verb === "*" || verb === "[") throw new TemplateUnknown("printf");
      const value = values[used++];
      if (value === undefined) return `%!${verb}(MISSING)`;
      // With `v` a plus asks for the names of fields, which these values have not.
      const asked = verb === "v" ? flags.replaceAll("+", "") : flags;
      const spec = { flags: asked, width: Number(width || 0), precision, verb };
      if (spec.width > 1000 || Number(precision ?? 0) > 1000) throw new TemplateUnknown("printf");
      return formatted(value, spec);
    },
  );
  const extra = values.slice(used);
  return extra.length === 0 ? text : `${text}%!(EXTRA ${extra.map(typed).join(", ")})`;
}

interface Spec {
  readonly flags: string;
  readonly width: number;
  readonly precision: string | undefined;
  readonly verb: string;
}

function formatted(value: TemplateValue, spec: Spec): string {
  const { verb, precision, flags } = spec;
  const places = precision === undefined ? undefined : Number(precision);
  if (verb === "T") return padded(typeOf(value), spec, false);
  switch (value.kind) {
    case "string": {
      const cut = places === undefined ? value.value : [...value.value].slice(0, places).join("");
      if (verb === "s" || (verb === "v" && !flags.includes("#"))) return padded(cut, spec, false);
      if (verb === "q" && !/[#+ ]/.test(flags)) return padded(quoteGo(cut), spec, false);
      if (/[xXq]/.test(verb) || flags.includes("#")) throw new TemplateUnknown("printf");
      return bad(value, spec);
    }
    case "float":
      if (/[feEgGFv]/.test(verb)) return padded(floated(value.value, verb, places, flags), spec, true);
      if (/[bxX]/.test(verb)) throw new TemplateUnknown("printf");
      return bad(value, spec);
    case "int":
      if (verb === "d" || verb === "v") {
        const laid = places === undefined ? spec : { ...spec, flags: flags.replaceAll("0", "") };
        return padded(whole(value.value, places, flags), laid, true);
      }
      if (/[boOxXcqU]/.test(verb)) throw new TemplateUnknown("printf");
      return bad(value, spec);
    case "bool":
      return verb === "t" || verb === "v" ? padded(String(value.value), spec, false) : bad(value, spec);
    case "nil":
      return verb === "v" ? padded("<nil>", spec, false) : `%!${verb}(<nil>)`;
    default:
      throw new TemplateUnknown("printf");
  }
}

function floated(value: number, verb: string, places: number | undefined, flags: string): string {
  if (flags.includes("#")) throw new TemplateUnknown("printf");
  const upper = (text: string): string => (verb === "E" || verb === "G" ? text.replace("e", "E") : text);
  if (verb === "v" || verb === "g" || verb === "G") {
    const text = places === undefined ? shortest(value) : significant(value, places);
    return signed(upper(text), flags);
  }
  const text = verb === "f" || verb === "F" ? fixed(value, places ?? 6) : exponential(value, places ?? 6);
  return signed(upper(text), flags);
}

function signed(text: string, flags: string): string {
  const positive = text.replace(/^\+/, "");
  if (positive.startsWith("-")) return positive;
  if (flags.includes("+")) return `+${positive}`;
  if (flags.includes(" ")) return ` ${positive}`;
  // Go writes infinity with its sign.
  return text;
}

function padded(text: string, { width, flags }: Spec, isNumber: boolean): string {
  const missing = width - [...text].length;
  if (missing <= 0) return text;
  if (flags.includes("-")) return text + " ".repeat(missing);
  // What is no number and has no end is never filled with zeros.
  if (!flags.includes("0") || (isNumber && /Inf|NaN/.test(text))) return " ".repeat(missing) + text;
  const start = isNumber && /^[-+ ]/.test(text) ? 1 : 0;
  return text.slice(0, start) + "0".repeat(missing) + text.slice(start);
}

/** A whole number with at least so many digits. */
function whole(value: number, places: number | undefined, flags: string): string {
  // As Go has it: of no digits at all zero is nothing.
  const digits = value === 0 && places === 0 ? "" : String(Math.abs(value)).padStart(places ?? 0, "0");
  return signed(value < 0 ? `-${digits}` : digits, flags);
}

/** A verb that is not for the type: Go shows the value with its type, laid out as was asked. */
function bad(value: Extract<TemplateValue, { kind: keyof typeof goTypes }>, spec: Spec): string {
  return `%!${spec.verb}(${goTypes[value.kind]}=${formatted(value, { ...spec, verb: "v" })})`;
}

/** `%T`, which is the same for all values of a type. */
function typeOf({ kind }: TemplateValue): string {
  if (kind === "nil") return "<nil>";
  if (kind === "string" || kind === "float" || kind === "int" || kind === "bool") return goTypes[kind];
  throw new TemplateUnknown("printf");
}

function typed(value: TemplateValue): string {
  if (value.kind === "nil") return "<nil>";
  if (value.kind !== "string" && value.kind !== "float" && value.kind !== "int" && value.kind !== "bool")
    throw new TemplateUnknown("printf");
  return `${goTypes[value.kind]}=${sprint(value)}`;
}
