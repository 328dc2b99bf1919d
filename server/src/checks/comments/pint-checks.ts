/**
 * What a `(…)` behind the name of a pint check means: nothing, so that pint's comparison of the whole text fails; a
 * server or a selector of one query; or what the policy that made the check is about.
 */
export type PintParameter = "none" | "server" | "policy";

export interface PintCheck {
  /** Our checks that say the same; those that end in `*` stand for all ids that begin so. */
  readonly ours: readonly string[];
  readonly parameter: PintParameter;
}

const offline = (...ours: readonly string[]): PintCheck => ({ ours, parameter: "none" });
const online = (...ours: readonly string[]): PintCheck => ({ ours, parameter: "server" });
const policy = (...ours: readonly string[]): PintCheck => ({ ours, parameter: "policy" });

/** Every check of pint (`internal/checks/base.go` and the reporters around it) with what it is called here. */
export const pintChecks: ReadonlyMap<string, PintCheck> = new Map([
  ["alerts/absent", online("rule.absent-without-for", "promql.absent-never")],
  ["alerts/annotation", policy("policy.annotation-value", "policy.required-annotation")],
  ["alerts/comparison", offline("rule.no-comparison", "rule.always-firing")],
  ["alerts/count", online("live.alert-count*", "live.always-firing*")],
  ["alerts/external_labels", online("template.external-label*", "live.external-label*")],
  ["alerts/for", offline("rule.duration-invalid", "rule.for-redundant")],
  ["alerts/template", offline("template.*")],
  ["group/interval", offline("rule.interval*", "policy.interval*")],
  ["labels/conflict", online("live.label-external-conflict")],
  ["promql/aggregate", policy("policy.aggregation-labels")],
  ["promql/counter", online("promql.counter*", "live.counter*")],
  ["promql/features", online("promql.features")],
  ["promql/fragile", offline("rule.fragile-sampling", "rule.fragile-join")],
  [
    "promql/impossible",
    offline(
      "promql.impossible-join",
      "promql.impossible-label",
      "promql.dead-code",
      "promql.contradictory-matchers",
      "promql.unused-label",
      "promql.duplicate-join",
    ),
  ],
  ["promql/nan", offline("promql.nan-division")],
  ["promql/offset", online("live.offset*", "live.retention*")],
  ["promql/range_query", online("live.range*", "live.retention*", "policy.range*")],
  ["promql/rate", online("promql.rate*", "live.rate*")],
  [
    "promql/regexp",
    offline("promql.regexp-literal", "promql.regexp-anchors", "promql.regexp-match-all", "promql.regexp*"),
  ],
  ["promql/selector", policy("policy.selector-labels")],
  [
    "promql/series",
    online(
      "live.metric*",
      "live.label-missing",
      "live.value*",
      "live.series*",
      "live.unknown*",
      "rule.unknown-alert*",
    ),
  ],
  ["promql/syntax", offline("promql.syntax")],
  ["promql/vector_matching", online("promql.impossible-join", "live.join*", "live.vector*")],
  ["query/cost", online("live.cost*", "policy.cost*")],
  ["rule/dependency", offline("rule.removed*", "rule.dependency*", "rule.group-lag*", "rule.order*")],
  ["rule/duplicate", online("rule.duplicate*")],
  ["rule/for", policy("policy.for", "policy.keep-firing-for")],
  ["rule/keep_firing_for", policy("policy.keep-firing-for")],
  ["rule/label", policy("policy.label-value", "policy.required-label")],
  ["rule/link", policy("policy.link*", "live.link*")],
  ["rule/name", policy("policy.alert-name", "policy.record-name")],
  ["rule/owner", policy("policy.owner")],
  ["rule/reject", policy("policy.forbidden-label", "policy.forbidden-annotation")],
  ["rule/report", policy("policy.report*")],
  ["yaml/parse", offline("yaml.*")],
  ["ignore/file", offline()],
  ["pint/comment", offline("rule.invalid-suppression", "rule.unknown-suppression")],
]);
