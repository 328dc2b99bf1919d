/** Monitors of our own making, as lines that know their place, so that a test can spoil their indentation. */

export interface Line {
  readonly indent: number;
  readonly text: string;
  /** Keys and indexes down to the line's own key. */
  readonly path: readonly (string | number)[];
}

type Value = string | readonly Value[] | { readonly [key: string]: Value };

export interface Style {
  readonly step: number;
  /** How far a list's dashes stand to the right of its key. */
  readonly dash: number;
  readonly comments: boolean;
}

/** A small generator of pseudo-random numbers (mulberry32): the same seed gives the same monitors on every machine. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Sample {
  readonly lines: readonly Line[];
  readonly style: Style;
}

export function sample(seed: number): Sample {
  const next = random(seed);
  const chance = (p: number): boolean => next() < p;
  const word = (words: readonly string[]): string => words[Math.floor(next() * words.length)] ?? "x";
  const labels = (least: number): Value => {
    const names = ["app", "team", "release", "app.kubernetes.io/name", "chart", "tier", "name", "part-of"];
    const picked = names.filter(() => chance(0.4));
    const all = picked.length < least ? ["app", "release"].slice(0, least) : picked;
    return Object.fromEntries(all.map((name) => [name, word(["web", "api", "db", "web-1.2.3", '"7"'])]));
  };
  const endpoint = (): Value => ({
    ...(chance(0.3) ? { interval: "30s" } : {}),
    port: word(["web", "metrics", "http"]),
    ...(chance(0.5) ? { path: "/metrics" } : {}),
    ...(chance(0.2) ? { scheme: "https", tlsConfig: { insecureSkipVerify: "true" } } : {}),
    ...(chance(0.3)
      ? { relabelings: [{ action: "keep", sourceLabels: ["a", "b"], regex: word(["x;y", "z"]) }] }
      : {}),
    ...(chance(0.2) ? { params: { module: ["one"] } } : {}),
  });
  const metadata: [string, Value][] = [
    ["name", word(["web", "api", "shop"])],
    ["namespace", word(["prod", "default"])],
    ["labels", labels(1)],
  ];
  if (chance(0.5)) metadata.push(["annotations", { "meta.example.com/release-name": "x", note: "kept" }]);
  const kind = chance(0.3) ? "PodMonitor" : "ServiceMonitor";
  const endpoints: Value = Array.from({ length: 1 + Math.floor(next() * 2) }, endpoint);
  const spec: [string, Value][] = [
    [kind === "PodMonitor" ? "podMetricsEndpoints" : "endpoints", endpoints],
    ["selector", { matchLabels: labels(1) }],
  ];
  if (chance(0.3)) spec.push(["namespaceSelector", { matchNames: ["a", "b"] }]);
  if (chance(0.3)) spec.unshift(["jobLabel", "app"]);
  if (chance(0.3)) spec.reverse();
  const style = { step: chance(0.5) ? 2 : 4, dash: chance(0.5) ? 0 : 2, comments: chance(0.5) };
  const object = {
    apiVersion: "monitoring.coreos.com/v1",
    kind,
    metadata: Object.fromEntries(chance(0.5) ? metadata : metadata.toReversed()),
    spec: Object.fromEntries(spec),
  };
  const lines: Line[] = [];
  emit(object, 0, [], style, lines, () => style.comments && chance(0.15));
  return { lines, style };
}

function emit(
  value: { readonly [key: string]: Value },
  indent: number,
  path: readonly (string | number)[],
  style: Style,
  lines: Line[],
  comment: () => boolean,
  dash = "",
): void {
  let first = true;
  for (const [key, child] of Object.entries(value)) {
    const at = [...path, key];
    const lead = first ? dash : "";
    const column = indent - lead.length;
    if (lead === "" && comment()) lines.push({ indent, text: `# about ${key}`, path: at });
    first = false;
    if (typeof child === "string") lines.push({ indent: column, text: `${lead}${key}: ${child}`, path: at });
    else if (isList(child)) {
      lines.push({ indent: column, text: `${lead}${key}:`, path: at });
      child.forEach((item, index) => {
        const start = indent + style.dash;
        if (typeof item === "string") lines.push({ indent: start, text: `- ${item}`, path: [...at, index] });
        else if (!isList(item)) emit(item, start + 2, [...at, index], style, lines, comment, "- ");
      });
    } else {
      lines.push({ indent: column, text: `${lead}${key}:`, path: at });
      emit(child, indent + style.step, at, style, lines, comment);
    }
  }
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function write(lines: readonly Line[]): string {
  return `${lines.map(({ indent, text }) => " ".repeat(indent) + text).join("\n")}\n`;
}

/** The lines below a path, itself left out. */
export function below(line: Line, ...path: readonly (string | number)[]): boolean {
  return line.path.length > path.length && path.every((step, index) => line.path[index] === step);
}
