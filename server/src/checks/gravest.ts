import type { CheckLevels } from "../world/settings.ts";
import type { Finding, Severity } from "./check.ts";
import { levelOf } from "./levels.ts";

/** How many findings there are of each kind, as `kindOf` tells kinds apart. */
export type Tally = ReadonlyMap<string, number>;

/** The findings of a file, and what can be told of them without going through all. */
export interface Countable {
  /** Nothing where only all of them tell. */
  tally(): Tally | undefined;
  /** All, or at least those of the kinds, in the order of their places. Kinds may be left out on the way. */
  told(kinds?: Kinds): Iterable<Tellable>;
}

/** A finding that is told where it is among the gravest. */
export interface Tellable {
  /** As `kindOf` says it. */
  readonly kind: string;
  readonly finding: Finding;
  /** Another number where its line or its words are others. */
  readonly version: number;
  /** What whoever tells it has made of it. */
  kept?: unknown;
}

/** All that there is, as a list. */
export function listed(findings: readonly Finding[]): Countable {
  return {
    tally: () => undefined,
    told: () => findings.map((finding) => ({ kind: kindOf(finding), finding, version: 0 })),
  };
}

/** Kinds of findings that are wanted. */
export class Kinds {
  readonly #kinds: Set<string>;
  #print = "";

  constructor(kinds: Iterable<string>) {
    this.#kinds = new Set(kinds);
    this.#print = [...this.#kinds].join("\n");
  }

  /** Is the same for the same kinds. */
  get print(): string {
    return this.#print;
  }

  has(kind: string): boolean {
    return this.#kinds.has(kind);
  }

  leaveOut(kinds: Iterable<string>): void {
    for (const kind of kinds) this.#kinds.delete(kind);
    this.#print = [...this.#kinds].join("\n");
  }
}

/** One of the gravest findings, with the severity that users chose. */
export interface Told {
  readonly of: Tellable;
  readonly severity: Severity;
}

/** The gravest findings of a file. */
export interface Gravest {
  /** In the order of their places. */
  readonly told: readonly Told[];
  /** How many there are in all; about, where there are more than are told. */
  readonly total: number;
}

/** The finding as it is told. */
export function toldFinding({ of: { finding }, severity }: Told): Finding {
  return finding.severity === severity ? finding : { ...finding, severity };
}

type Kind = Pick<Finding, "check" | "severity" | "offByDefault">;

/** Findings of one kind are alike in all that decides which are told. */
export function kindOf({ check, severity, offByDefault }: Kind): string {
  return `${severity} ${offByDefault === true ? "off" : "on"} ${check}`;
}

/** The check that a kind of findings is of. */
export function checkOfKind(kind: string): string {
  return kind.slice(kind.lastIndexOf(" ") + 1);
}

function fromKind(kind: string): Kind {
  const [severity, off] = kind.split(" ");
  return {
    check: checkOfKind(kind),
    severity: severity as Severity,
    offByDefault: off === "off" ? true : undefined,
  };
}

const severities: readonly Severity[] = ["error", "warning", "info", "hint"];

/**
 * As many findings as a list may have, with the severities that users chose: errors before warnings, wherever they
 * stand, and of equal ones those that stand first.
 */
export function gravest(all: Countable, levels: CheckLevels, limit: number): Gravest {
  const chosen = new Chosen(levels);
  const tally = all.tally();
  if (tally === undefined) return ofList([...leveled(all.told(), chosen)], limit);
  const counts = new Map<Severity, number>();
  let total = 0;
  for (const [kind, count] of tally) {
    const severity = chosen.of(kind);
    if (severity === undefined || count === 0) continue;
    counts.set(severity, (counts.get(severity) ?? 0) + count);
    total += count;
  }
  if (total <= limit) return ofList([...leveled(all.told(), chosen)], limit);
  const rooms = roomsOf(counts, limit);
  const hasRoom = (severity: Severity | undefined): boolean =>
    severity !== undefined && (rooms.get(severity) ?? 0) > 0;
  const kinds = [...tally.keys()];
  const open = new Kinds(kinds.filter((kind) => hasRoom(chosen.of(kind))));
  const told: Told[] = [];
  let left = limit;
  for (const one of leveled(all.told(open), chosen)) {
    const { severity } = one;
    if (!hasRoom(severity)) continue;
    told.push(one);
    rooms.set(severity, (rooms.get(severity) ?? 0) - 1);
    if (!hasRoom(severity)) open.leaveOut(kinds.filter((kind) => chosen.of(kind) === severity));
    if (--left === 0) break;
  }
  return { told, total };
}

/** The severities that users chose for kinds. */
class Chosen {
  readonly #levels: CheckLevels;
  readonly #known = new Map<string, Severity | undefined>();

  constructor(levels: CheckLevels) {
    this.#levels = levels;
  }

  of(kind: string): Severity | undefined {
    if (!this.#known.has(kind)) this.#known.set(kind, levelOf(fromKind(kind), this.#levels));
    return this.#known.get(kind);
  }
}

function ofList(all: readonly Told[], limit: number): Gravest {
  if (all.length <= limit) return { told: all, total: all.length };
  const counts = new Map<Severity, number>();
  for (const { severity } of all) counts.set(severity, (counts.get(severity) ?? 0) + 1);
  const rooms = roomsOf(counts, limit);
  const told = all.filter(({ severity }) => {
    const room = rooms.get(severity) ?? 0;
    rooms.set(severity, room - 1);
    return room > 0;
  });
  return { told, total: all.length };
}

/** How many of each severity are told. */
function roomsOf(counts: ReadonlyMap<Severity, number>, limit: number): Map<Severity, number> {
  const rooms = new Map<Severity, number>();
  let left = limit;
  for (const severity of severities) {
    const room = Math.min(left, counts.get(severity) ?? 0);
    rooms.set(severity, room);
    left -= room;
  }
  return rooms;
}

function* leveled(all: Iterable<Tellable>, chosen: Chosen): Iterable<Told> {
  for (const of of all) {
    const severity = chosen.of(of.kind);
    if (severity !== undefined) yield { of, severity };
  }
}
