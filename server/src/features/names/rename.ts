import type { Span } from "../../base/text.ts";
import { parseExpr } from "../../promql/parse.ts";
import type { NamePlace } from "../../world/names/rule.ts";
import type { Snapshot } from "../../world/snapshot.ts";
import { type NameAt, nameAt } from "./name-at.ts";
import { declaringPlaces, type NameOccurrence, occurrences } from "./places.ts";

/** What cannot be done, and why; one sentence for people. */
export interface Refusal {
  readonly refused: string;
}

export interface RenameEdit extends NamePlace {
  readonly newText: string;
  /** People should look at it before it is made. */
  readonly needsConfirmation: boolean;
  /** What is changed, for the preview. */
  readonly what: string;
}

/** The name that can be changed here. */
export function prepareRename(
  snapshot: Snapshot,
  offset: number,
): { readonly span: Span; readonly name: string } | Refusal {
  const found = renamable(snapshot, offset);
  return "refused" in found ? found : { span: found.span, name: found.name };
}

/** The edits that change the name of a recording rule or an alert wherever it is written. */
export function rename(snapshot: Snapshot, offset: number, newName: string): readonly RenameEdit[] | Refusal {
  const found = renamable(snapshot, offset);
  if ("refused" in found) return found;
  const fault = faultOf(found, newName);
  const { names, document } = snapshot;
  if (fault !== undefined) return { refused: fault };
  if (names === undefined) return [];
  const taken = declaringPlaces(names, { kind: found.kind, name: newName })[0];
  // Nobody could tell the series of both apart again; alerts of one name and different severities are usual.
  if (taken !== undefined && found.kind === "metric")
    return {
      refused: `${shortPath(taken.path)} records this name already: choose another, or edit one of them.`,
    };
  const edits: RenameEdit[] = [];
  for (const place of occurrences(names, found)) {
    const { uri, path, span, range } = place;
    const isOther = place.isDeclaration && uri !== document.uri;
    edits.push({
      uri,
      path,
      span,
      range,
      newText: newName,
      needsConfirmation: !place.certain || isOther || taken !== undefined,
      what: wordsOf(place, isOther),
    });
  }
  return edits;
}

function shortPath(path: string): string {
  return path.length > 40 ? `…${path.slice(-39).toWellFormed()}` : path;
}

function wordsOf({ by, isDeclaration }: NameOccurrence, isOther: boolean): string {
  if (isOther) return "Another rule of this name";
  if (isDeclaration) return "The rule";
  const words: Readonly<Record<string, string>> = {
    rule: "Rules that read it",
    dashboard: "Dashboards",
    chart: "Templates of charts",
  };
  return words[by] ?? `Uses in a ${by}`;
}

function renamable(snapshot: Snapshot, offset: number): NameAt | Refusal {
  const found = nameAt(snapshot, offset);
  if (found === undefined || snapshot.names === undefined)
    return { refused: "Only names of recording rules and alerts can be changed: put the cursor on one." };
  if (declaringPlaces(snapshot.names, found).length === 0)
    return {
      refused:
        found.kind === "metric"
          ? "No rule here records this metric, so its name is not made here and cannot be changed here."
          : "No rule here has this alert name, so it cannot be changed here.",
    };
  return found;
}

/** Words that YAML reads as something else than text. */
const yamlWords = /^(?:true|false|yes|no|on|off|null|y|n)$/i;

function faultOf({ kind, name }: NameAt, newName: string): string | undefined {
  if (newName === name) return "This is its name already.";
  if (yamlWords.test(newName))
    return "YAML reads this word as something else than text: choose another name.";
  if (kind === "metric") {
    if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(newName))
      return "A metric's name has letters, digits, _ and :, and no digit at its start.";
    // Behind a colon that ends it YAML expects a value.
    if (newName.endsWith(":")) return "YAML takes a colon at the end for a key: let the name end otherwise.";
    const { expr, errors } = parseExpr(`${newName}{a="b"}`);
    const isName = expr?.kind === "selector" && expr.name === newName && errors.length === 0;
    return isName && !/^(?:nan|inf)$/i.test(newName)
      ? undefined
      : "PromQL reads this word as something else than a metric: choose another name.";
  }
  return /^[\p{L}_][\p{L}\p{N}_./-]*(?: [\p{L}\p{N}_./-]+)*$/u.test(newName)
    ? undefined
    : "Give the alert a name of letters, digits, spaces and _ - . / that begins with a letter.";
}
