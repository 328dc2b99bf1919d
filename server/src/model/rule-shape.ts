import { nearest } from "../base/nearest.ts";
import { asMap, asSeq, isNull, keyOf, pairOf } from "../yaml/access.ts";
import type { YamlMap, YamlNode } from "../yaml/node.ts";

/** The keys that tell a rule from any other mapping. */
const ruleKeys = ["alert", "record", "expr"] as const;
/** Names of files and folders that people give to rules. */
const ruleFile =
  /(?:^|[/._-])(?:rules?|alerts?|alerting|recording|recordings)(?:[._-][^/]*)?\.(?:ya?ml|rules)$|\.rules$/i;
const rulesFolder = /(?:^|\/)(?:[a-z-]*rules|alerts|alerting)\//i;

/** Prometheus' own way to name files of rules. */
const ruleFileName = /\.rules?(?:\.ya?ml)?$/i;

/** Whether the name of a file says that it is loaded as Prometheus' rules, whatever has become of its content. */
export function isRuleFileName(path: string): boolean {
  return ruleFileName.test(path);
}

/** Whether a path alone makes it likely that the file holds Prometheus rules. */
function isRulePath(path: string): boolean {
  return ruleFile.test(path) || rulesFolder.test(path);
}

/**
 * Whether a mapping has the shape of a rule file. A list of groups with rules is enough, also where a key of
 * it is misspelt; without rules the path must say so, for other programs have `groups` of their own.
 */
export function hasRuleGroups(root: YamlMap, path: string, text: string): boolean {
  if (isOfGrafana(root)) return false;
  if (isRuleFileName(path)) return true;
  const groups = pairOf(root, "groups");
  if (groups !== undefined) {
    if (root.pairs.some((pair) => keyOf(pair) === "groups" && hasGroup(pair.value))) return true;
    const items = asSeq(groups.value)?.items;
    const plausible = items === undefined || items.every((item) => isNull(item) || isBareGroup(asMap(item)));
    const isAlone = root.pairs.length === 1;
    if (isForeign(items)) return false;
    if (isRulePath(path)) return plausible || isAlone || hasRuleLines(text);
    return (plausible && isNothingButGroups(root, items)) || (hasRuleLines(text) && hasOnlyRuleKeys(root));
  }
  if (isRulePath(path) && isWreck(root, text)) return true;
  return root.pairs.some(({ key, value }) => {
    const name = key.kind === "scalar" ? key.value : undefined;
    if (name === undefined || !(isRulePath(path) || nearest(name, ["groups"]) !== undefined))
      return hasOnlyRuleKeys(root) && hasGroup(value, isWholeRule);
    return hasGroup(value);
  });
}

/** Grafana provisions its own alerts from files of much the same shape, with queries instead of expressions. */
function isOfGrafana(root: YamlMap): boolean {
  if (pairOf(root, "apiVersion") === undefined) return false;
  const groups = asSeq(pairOf(root, "groups")?.value)?.items.map(asMap) ?? [];
  return groups.some((group) => group?.pairs.some((pair) => grafanaKeys.has(keyOf(pair))) === true);
}

const grafanaKeys: ReadonlySet<string | undefined> = new Set(["orgId", "folder", "folderUid"]);

/** Whether there are rules, and none has a key of Prometheus' rules. */
function isForeign(groups: readonly YamlNode[] | undefined): boolean {
  const rules = groups?.flatMap((group) => asSeq(pairOf(group, "rules")?.value)?.items ?? []) ?? [];
  const maps = rules.filter((rule) => (asMap(rule)?.pairs.length ?? 0) > 1);
  return maps.length > 0 && maps.length === rules.length && !maps.some(hasKnownKey) && !maps.some(isRule);
}

function hasKnownKey(rule: YamlNode): boolean {
  return asMap(rule)?.pairs.some((pair) => isRuleFileKey(keyOf(pair))) === true;
}

function hasGroup(list: YamlNode, is?: (rule: YamlNode) => boolean): boolean {
  return asSeq(list)?.items.some((item) => isRuleGroup(asMap(item), is)) === true;
}

/** Whether the keys are those of rule files, groups and rules alone, each at whatever place. */
function hasOnlyRuleKeys(root: YamlMap): boolean {
  return root.pairs.every((pair) => keyOf(pair) === "groups" || isRuleFileKey(keyOf(pair)));
}

/** Whether a text has the lines that rules are made of, whatever became of its structure. */
export function hasRuleLines(text: string): boolean {
  return (
    /^[ \t]*(?:-[ \t]+)?(?:alert|record)[ \t]*:/m.test(text) && /^[ \t]*(?:-[ \t]+)?expr[ \t]*:/m.test(text)
  );
}

/** Whether the text of a document that could not be read is that of rules. */
export function hasRuleText(text: string, path: string): boolean {
  if (isRuleFileName(path)) return true;
  if (isRulePath(path) && (/^[ \t]*["']?groups["']?[ \t]*:/m.test(text) || hasRuleLines(text))) return true;
  return (
    /^["']?groups["']?[ \t]*:/m.test(text) && /^[ \t]*(?:-[ \t]+)*(?:alert|record|expr)[ \t]*:/m.test(text)
  );
}

/**
 * Whether a document that is no mapping is a rule file that has lost its first line: a list of groups that each hold
 * rules, or by its path a list with a group or a rule, as other programs read them.
 */
export function isBareRules(root: YamlNode | undefined, path: string, text: string): boolean {
  if (root === undefined || asMap(root) !== undefined) return false;
  if (isRuleFileName(path)) return true;
  const items = asSeq(root)?.items.map(asMap);
  if (!isRulePath(path)) return isGroupList(root);
  if (items === undefined) return hasRuleLines(text);
  // The document may end where the line with the groups stands further left.
  const isCut = /^["']?groups["']?[ \t]*:/m.test(text) && hasRuleLines(text);
  return isCut || items.some((item) => isRuleGroup(item) || (item !== undefined && isWholeRule(item)));
}

/** Whether a node is a list of nothing but groups of whole rules. */
export function isGroupList(node: YamlNode): boolean {
  const items = asSeq(node)?.items ?? [];
  return items.length > 0 && items.every((item) => isRuleGroup(asMap(item), isWholeRule));
}

/** Whether a node is a list of nothing but whole rules. */
export function isRuleList(node: YamlNode): boolean {
  const items = asSeq(node)?.items ?? [];
  return items.length > 0 && items.every(isWholeRule);
}

/** A mapping with a list of rules under `rules` or a key that is spelt much like it. */
function isRuleGroup(group: YamlMap | undefined, is: (rule: YamlNode) => boolean = isRule): boolean {
  return (
    group?.pairs.some((pair) => {
      const key = keyOf(pair);
      const named = key === "rules" || (key !== undefined && nearest(key, ["rules"]) !== undefined);
      return named && asSeq(pair.value)?.items.some(is) === true;
    }) === true
  );
}

/** Whether a node has the keys of a rule. */
export function isRule(node: YamlNode): boolean {
  const keys = asMap(node)?.pairs.map(keyOf) ?? [];
  const near = keys.filter(
    (key) => key !== undefined && (isRuleKey(key) || nearest(key, ruleKeys) !== undefined),
  );
  return keys.some((key) => key !== undefined && isRuleKey(key)) || near.length > 1;
}

/** What nobody writes who does not write a rule. */
function isWholeRule(node: YamlNode): boolean {
  const keys = asMap(node)?.pairs.map(keyOf) ?? [];
  return keys.includes("expr") && (keys.includes("alert") || keys.includes("record"));
}

function isRuleKey(key: string): boolean {
  return key === "alert" || key === "record" || key === "expr";
}

/** A group that has no rules to be known by. */
function isBareGroup(group: YamlMap | undefined): boolean {
  return group !== undefined && (pairOf(group, "name") !== undefined || pairOf(group, "rules") !== undefined);
}

const groupKeys: ReadonlySet<string | undefined> = new Set([
  "name",
  "interval",
  "query_offset",
  "limit",
  "labels",
  "rules",
]);

/**
 * A mapping of what belongs below `groups:`, or that has lost it, in a file that has the lines of rules. A whole group
 * is none: documentation shows such.
 */
function isWreck(root: YamlMap, text: string): boolean {
  if (!hasRuleLines(text)) return false;
  return (
    /^["']?groups["']?[ \t]*:/m.test(text) ||
    (!isRuleGroup(root) && root.pairs.every((pair) => isRuleFileKey(keyOf(pair))))
  );
}

function isRuleFileKey(key: string | undefined): boolean {
  return (
    groupKeys.has(key) ||
    (key !== undefined && (isRuleKey(key) || /^(?:for|keep_firing_for|annotations)$/.test(key)))
  );
}

/** Groups without rules that have no key of another program, in a file that holds nothing else. */
function isNothingButGroups(root: YamlMap, items: readonly YamlNode[] | undefined): boolean {
  const isPure = (item: YamlNode): boolean =>
    asMap(item)?.pairs.every((pair) => groupKeys.has(keyOf(pair))) === true;
  return root.pairs.length === 1 && items !== undefined && items.length > 0 && items.every(isPure);
}
