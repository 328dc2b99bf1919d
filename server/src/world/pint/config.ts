import { compileAnchored } from "../../base/re2.ts";
import { noPolicies, PolicySet, readPolicies } from "../policy/read.ts";
import type { Match, Policy } from "../policy/types.ts";
import type { CheckLevels, Project } from "../settings.ts";
import { pintChecks } from "./checks.ts";
import { type HclBlock, type HclBody, type HclValue, parseHcl } from "./hcl.ts";
import { type PolicyData, policiesOf } from "./rules.ts";

/** What counts of a `.pint.hcl`, and one sentence for each thing in it that does not. */
export interface PintProject {
  readonly project: Project;
  readonly warnings: readonly string[];
}

const fileName = ".pint.hcl";

/** Blocks that are about nothing but pint itself, or that are read elsewhere. */
const silent: ReadonlySet<string> = new Set(["checks", "ci", "repository"]);

/** Reads pint's configuration, whose paths are relative to its folder. Never throws. */
export function readPintConfig(text: string): PintProject {
  const read = parseHcl(text);
  const warnings: string[] = [];
  const warn = (what: string): void => {
    const sentence = `${fileName}: ${what}`;
    if (!warnings.includes(sentence)) warnings.push(sentence);
  };
  const empty = { environments: [], checks: {}, enableFeatures: [], policy: noPolicies };
  if (!read.ok) {
    warn(`line ${read.line} cannot be read; the file is ignored.`);
    return { project: empty, warnings };
  }
  const policies: Policy[] = [];
  for (const block of read.body.blocks) {
    if (block.type === "rule")
      for (const data of policiesOf(block, warn))
        policies.push(...compiled(data, policies.length, block, warn));
    else if (block.type === "parser") parserSettings(block.body, warn);
    else if (block.type === "check") warn(`check "${block.labels[0] ?? ""}" is not read.`);
    else if (block.type === "prometheus" || block.type === "discovery")
      warn(`${block.type} is not read: name servers in promscope.environments.`);
    else if (!silent.has(block.type)) warn(`${block.type} is not read.`);
  }
  const policy = policies.length === 0 ? noPolicies : new PolicySet(policies);
  const project = { ...empty, checks: levelsOf(read.body, warn), policy };
  const skips = skippedFiles(read.body);
  return { project: skips === undefined ? project : { ...project, skips }, warnings };
}

function compiled(
  { value, match }: PolicyData,
  index: number,
  { line }: HclBlock,
  warn: (what: string) => void,
): readonly Policy[] {
  const { set, problems } = readPolicies([value]);
  const [policy] = set.policies;
  if (policy === undefined || problems.length > 0) {
    warn(
      `a check of the rule of line ${line} is left out: ${problems[0]?.message ?? "it asks for nothing."}`,
    );
    return [];
  }
  return [{ ...policy, index, match: policy.match.map((each, at) => withPaths(each, match[at])) }];
}

/** Paths that a match and what it excludes look at, in pint regular expressions. */
function withPaths(match: Match, paths: PolicyData["match"][number] | undefined): Match {
  return {
    ...match,
    files: pathTest(paths?.path),
    not: match.not.map((not, at) => ({ ...not, files: pathTest(paths?.not[at]) ?? not.files })),
  };
}

function pathTest(pattern: string | undefined): ((path: string) => boolean) | undefined {
  if (pattern === undefined) return undefined;
  const read = compileAnchored(pattern);
  return read.ok ? (path) => read.regex.matches(path) : () => false;
}

/** `checks { enabled, disabled }`: what pint would not say is not said. */
function levelsOf(body: HclBody, warn: (what: string) => void): CheckLevels {
  const levels: Record<string, "off"> = {};
  for (const {
    type,
    body: { attributes },
  } of body.blocks) {
    if (type !== "checks") continue;
    const disabled = textsOf(attributes.get("disabled"));
    const enabled = textsOf(attributes.get("enabled"));
    for (const name of [...disabled, ...enabled])
      if (!pintChecks.has(name.replace(/\(.*/s, ""))) warn(`pint knows no check ${name}.`);
    for (const [name, { ours }] of pintChecks)
      if (disabled.includes(name) || (enabled.length > 0 && !enabled.includes(name)))
        for (const id of ours) levels[id] = "off";
  }
  return levels;
}

/** Which files pint would not look at. */
function skippedFiles(body: HclBody): ((path: string) => boolean) | undefined {
  const tests = (name: string): readonly ((path: string) => boolean)[] =>
    body.blocks
      .filter(({ type }) => type === "parser")
      .flatMap(({ body: { attributes } }) => textsOf(attributes.get(name)))
      .flatMap((pattern) => pathTest(pattern) ?? []);
  const [include, exclude] = [tests("include"), tests("exclude")];
  if (include.length === 0 && exclude.length === 0) return undefined;
  return (path) =>
    exclude.some((test) => test(path)) || (include.length > 0 && !include.some((test) => test(path)));
}

function parserSettings({ attributes }: HclBody, warn: (what: string) => void): void {
  if (attributes.get("schema") === "thanos")
    warn("the schema thanos is not read: give the environment of these files the flavour thanos.");
  if (attributes.get("names") === "legacy")
    warn("names = legacy is not read: give the environment of these files the version of its Prometheus.");
}

function textsOf(value: HclValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
