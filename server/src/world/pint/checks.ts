/**
 * What a `(…)` behind the name of a pint check means in a comment: nothing, so that pint's comparison of the whole text
 * fails; a server or a selector of one query; or what the policy that made the check is about.
 */
export type PintParameter = "none" | "server" | "policy";

/** What a check of pint is called here. */
export interface PintCheck {
  /** Our checks that say the same, each id in full. */
  readonly ours: readonly string[];
  /** Those of a program that refuses to load the file: comments silence them, `checks { disabled }` does not. */
  readonly refusals: readonly string[];
  readonly parameter: PintParameter;
  /** When ours speak, where that is not always: what has to be there, or what it takes. */
  readonly when?: string | undefined;
}

const offline = (...ours: readonly string[]): PintCheck => ({ ours, refusals: [], parameter: "none" });
const online = (...ours: readonly string[]): PintCheck => ({ ours, refusals: [], parameter: "server" });
const policy = (...ours: readonly string[]): PintCheck => ({ ours, refusals: [], parameter: "policy" });
const refusing = (check: PintCheck, ...refusals: readonly string[]): PintCheck => ({ ...check, refusals });
const withWhen = (check: PintCheck, when: string): PintCheck => ({ ...check, when });

/**
 * Every check of pint 0.87 (`internal/checks/base.go` and the reporters around it) with what it is called here. What
 * comments silence, what `.pint.hcl` switches off, and the page for those who come from pint all read this one table.
 */
export const pintChecks: ReadonlyMap<string, PintCheck> = new Map([
  ["alerts/absent", online("rule.absent-without-for", "rule.absent-for-short", "promql.absent-never")],
  ["alerts/annotation", policy("policy.required-annotation", "policy.annotation-value")],
  ["alerts/comparison", offline("rule.no-comparison", "rule.always-firing", "rule.expr-type")],
  [
    "alerts/count",
    withWhen(online("live.alert-count", "policy.alert-count"), "`promscope check --count-alerts`"),
  ],
  ["alerts/external_labels", online("template.external-label-missing")],
  ["alerts/for", refusing(offline("rule.for-redundant"), "rule.duration-invalid")],
  [
    "alerts/template",
    refusing(
      offline(
        "template.missing-label",
        "template.value-in-label",
        "template.humanize",
        "template.query-syntax",
        "template.query-missing-label",
        "template.exec",
      ),
      "template.syntax",
    ),
  ],
  ["group/interval", offline("rule.group-interval-too-long")],
  ["labels/conflict", online("live.label-external-conflict")],
  ["promql/aggregate", policy("policy.aggregation-labels")],
  ["promql/counter", online("promql.counter-raw", "promql.delta-on-counter")],
  ["promql/features", refusing(online(), "promql.features")],
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
  ["promql/offset", online("promql.range-vs-retention")],
  ["promql/range_query", online("policy.range", "promql.range-vs-retention")],
  ["promql/rate", online("promql.rate-window-vs-scrape", "promql.rate-on-gauge", "promql.rate-of-aggregate")],
  [
    "promql/regexp",
    offline(
      "promql.regexp-literal",
      "promql.regexp-anchors",
      "promql.regexp-match-all",
      "promql.regexp-smelly",
    ),
  ],
  ["promql/selector", policy("policy.selector-labels")],
  [
    "promql/series",
    online(
      "live.metric-missing",
      "live.metric-disappeared",
      "live.metric-produced-by-rule",
      "live.metric-elsewhere",
      "live.label-missing",
      "live.value-missing",
      "live.value-disappeared",
      "live.intermittent",
      "rule.alerts-metric-unknown",
    ),
  ],
  ["promql/syntax", refusing(offline(), "promql.syntax", "promql.features")],
  [
    "promql/vector_matching",
    withWhen(
      online("live.vector-matching", "live.many-to-many", "promql.impossible-join"),
      "`promscope check --run`",
    ),
  ],
  [
    "query/cost",
    withWhen(online("live.query-cost", "policy.cost", "rule.use-recording"), "`promscope check --run`"),
  ],
  [
    "rule/dependency",
    offline("rule.dependency-cross-group", "rule.dependency-order", "rule.dependency-cycle"),
  ],
  [
    "rule/duplicate",
    online(
      "rule.duplicate-identical",
      "rule.duplicate-name-labels",
      "rule.duplicate-overlap",
      "rule.duplicate-expression",
    ),
  ],
  ["rule/for", policy("policy.for", "policy.keep-firing-for")],
  ["rule/label", policy("policy.required-label", "policy.label-value")],
  ["rule/link", withWhen(policy("policy.link", "live.link-dead"), "`promscope check --links`")],
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
  [
    "yaml/parse",
    refusing(
      offline("template.in-name"),
      "yaml.duplicate-key",
      "yaml.excessive-aliases",
      "yaml.multi-document",
      "yaml.scalar-type",
      "yaml.syntax",
      "yaml.unknown-field",
      "yaml.wrong-type",
      "rule.annotation-name-invalid",
      "rule.expr-missing",
      "rule.group-name-duplicate",
      "rule.group-name-missing",
      "rule.label-name-invalid",
      "rule.limit-invalid",
      "rule.no-record-or-alert",
      "rule.partial-response-invalid",
      "rule.record-and-alert",
      "rule.record-name-invalid",
      "rule.record-only-fields",
    ),
  ],
  ["ignore/file", offline()],
  [
    "pint/comment",
    offline("rule.invalid-suppression", "rule.unknown-suppression", "rule.unused-suppression"),
  ],
]);

/** All that a check of pint is called here, refusals included. */
export function idsOf({ ours, refusals }: PintCheck): readonly string[] {
  return [...ours, ...refusals];
}
