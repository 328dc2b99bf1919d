import { noMatch } from "../policy/match.ts";
import type { Match, Policy } from "../policy/types.ts";
import type { CheckLevels } from "../settings.ts";
import { pintChecks } from "./checks.ts";
import type { HclBlock, HclValue } from "./hcl.ts";

/** Checks of pint that one of its rules switches on or off, with the compiled matches of that rule; none: all rules. */
export interface Switch {
  readonly enable: readonly string[];
  readonly disable: readonly string[];
  readonly match: readonly Match[];
}

export interface Switched {
  readonly levels: CheckLevels;
  readonly policies: readonly Policy[];
}

/**
 * What `checks { enabled, disabled }` and the `enable` and `disable` of rules leave of our checks (`isEnabled` in
 * `internal/config/parsed_rule.go`): those that are off everywhere, and policies that silence the others for some rules.
 */
export function switched(
  blocks: readonly HclBlock[],
  rules: readonly Switch[],
  warn: (what: string) => void,
): Switched {
  const lists = (name: string): readonly string[] =>
    blocks.flatMap(({ type, body }) => (type === "checks" ? textsOf(body.attributes.get(name)) : []));
  const [disabled, enabled] = [lists("disabled"), lists("enabled")];
  for (const name of [...disabled, ...enabled, ...rules.flatMap((rule) => [...rule.enable, ...rule.disable])])
    if (!pintChecks.has(bare(name))) warn(`pint knows no check ${name}.`);
  const isOff = (name: string): boolean =>
    disabled.includes(name) || (enabled.length > 0 && !enabled.includes(name));
  const off = new Set<string>();
  const policies: Policy[] = [];
  for (const name of pintChecks.keys()) {
    const enabling = rules.filter(({ enable }) => enable.includes(name));
    if (isOff(name)) {
      if (enabling.length === 0) off.add(name);
      else if (enabling.every(({ match }) => match.length > 0))
        policies.push(silencing(name, [{ ...noMatch, not: enabling.flatMap(({ match }) => match) }]));
    }
    for (const { disable, match } of rules)
      if (disable.includes(name)) {
        if (match.length === 0) off.add(name);
        else policies.push(silencing(name, match));
      }
  }
  const levels: Record<string, "off" | "info"> = smelly(blocks);
  for (const name of off)
    for (const id of pintChecks.get(name)?.ours ?? []) if (isOffIn(id, off)) levels[id] = "off";
  return { levels, policies: policies.filter(({ silence }) => silence.length > 0) };
}

/** What several checks of pint have here is off where all of them are. */
function isOffIn(id: string, off: ReadonlySet<string>): boolean {
  for (const [name, { ours }] of pintChecks) if (ours.includes(id) && !off.has(name)) return false;
  return true;
}

/** Takes the name of a check from `promql/series(prod)`. */
function bare(name: string): string {
  return name.replace(/\(.*/s, "");
}

/** `check "promql/regexp" { smelly = false }`: pint looks for these unless it is told not to, and we the other way round. */
function smelly(blocks: readonly HclBlock[]): Record<string, "off" | "info"> {
  const block = blocks.find(({ type, labels }) => type === "check" && labels[0] === "promql/regexp");
  const value = block?.body.attributes.get("smelly");
  return { "promql.regexp-smelly": value === false ? "off" : "info" };
}

/** What one check of pint alone says here is not said of the rules. */
function silencing(name: string, match: readonly Match[]): Policy {
  const silence = (pintChecks.get(name)?.ours ?? []).filter((id) => isOffIn(id, new Set([name])));
  return {
    index: 0,
    name: undefined,
    match,
    severity: undefined,
    message: undefined,
    link: undefined,
    locked: false,
    demands: undefined,
    overrides: [],
    silence,
  };
}

function textsOf(value: HclValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
