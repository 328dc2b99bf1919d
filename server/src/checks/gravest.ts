import type { CheckLevels } from "../world/settings.ts";
import type { Finding, Severity } from "./check.ts";
import { levelOf, withLevel } from "./levels.ts";

/** How many findings there are of each kind, as `kindOf` tells kinds apart. */
export type Tally = ReadonlyMap<string, number>;

/** The findings of a file, and what can be told of them without going through all. */
export interface Countable {
  /** Nothing where only all of them tell. */
  tally(): Tally | undefined;
  /** All, or at least those of the kinds, in the order of their places. */
  findings(kinds?: ReadonlySet<string>): Iterable<Finding>;
}

/** The gravest findings of a file. */
export interface Gravest {
  /** In the order of their places. */
  readonly findings: readonly Finding[];
  /** How many there are in all; about, where there are more than are told. */
  readonly total: number;
}

type Kind = Pick<Finding, "check" | "severity" | "offByDefault">;

/** Findings of one kind are alike in all that decides which are told. */
export function kindOf({ check, severity, offByDefault }: Kind): string {
  return `${severity} ${offByDefault === true ? "off" : "on"} ${check}`;
}

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
  const tally = all.tally();
  if (tally === undefined) return ofList([...leveled(all.findings(), levels)], limit);
  const counts = new Map<Severity, number>();
  const byKind = new Map<string, Severity>();
  let total = 0;
  for (const [kind, count] of tally) {
    const severity = levelOf(fromKind(kind), levels);
    if (severity === undefined || count === 0) continue;
    byKind.set(kind, severity);
    counts.set(severity, (counts.get(severity) ?? 0) + count);
    total += count;
  }
  if (total <= limit) {
    const findings = [...leveled(all.findings(), levels)];
    return findings.length > limit ? ofList(findings, limit) : { findings, total: findings.length };
  }
  const rooms = roomsOf(counts, limit);
  const open = new Set<string>();
  for (const [kind, severity] of byKind) if ((rooms.get(severity) ?? 0) > 0) open.add(kind);
  const findings: Finding[] = [];
  let left = limit;
  for (const finding of leveled(all.findings(open), levels)) {
    const room = rooms.get(finding.severity) ?? 0;
    if (room === 0) continue;
    findings.push(finding);
    rooms.set(finding.severity, room - 1);
    if (room === 1)
      for (const [kind, severity] of byKind) if (severity === finding.severity) open.delete(kind);
    if (--left === 0) break;
  }
  return { findings, total };
}

function ofList(all: readonly Finding[], limit: number): Gravest {
  if (all.length <= limit) return { findings: all, total: all.length };
  const counts = new Map<Severity, number>();
  for (const { severity } of all) counts.set(severity, (counts.get(severity) ?? 0) + 1);
  const rooms = roomsOf(counts, limit);
  const findings = all.filter(({ severity }) => {
    const room = rooms.get(severity) ?? 0;
    rooms.set(severity, room - 1);
    return room > 0;
  });
  return { findings, total: all.length };
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

function* leveled(findings: Iterable<Finding>, levels: CheckLevels): Iterable<Finding> {
  for (const finding of findings) {
    const told = withLevel(finding, levels);
    if (told !== undefined) yield told;
  }
}
