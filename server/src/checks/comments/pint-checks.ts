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
  ["alerts/annotation", policy("policy.required-annotation", "policy.annotation-value")],
  ["alerts/comparison", offline("rule.no-comparison", "rule.always-firing")],
  ["alerts/count", online()],
  ["alerts/external_labels", online()],
  ["alerts/for", offline("rule.duration-invalid", "rule.for-redundant")],
  ["alerts/template", offline("template.*")],
  ["group/interval", offline("rule.group-interval-too-long")],
  ["labels/conflict", online("live.label-external-conflict")],
  ["promql/aggregate", policy("policy.aggregation-labels")],
  ["promql/counter", online("promql.counter-raw")],
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
  ["promql/offset", online("policy.offset")],
  ["promql/range_query", online("policy.range")],
  ["promql/rate", online("promql.rate-of-aggregate", "promql.rate-on-gauge")],
  ["promql/regexp", offline("promql.regexp-*")],
  ["promql/selector", policy("policy.selector-labels")],
  [
    "promql/series",
    online("live.metric-*", "live.label-missing", "live.value-missing", "rule.alerts-metric-unknown"),
  ],
  ["promql/syntax", offline("promql.syntax")],
  ["promql/vector_matching", online("promql.impossible-join")],
  ["query/cost", online("rule.use-recording")],
  ["rule/dependency", offline("rule.dependency-*")],
  ["rule/duplicate", online("rule.duplicate-*")],
  ["rule/for", policy("policy.for")],
  ["rule/keep_firing_for", policy("policy.keep-firing-for")],
  ["rule/label", policy("policy.required-label", "policy.label-value")],
  ["rule/link", policy()],
  ["rule/name", policy("policy.alert-name", "policy.record-name")],
  ["rule/owner", policy("policy.owner")],
  [
    "rule/reject",
    policy(
      "policy.forbidden-label",
      "policy.forbidden-annotation",
      "policy.metric-denied",
      "policy.function-denied",
    ),
  ],
  ["rule/report", policy("policy.alert-name", "policy.record-name")],
  ["yaml/parse", offline("yaml.*")],
  ["ignore/file", offline()],
  ["pint/comment", offline("rule.invalid-suppression", "rule.unknown-suppression")],
]);
