import type { Random } from "./random.ts";

const words = [
  "up",
  "my:metric",
  "sum",
  "inf",
  "on",
  "bool",
  "by",
  "nan",
  "fill",
  "start",
  "x",
  "stale",
  "a1",
  "",
];
const numbers = ["0", "1", "10", "2.5", ".5", "1e3", "0x1f", "1_000", "007", "Inf", "nan", "1e", "5m"];
const counts = ["0", "1", "3", "5", "12", "100", "1.5", "x", "-1"];
const strings = ['"b"', "'c'", "`d`", '"\\n"', '"\\q"', '"', "b"];
const separators = [" ", " ", " ", "  ", "\t", "", ", "];
const keys = [
  "schema",
  "sum",
  "count",
  "z_bucket",
  "z_bucket_w",
  "buckets",
  "offset",
  "n_buckets",
  "n_offset",
  "custom_values",
  "counter_reset_hint",
  "zum",
];
const hints = ["unknown", "reset", "not_reset", "gauge", "other"];

/** A series description, sound in about one of two cases. */
export function seriesText(random: Random): string {
  const metric = random.pick(words) + (random.chance(0.6) ? labelSet(random) : "");
  let text = metric === "" ? "{}" : metric;
  if (random.chance(0.02)) text = "";
  const count = random.below(5);
  for (let index = 0; index < count; index++) text += separatorOf(random) + item(random);
  if (random.chance(0.08)) text += random.pick([" ", "#", " # c", "}", "{{", "ä", "@st", "\n"]);
  if (random.chance(0.08)) {
    const at = random.below(text.length + 1);
    text = text.slice(0, at) + text.slice(at + 1);
  }
  return text;
}

function separatorOf(random: Random): string {
  return random.chance(0.95) ? " " : random.pick(separators);
}

function labelSet(random: Random): string {
  const labels: string[] = [];
  for (let count = random.below(3); count >= 0; count--) {
    const value = random.chance(0.93) ? '"b"' : random.pick(strings);
    const name = random.chance(0.9)
      ? random.pick(["a", "job", "by", "le"])
      : random.pick(['"q.r"', "1", "ä"]);
    labels.push(
      random.chance(0.95) ? `${name}=${value}` : random.pick([name, `${name}=~${value}`, value, ""]),
    );
  }
  return `{${random.chance(0.2) ? "" : labels.join(random.chance(0.95) ? "," : " ")}${random.chance(0.1) ? "," : ""}}`;
}

function numberOf(random: Random): string {
  return random.chance(0.85) ? String(random.below(20)) : random.pick(numbers);
}

function times(random: Random): string {
  return random.chance(0.9) ? String(random.below(30)) : random.pick(counts);
}

function item(random: Random): string {
  const sign = random.chance(0.2) ? random.pick(["+", "-", "- ", "--"]) : "";
  switch (random.below(9)) {
    case 0:
      return "_";
    case 1:
      return `_x${times(random)}`;
    case 2:
      return random.chance(0.7)
        ? "stale"
        : random.pick(["stalex3", "stale+1x2", "foo", "xyz", "sum", "_a4", "stale{"]);
    case 3:
      return `${sign}${numberOf(random)}x${times(random)}`;
    case 4:
    case 5:
      return `${sign}${numberOf(random)}${random.pick(["+", "-"])}${numberOf(random)}x${times(random)}`;
    case 6:
      return `${histogram(random)}${random.chance(0.4) ? `x${times(random)}` : ""}`;
    case 7:
      return `${histogram(random)}${random.pick(["+", "-"])}${histogram(random)}${random.chance(0.9) ? `x${times(random)}` : ""}`;
    default:
      return sign + numberOf(random);
  }
}

function histogram(random: Random): string {
  const fields: string[] = [];
  for (let count = random.below(4); count > 0; count--) fields.push(field(random));
  const inner = fields.join(random.chance(0.97) ? " " : random.pick(["  ", ",", ""]));
  return `{{${random.chance(0.04) ? " " : ""}${inner}${random.chance(0.1) ? " " : ""}${random.chance(0.98) ? "}}" : "}"}`;
}

function field(random: Random): string {
  const key = random.pick(keys.slice(0, random.chance(0.98) ? -1 : undefined));
  const colon = random.chance(0.98) ? ":" : random.pick(["", " :", ": "]);
  return `${key}${colon}${fieldValue(key, random)}`;
}

function fieldValue(key: string, random: Random): string {
  if (random.chance(0.05)) return random.pick(["", "[", "inf", "-", "reset", "1.5", "[1 2"]);
  if (key === "counter_reset_hint")
    return random.chance(0.9) ? random.pick(hints.slice(0, 4)) : random.pick(hints);
  if (key === "schema") return random.pick(["0", "1", "3", "-1", "-53"]);
  // Prometheus adds histograms with a zero bucket of no width for ever.
  if (key === "z_bucket_w") return String(random.below(20));
  if (!key.endsWith("buckets") && key !== "custom_values") return numberOf(random);
  const values: string[] = [];
  for (let count = random.below(4); count >= 0; count--)
    values.push(
      random.chance(0.95)
        ? numberOf(random)
        : random.pick(["-3", "- 3", "a", "inf", "infx", "a5", "-inf", ","]),
    );
  return `[${values.join(" ")}${random.chance(0.1) ? " " : ""}]`;
}
