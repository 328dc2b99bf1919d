import type { Span } from "../base/text.ts";

/** Where a cursor stands in block YAML, read from the lines alone: what is being typed is often no YAML yet. */
export interface YamlPlace {
  /** Keys and item indexes (always 0) down to the mapping or list that the cursor's line belongs to. */
  readonly path: readonly (string | number)[];
  /** Keys of the same mapping on other lines. */
  readonly siblings: ReadonlySet<string>;
  /** The key on the cursor's line, where the cursor stands behind its colon. */
  readonly key: string | undefined;
  /** What is typed there, with what follows the cursor; quotes stay outside. */
  readonly typed: Span;
  readonly quote: string;
  /** Whether a colon follows the key that the cursor touches. */
  readonly hasColon: boolean;
  /** Whether the line begins with a dash. */
  readonly opensItem: boolean;
  /** The YAML document around the cursor; its text without the cursor's line. */
  readonly document: string;
}

const keyLine = /^( *(?:- +)*)["']?([\w./-]+)["']? *:(?:\s|$)/;

/** The place of an offset; nothing inside comments and where the line is neither a key nor a simple value. */
export function yamlPlaceAt(text: string, offset: number): YamlPlace | undefined {
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  const newline = text.indexOf("\n", offset);
  const lineEnd = newline < 0 ? text.length : newline;
  const before = text.slice(lineStart, offset);
  const behind = text.slice(offset, lineEnd);
  const lead = /^ *(?:- +|-$)*/.exec(before)?.[0] ?? "";
  const value = /^([\w./-]+) *: +(["']?)([^"'#{}[\]]*)$/.exec(before.slice(lead.length));
  const name = /^(["']?)([\w./-]*)$/.exec(before.slice(lead.length));
  if (value === null && name === null) return undefined;
  const typed = value?.[3] ?? name?.[2] ?? "";
  const rest = /^[\w./-]*/.exec(behind)?.[0].length ?? 0;
  const { above, below } = documentAround(text, lineStart, lineEnd);
  const around = surroundings(lead, above, below);
  return {
    ...around,
    key: value?.[1],
    typed: { start: offset - typed.length, end: offset + rest },
    quote: value?.[2] ?? name?.[1] ?? "",
    hasColon: value === null && /^[\w./-]*["']? *:/.test(behind),
    opensItem: lead.includes("-"),
    document: [...above, ...below].join("\n"),
  };
}

function documentAround(
  text: string,
  lineStart: number,
  lineEnd: number,
): { readonly above: readonly string[]; readonly below: readonly string[] } {
  const above = text.slice(0, lineStart).split(/\r?\n/).slice(0, -1);
  const below = text.slice(lineEnd).split(/\r?\n/).slice(1);
  const end = below.findIndex((line) => line.startsWith("---"));
  return {
    above: above.slice(above.findLastIndex((line) => line.startsWith("---")) + 1),
    below: end < 0 ? below : below.slice(0, end),
  };
}

/** Goes up to ever smaller columns; a list's dashes may stand in the column of its key. */
function surroundings(
  lead: string,
  above: readonly string[],
  below: readonly string[],
): Pick<YamlPlace, "path" | "siblings"> {
  const path: (string | number)[] = [];
  const siblings = new Set<string>();
  let column = lead.length;
  let own = !lead.includes("-");
  const own0 = lead.length;
  const enter = (dashes: string): void => {
    for (const dash of [...dashes.matchAll(/-/g)].toReversed()) {
      path.unshift(0);
      column = dash.index + 1;
    }
  };
  enter(lead);
  for (const line of above.toReversed()) {
    const match = keyLine.exec(line);
    if (match === null) continue;
    const [, indent = "", key = ""] = match;
    if (indent.length > column) continue;
    if (indent.length === column) {
      if (own) siblings.add(key);
      if (!indent.includes("-")) continue;
    } else {
      path.unshift(key);
      column = indent.length;
    }
    own = false;
    enter(indent);
  }
  for (const line of below) {
    const indent = line.search(/\S/);
    if (indent < 0 || indent > own0) continue;
    const key = indent === own0 ? keyLine.exec(line)?.[2] : undefined;
    if (key === undefined || line.trimStart().startsWith("-")) break;
    siblings.add(key);
  }
  return { path, siblings };
}
