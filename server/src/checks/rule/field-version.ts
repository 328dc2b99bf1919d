import { compareVersions } from "../../promql/dialect.ts";
import type { Version } from "../../promql/dialect-constructs.ts";
import { isPlainLabelName, isPlainMetricName } from "../../promql/quote.ts";
import { spokenIn } from "../../world/spoken.ts";
import { asMap, keyOf, pairOf, valueAt } from "../../yaml/access.ts";
import { effectivePairs } from "../../yaml/merge.ts";
import type { YamlMap, YamlPair } from "../../yaml/node.ts";
import type { CheckContext, Facts, RawFinding, RuleCheck } from "../check.ts";
import { scalarText, short } from "../monitor/words.ts";
import { ruleFileOf, ruleKinds } from "./context.ts";

/** Since when servers read a field. */
interface Gate {
  readonly field: string;
  readonly prometheus: Version;
  readonly thanos: Version;
}

/** From the operator's `sanitizePrometheusRulesSpec` (`pkg/operator/rules.go`), which leaves out what is too new. */
const ofGroups: readonly Gate[] = [
  { field: "limit", prometheus: [2, 31], thanos: [0, 24] },
  { field: "query_offset", prometheus: [2, 53], thanos: [0, 38] },
  { field: "labels", prometheus: [3, 0], thanos: [0, 39] },
];
const ofRules: readonly Gate[] = [{ field: "keep_firing_for", prometheus: [2, 42], thanos: [0, 34] }];
/** Since when every UTF-8 text is a name (the operator's `ValidationSchemeForPrometheus` and `…ForThanos`). */
const anyName: Omit<Gate, "field"> = { prometheus: [3, 0], thanos: [0, 38] };
/** Switches it on in the versions before 3.0 that have it. */
const namesFeature = "utf8-names";

/** A server whose version an environment of the file tells. */
interface Server {
  /** `Prod (Thanos 0.30)` */
  readonly words: string;
  readonly flavour: "prometheus" | "thanos";
  readonly version: Version;
  readonly features: readonly string[];
}

function serversOf({ environments, features }: Pick<Facts, "environments" | "features">): readonly Server[] {
  return environments.flatMap((access) => {
    const { name, version, dialect } = spokenIn(access, features);
    const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
    if (dialect === undefined || major === undefined || minor === undefined) return [];
    const { flavour } = dialect;
    const words = `${short(name, 30)} (${flavour === "thanos" ? "Thanos" : "Prometheus"} ${version})`;
    return { words, flavour, version: [Number(major), Number(minor)], features: dialect.features };
  });
}

function isTooOld({ flavour, version }: Server, gate: Omit<Gate, "field">): boolean {
  return compareVersions(version, gate[flavour]) < 0;
}

/**
 * A field that came after the server's version: a rule file with it is refused as a whole, as one with any unknown
 * field; from an object the operator takes it away and says so in its log alone.
 */
export const fieldVersion: RuleCheck = {
  unit: "rule",
  id: "rule.field-version",
  severity: "error",
  kinds: ruleKinds,
  wants: ["environment", "alert"],
  beyondFile: true,
  summary: "A field of a group or rule is newer than the Prometheus or Thanos of an environment.",
  run: ({ rule, facts, kind }) => tooNew(rule.node, ofRules, serversOf(facts), kind === "PrometheusRule"),
  *outside(context) {
    const servers = serversOf(context.snapshot);
    if (servers.length === 0) return;
    const isObject = context.part.model.kind === "PrometheusRule";
    for (const { node } of ruleFileOf(context)?.groups ?? [])
      yield* tooNew(node, ofGroups, servers, isObject);
  },
};

function* tooNew(
  node: YamlMap,
  gates: readonly Gate[],
  servers: readonly Server[],
  isObject: boolean,
): Iterable<RawFinding> {
  for (const gate of servers.length === 0 ? [] : gates) {
    const pair = pairOf(node, gate.field);
    const server = pair === undefined ? undefined : servers.find((each) => isTooOld(each, gate));
    if (pair === undefined || server === undefined) continue;
    const since = gate[server.flavour].join(".");
    yield {
      check: fieldVersion.id,
      severity: isObject ? "warning" : "error",
      message: isObject
        ? `${server.words} reads ${gate.field} from ${since} on; the operator leaves it out without a word.`
        : `${server.words} reads ${gate.field} from ${since} on and refuses the whole file.`,
      span: pair.key.span,
    };
  }
}

/** A name that needs Prometheus 3.0: all before refuse it with the whole file. */
export const nameVersion: RuleCheck = {
  unit: "rule",
  id: "rule.name-version",
  severity: "error",
  kinds: ruleKinds,
  wants: ["environment"],
  beyondFile: true,
  summary:
    "A metric, label or annotation has a name that the Prometheus or Thanos of an environment refuses.",
  *run({ rule, facts }) {
    const server = oldServer(facts);
    if (server === undefined) return;
    if (rule.kind === "record" && rule.name !== undefined && !isPlainMetricName(rule.name.value))
      yield refused(server, rule.name.value, rule.name.span);
    yield* badNames(rule.labels, server);
    yield* badNames(rule.annotations, server);
  },
  *outside(context: CheckContext) {
    const server = oldServer(context.snapshot);
    if (server === undefined) return;
    for (const { node } of ruleFileOf(context)?.groups ?? [])
      yield* badNames(asMap(valueAt(node, "labels")), server);
  },
};

function oldServer(facts: Pick<Facts, "environments" | "features">): Server | undefined {
  return serversOf(facts).find(
    (server) => isTooOld(server, anyName) && !server.features.includes(namesFeature),
  );
}

function* badNames(map: YamlMap | undefined, server: Server): Iterable<RawFinding> {
  for (const pair of map === undefined ? [] : effectivePairs(map)) {
    const name = nameOf(pair);
    // An empty name is refused everywhere, which another check tells.
    if (name !== undefined && name !== "" && !isPlainLabelName(name))
      yield refused(server, name, pair.key.span);
  }
}

function nameOf(pair: YamlPair): string | undefined {
  return pair.key.kind === "scalar" && pair.key.type === "null" ? undefined : keyOf(pair);
}

function refused(server: Server, name: string, span: RawFinding["span"]): RawFinding {
  return {
    check: nameVersion.id,
    severity: "error",
    message: `${server.words} refuses the name ${short(scalarText(name), 30)}: use letters, digits and _.`,
    span,
  };
}
