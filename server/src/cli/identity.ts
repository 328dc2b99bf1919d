import type { Finding } from "../checks/check.ts";
import type { SourceDocument } from "../model/document.ts";

/** What a finding is, whatever stands above it: two with the same are told apart only by their number. */
export interface Identity {
  readonly check: string;
  /** `alert NAME` or `record NAME` of the rule that it is in. */
  readonly rule?: string;
  /** Without the numbers that change when something above changes. */
  readonly message: string;
}

/** The identities of the findings of a document, in their order. */
export function identitiesOf(document: SourceDocument, findings: readonly Finding[]): readonly Identity[] {
  const rules = findings.length === 0 ? [] : rulesOf(document);
  return findings.map(({ check, message, span }) => {
    const rule = ruleAt(rules, span.start);
    return { check, ...(rule === undefined ? {} : { rule }), message: withoutPlaces(message) };
  });
}

/** One text for an identity in a file. */
export function keyOf(file: string, { check, rule, message }: Identity): string {
  return [file, check, rule ?? "", message].join("\0");
}

/** Lines, columns and indexes move when something above them changes. */
function withoutPlaces(message: string): string {
  return message
    .replace(/\b(lines?) \d+(?:(?:,| and| to) \d+)*/g, "$1 N")
    .replace(/:\d+(?::\d+)?(?=$|[\s,;:.)\]])/g, ":N")
    .replace(/\[\d+\]/g, "[N]");
}

interface PlacedRule {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

function rulesOf({ parts }: SourceDocument): readonly PlacedRule[] {
  const rules: PlacedRule[] = [];
  for (const { model } of parts) {
    if (!("rules" in model)) continue;
    for (const group of model.rules.groups)
      for (const { kind, name, node } of group.rules)
        rules.push({ ...node.span, name: `${kind} ${name?.value ?? ""}`.trim() });
  }
  return rules.sort((a, b) => a.start - b.start);
}

function ruleAt(rules: readonly PlacedRule[], offset: number): string | undefined {
  let low = 0;
  let high = rules.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rules[middle]?.start ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  const rule = rules[low - 1];
  return rule !== undefined && offset <= rule.end ? rule.name : undefined;
}

/** How often each identity is left; each finding takes one. */
export class Tally {
  readonly #left = new Map<string, number>();

  add(key: string, count = 1): void {
    this.#left.set(key, (this.#left.get(key) ?? 0) + count);
  }

  /** Whether one was left. */
  take(key: string): boolean {
    const left = this.#left.get(key) ?? 0;
    if (left > 0) this.#left.set(key, left - 1);
    return left > 0;
  }

  left(key: string): number {
    return this.#left.get(key) ?? 0;
  }
}
