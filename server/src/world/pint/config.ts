import { compileAnchored } from "../../base/re2.ts";
import { noMatch } from "../policy/match.ts";
import { noPolicies, PolicySet, readPolicies } from "../policy/read.ts";
import type { Match, Pattern, Policy } from "../policy/types.ts";
import { emptyProject, type Project } from "../settings.ts";
import { type HclBlock, type HclBody, type HclValue, parseHcl } from "./hcl.ts";
import { type Paths, type PolicyData, policiesOf, switchesOf } from "./rules.ts";
import { environmentsOf } from "./servers.ts";
import { type Switch, switched } from "./switches.ts";

/** What counts of a `.pint.hcl`, and one sentence for each thing in it that does not. */
export interface PintProject {
  readonly project: Project;
  readonly warnings: readonly string[];
}

const fileName = ".pint.hcl";

/** Blocks that are about nothing but pint itself, or that are read elsewhere. */
const silent: ReadonlySet<string> = new Set(["checks", "ci", "prometheus", "repository"]);

/** Reads pint's configuration, whose paths are relative to its folder. Never throws. */
export function readPintConfig(text: string): PintProject {
  const read = parseHcl(text);
  const warnings: string[] = [];
  const warn = (what: string): void => {
    const sentence = `${fileName}: ${what}`;
    if (!warnings.includes(sentence)) warnings.push(sentence);
  };
  if (!read.ok) {
    warn(`line ${read.line} cannot be read; the file is ignored.`);
    return { project: emptyProject, warnings };
  }
  const { blocks } = read.body;
  const policies: Policy[] = [];
  const switches: Switch[] = [];
  const add = (data: PolicyData, block: HclBlock): void => {
    policies.push(...compiled(data, block, warn));
  };
  for (const block of blocks) {
    if (block.type === "rule") {
      for (const data of policiesOf(block, warn)) add(data, block);
      const switching = switchesOf(block, warn);
      if (switching !== undefined) {
        const { enable, disable, about } = switching;
        // Any demand will do: only the matches are taken.
        const value = { ...about.value, require: { owner: true } };
        const [policy] = compiled({ ...about, value }, block, warn);
        if (policy !== undefined) switches.push({ enable, disable, match: policy.match });
      }
    } else if (block.type === "owners") {
      const allowed = textsOf(block.body.attributes.get("allowed"));
      const value = { severity: "error", require: { owner: allowed.length === 0 ? true : allowed } };
      add({ value, match: [] }, block);
    } else if (block.type === "parser") {
      for (const value of parserPolicies(block.body)) add({ value, match: [] }, block);
    } else if (block.type === "check") checkSettings(block, warn);
    else if (block.type === "discovery")
      warn("discovery is not read: name servers in promscope.environments.");
    else if (!silent.has(block.type)) warn(`${block.type} is not read.`);
  }
  const { levels, policies: silencing } = switched(blocks, switches, warn);
  const all = [...policies, ...silencing].map((policy, index) => ({ ...policy, index }));
  const isForThanos = blocks.some(
    ({ type, body }) => type === "parser" && body.attributes.get("schema") === "thanos",
  );
  const relaxed = parserPaths(blocks, "relaxed");
  const mayLag = lagging(blocks);
  const project: Project = {
    ...emptyProject,
    environments: environmentsOf(blocks, warn),
    checks: levels,
    policy:
      all.length === 0 && !isForThanos && relaxed.length === 0 && mayLag === undefined
        ? noPolicies
        : new PolicySet(all, { isForThanos, relaxed: (path) => relaxed.some((test) => test(path)), mayLag }),
  };
  const skips = skippedFiles(blocks);
  return { project: skips === undefined ? project : { ...project, skips }, warnings };
}

function compiled(
  { value, match }: PolicyData,
  { type, line }: HclBlock,
  warn: (what: string) => void,
): readonly Policy[] {
  const { set, problems } = readPolicies([value]);
  const [policy] = set.policies;
  if (policy === undefined || problems.length > 0) {
    warn(
      `a check of the ${type} of line ${line} is left out: ${problems[0]?.message ?? "it asks for nothing."}`,
    );
    return [];
  }
  return [{ ...policy, match: policy.match.map((each, at) => withPaths(each, match[at])) }];
}

/** Paths that a match and what it excludes look at, in pint regular expressions; and the other pattern of names. */
function withPaths(match: Match, paths: Paths | undefined): Match {
  const others = paths?.name === undefined ? [] : [otherNames(paths.name)];
  return {
    ...match,
    files: pathTest(paths?.path),
    not: [
      ...match.not.map((not, at) => ({ ...not, files: pathTest(paths?.not[at]) ?? not.files })),
      ...others,
    ],
  };
}

/** Holds for the rules whose names do not match. */
function otherNames(pattern: string): Match {
  const read = compileAnchored(pattern);
  const others: Pattern = {
    source: pattern,
    regex: { matches: (name) => read.ok && !read.regex.matches(name), expand: () => undefined },
    literals: undefined,
  };
  return { ...noMatch, names: [others] };
}

function pathTest(pattern: string | undefined): ((path: string) => boolean) | undefined {
  if (pattern === undefined) return undefined;
  const read = compileAnchored(pattern);
  return read.ok ? (path) => read.regex.matches(path) : () => false;
}

/** The settings of checks that are read. */
const settings: Readonly<Record<string, string>> = {
  "promql/regexp": "smelly",
  "rule/dependency": "ignoreGroupMismatch",
};

/** `check "rule/dependency" { ignoreGroupMismatch }`: metrics that may be read from other groups. */
function lagging(blocks: readonly HclBlock[]): ((metric: string) => boolean) | undefined {
  const tests = blocks
    .filter(({ type, labels: [name] }) => type === "check" && name === "rule/dependency")
    .flatMap(({ body }) => textsOf(body.attributes.get("ignoreGroupMismatch")))
    .flatMap((pattern) => pathTest(pattern) ?? []);
  return tests.length === 0 ? undefined : (metric) => tests.some((test) => test(metric));
}

/** `check "NAME" { … }`; what is read of it is read elsewhere. */
function checkSettings({ labels: [name = ""], body }: HclBlock, warn: (what: string) => void): void {
  for (const key of body.attributes.keys())
    if (settings[name] !== key) warn(`${key} of check "${name}" is not read.`);
}

/** The patterns of paths in a list of `parser { … }`. */
function parserPaths(blocks: readonly HclBlock[], name: string): readonly ((path: string) => boolean)[] {
  return blocks
    .filter(({ type }) => type === "parser")
    .flatMap(({ body: { attributes } }) => textsOf(attributes.get(name)))
    .flatMap((pattern) => pathTest(pattern) ?? []);
}

/** Which files pint would not look at. */
function skippedFiles(blocks: readonly HclBlock[]): ((path: string) => boolean) | undefined {
  const [include, exclude] = [parserPaths(blocks, "include"), parserPaths(blocks, "exclude")];
  if (include.length === 0 && exclude.length === 0) return undefined;
  return (path) =>
    exclude.some((test) => test(path)) || (include.length > 0 && !include.some((test) => test(path)));
}

/** `names = "legacy"`: names of before Prometheus 3 (`LegacyValidation` of `prometheus/common/model`). */
function parserPolicies({ attributes }: HclBody): readonly Readonly<Record<string, unknown>>[] {
  if (attributes.get("names") !== "legacy") return [];
  const newer = "[^a-zA-Z_].*|.*[^a-zA-Z0-9_].*";
  return [
    { severity: "error", forbid: { labels: [newer], annotations: [newer] } },
    {
      match: { kinds: "record" },
      severity: "error",
      require: { name: "[a-zA-Z_:][a-zA-Z0-9_:]*" },
    },
  ];
}

function textsOf(value: HclValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
