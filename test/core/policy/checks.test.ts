import { describe, expect, test } from "vitest";
import { file, judge, mended, places, told } from "./policy.ts";

const alert = (more = ""): string => file(`alert: Down\nexpr: up == 0\n${more}`);

test("checks can be silenced for some rules", () => {
  const asks = "- require: { labels: [team], annotations: [summary] }\n";
  const both = ["policy.required-label Down", "policy.required-annotation Down"];
  const left = (silence: string, more = ""): readonly string[] => places(judge(asks + silence, alert(more)));
  expect(left("").toSorted()).toEqual(both.toSorted());
  expect(left("- silence: policy.required-label")).toEqual([both[1]]);
  expect(left("- { match: { labels: { a: b } }, silence: [policy.required-label] }")).toHaveLength(2);
  expect(
    left("- { match: { labels: { a: b } }, silence: [policy.required-label] }", "labels: { a: b }"),
  ).toEqual([both[1]]);
  expect(left("- { silence: policy.required-label, severity: off }")).toHaveLength(2);
});

describe("labels and annotations", () => {
  const runbook = `
- name: Pages
  match: { kinds: alert, labels: { priority: 1 } }
  severity: error
  require: { annotations: { runbook_url: "https://.+" } }`;

  test("priority 1 must have a runbook, priority 3 need not", () => {
    expect(told(judge(runbook, alert('labels:\n  priority: "1"')))).toEqual([
      'policy.required-annotation error "Down" The annotation runbook_url is missing: add it (Pages).',
    ]);
    expect(judge(runbook, alert('labels:\n  priority: "3"')).findings).toEqual([]);
    expect(
      told(judge(runbook, alert('labels:\n  priority: "1"\nannotations:\n  runbook_url: wiki'))),
    ).toEqual([
      'policy.annotation-value error "wiki" The annotation runbook_url is not as it should be: "wiki" does not match https://.+ (Pages).',
    ]);
  });

  test("labels of the group count, an empty value does not", () => {
    const policy = "- require: { labels: [team] }";
    const group = "  - name: g\n    labels: { team: a }\n    rules:\n";
    expect(judge(policy, file("record: x\nexpr: up", group)).findings).toEqual([]);
    expect(told(judge(policy, alert('labels:\n  team: ""')))).toEqual([
      'policy.required-label warning "team" The label team is empty: give it a value.',
    ]);
  });

  test("the fix adds the key with the value that is known, in block and flow style", () => {
    const policy = "- require: { labels: { severity: critical|warning } }";
    const block = alert("labels:\n  team: a");
    expect(mended(judge(policy, block))).toBe(
      block.replace("team: a", "severity: critical\n          team: a"),
    );
    const bare = alert();
    expect(mended(judge(policy, bare))).toBe(
      bare.replace("up == 0\n", "up == 0\n        labels:\n          severity: critical\n"),
    );
    const flow = alert("labels: {team: a}");
    expect(mended(judge(policy, flow))).toBe(flow.replace("{team", "{severity: critical, team"));
    const all = "groups: [{name: g, rules: [{alert: A, expr: up == 0}]}]\n";
    expect(mended(judge(policy, all))).toBe(
      all.replace("up == 0}", "up == 0, labels: {severity: critical}}"),
    );
    expect(mended(judge("- require: { annotations: [summary] }", bare))).toContain('summary: ""');
  });

  test("a key that is nearly the one that is missing is what is marked", () => {
    const judged = judge("- require: { labels: [severity] }", alert("labels:\n  severty: critical"));
    expect(told(judged)).toEqual([
      'policy.required-label warning "severty" The label severity is missing: severty is nearly that.',
    ]);
    expect(mended(judged)).toContain("severity: critical");
  });

  test("values: patterns, lists, tokens, addresses, PromQL", () => {
    const policy = `
- require:
    labels:
      severity: [critical, warning]
      teams: { values: [a, b], split: ",", optional: true }
    annotations:
      link: { is: url, optional: true }
      query: { is: promql, optional: true }
      wait: { is: duration, optional: true }`;
    const text = alert(
      "labels:\n  severity: critcal\n  teams: a, c\nannotations:\n  link: wiki/x\n  query: sum(up\n  wait: soon",
    );
    expect(told(judge(policy, text)).map((line) => line.replace(/^policy\.(\S+) warning/, "$1"))).toEqual([
      'label-value "critcal" The label severity is not as it should be: "critcal" is not critical or warning.',
      'label-value "a, c" The label teams is not as it should be: "c" is not a or b.',
      'annotation-value "wiki/x" The annotation link is not as it should be: "wiki/x" is no http or https address.',
      expect.stringMatching(/^annotation-value "sum\(up" .*is no PromQL/),
      'annotation-value "soon" The annotation wait is not as it should be: "soon" is no duration such as 5m.',
    ]);
    expect(mended(judge(policy, text))).toContain("severity: critical\n");
  });

  test("of a template only what is known is judged", () => {
    const policy = `
- require:
    labels: { severity: critical|warning }
    annotations: { link: { is: url, optional: true }, text: { pattern: "[A-Z].*", optional: true } }`;
    const of = (value: string, annotation = "text: x"): readonly string[] =>
      places(judge(policy, alert(`labels:\n  severity: '${value}'\nannotations:\n  ${annotation}`))).filter(
        (line) => !line.endsWith(" x"),
      );
    expect(of("{{ $labels.severity }}")).toEqual([]);
    expect(of("crit{{ $labels.x }}")).toEqual([]);
    expect(of("page-{{ $labels.x }}")).toEqual(["policy.label-value 'page-{{ $labels.x }}'"]);
    expect(of("critical", "link: 'https://{{ $labels.host }}/x'")).toEqual([]);
    expect(of("critical", "link: 'wiki/{{ $labels.host }}'")).toHaveLength(1);
    expect(of("critical", "text: '{{ $labels.host }} is down'")).toEqual([]);
  });

  test("any of several, and not several together", () => {
    const policy = `
- require: { anyLabel: [[team, owner]], anyAnnotation: [[summary, description]] }
  forbid:
    labelsTogether: [[page, { name: severity, value: info }]]`;
    expect(places(judge(policy, alert("labels:\n  page: x\n  severity: info")))).toEqual([
      "policy.required-annotation Down",
      "policy.required-label labels",
      "policy.forbidden-label severity",
    ]);
    expect(
      places(
        judge(policy, alert("labels:\n  page: x\n  severity: y\n  team: a\nannotations:\n  summary: s")),
      ),
    ).toEqual([]);
  });

  test("forbidden keys and values (pint's rule/reject)", () => {
    const policy = `
- forbid:
    labels: [instance, { value: "https?://.+" }]
    annotations: [".* .*", { name: summary, value: ".*TBD.*" }]
    templates: summary`;
    expect(
      places(
        judge(
          policy,
          alert(
            "labels:\n  instance: x\n  a: http://b\nannotations:\n  'a b': c\n  summary: TBD {{ $value }}",
          ),
        ),
      ),
    ).toEqual([
      "policy.forbidden-label instance",
      "policy.forbidden-label http://b",
      "policy.forbidden-annotation 'a b'",
      "policy.forbidden-annotation TBD {{ $value }}",
      "policy.forbidden-annotation TBD {{ $value }}",
    ]);
  });

  test("a label that the expression brings is enough where that is said", () => {
    const policy = "- require: { labels: { team: { fromExpression: true } } }";
    expect(judge(policy, file("alert: A\nexpr: sum by (team) (up{team='a'}) > 0")).findings).toEqual([]);
    expect(judge(policy, alert()).findings).toHaveLength(1);
  });
});

describe("names", () => {
  test.each([
    ["PascalCase", "alert: high_load", "policy.alert-name high_load"],
    ["camelCase", "alert: HighLoad", "policy.alert-name HighLoad"],
    ["snake_case", "alert: high-load", "policy.alert-name high-load"],
    ["kebab-case", "alert: high_load", "policy.alert-name high_load"],
    ["level:metric", "record: up_total", "policy.record-name up_total"],
    ["level:metric:operations", "record: job:up", "policy.record-name job:up"],
  ])("%s", (style, head, place) => {
    expect(
      places(judge(`- require: { name: { style: "${style}" } }`, file(`${head}\nexpr: up > 0`))),
    ).toEqual([place]);
  });

  test("patterns and lengths, of groups too", () => {
    const policy = '- require: { name: "rec:.+", groupName: { maxLength: 4, pattern: "[a-z]+" } }';
    expect(told(judge(policy, file("record: x\nexpr: up", "  - name: group\n    rules:\n")))).toEqual([
      'policy.group-name warning "group" The name group has 5 characters, and 4 are allowed.',
      'policy.record-name warning "x" The name x must match rec:.+.',
    ]);
  });
});

describe("durations and groups", () => {
  test("for is there, not too short and not too long", () => {
    const policy = "- require: { for: { min: 1m, max: 1d }, keep_firing_for: { max: 1h } }";
    expect(told(judge(policy, alert()))).toEqual([
      'policy.for warning "Down" This alert must have for, with at least 1m.',
    ]);
    expect(mended(judge(policy, alert()))).toContain("expr: up == 0\n        for: 1m\n");
    expect(told(judge(policy, alert("for: 10s\nkeep_firing_for: 2h")))).toEqual([
      'policy.for warning "10s" This for is shorter than 1m, which is not allowed.',
      'policy.keep-firing-for warning "2h" This keep_firing_for is longer than 1h, which is not allowed.',
    ]);
    expect(mended(judge(policy, alert("for: 10s")))).toContain("for: 1m\n");
    expect(judge(policy, file("record: x\nexpr: up")).findings).toEqual([]);
    expect(places(judge("- forbid: { for: true }", alert("for: 1m")))).toEqual(["policy.for for"]);
  });

  test("interval, query_offset, limit and tenants of groups", () => {
    const policy = `
- require:
    interval: { min: 15s, max: 5m, required: true }
    query_offset: { max: 1m }
    limit: { max: 100, required: true }
    sourceTenants: { allowed: [k8s, infra], forMetrics: { k8s: "kube_.*" } }`;
    expect(told(judge(policy, file("record: x\nexpr: sum(kube_pod_info)")))).toEqual([
      'policy.interval warning "g" This group must have interval.',
      'policy.limit warning "g" This group must have a limit.',
      'policy.source-tenants warning "g" kube_pod_info is a metric of the tenant k8s: add it to source_tenants.',
    ]);
    const group =
      "  - name: g\n    interval: 1s\n    query_offset: 2m\n    limit: 0\n    source_tenants: [k8s, x]\n    rules:\n";
    expect(places(judge(policy, file("record: x\nexpr: up", group)))).toEqual([
      "policy.interval 1s",
      "policy.query-offset 2m",
      "policy.limit 0",
      "policy.source-tenants x",
    ]);
  });

  test("groups have no more rules than are allowed, however few a policy is about", () => {
    const group = file("record: x\nexpr: up").replace(/( +- record:[\s\S]*)$/, "$1$1");
    expect(told(judge("- require: { groupRules: { max: 1 } }", group))).toEqual([
      'policy.group-size warning "g" This group has 2 rules and may have 1: split it.',
    ]);
    expect(judge("- require: { groupRules: { max: 2 } }", group).findings).toEqual([]);
    const alerts = "- match: { kinds: alert }\n  require: { groupRules: { max: 1 } }";
    expect(judge(alerts, group).findings).toEqual([]);
  });

  test("what is about some rules is asked of their groups only", () => {
    const policy = "- match: { kinds: alert }\n  require: { limit: { required: true } }";
    expect(judge(policy, file("record: x\nexpr: up")).findings).toEqual([]);
    expect(judge(policy, alert()).findings).toHaveLength(1);
  });
});

describe("owners", () => {
  const policy = "- require: { owner: [alice, bob] }";
  const two = (before: string, between: string): string =>
    `groups:\n  - name: g\n    rules:\n${before}      - record: a\n        expr: up\n${between}      - record: b\n        expr: up\n`;

  test("above the first rule, between rules, within one, for the file", () => {
    expect(places(judge(policy, two("", "")))).toEqual(["policy.owner a", "policy.owner b"]);
    expect(places(judge(policy, two("      # pint rule/owner alice\n", "")))).toEqual(["policy.owner b"]);
    expect(places(judge(policy, two("", "      # promscope owner bob\n")))).toEqual(["policy.owner a"]);
    expect(places(judge(policy, two("", "        # promscope owner bob\n        labels: {x: y}\n")))).toEqual(
      ["policy.owner b"],
    );
    expect(judge(policy, `# pint file/owner bob\n${two("", "")}`).findings).toEqual([]);
    expect(judge(policy, `# promscope owner-file bob\n${two("", "")}`).findings).toEqual([]);
  });

  test("somebody who is not known", () => {
    const judged = judge(policy, `# pint file/owner alicf\n${two("", "")}`);
    expect(told(judged)).toEqual([
      'policy.owner warning "alicf" The owner alicf is unknown: did you mean alice?',
    ]);
  });
});

describe("several policies", () => {
  test("add up; later ones override severity, message and link, or switch off", () => {
    const policy = `
- name: Runbook
  require: { annotations: [runbook_url] }
- require: { labels: [team] }
- override: Runbook
  match: { labels: { priority: "3" } }
  severity: off
- override: [Runbook]
  match: { labels: { priority: "1" } }
  severity: error
  message: Pages need one.
  link: https://wiki.example/runbooks`;
    const of = (priority: string) => judge(policy, alert(`labels:\n  priority: "${priority}"`));
    expect(told(of("1"))).toEqual([
      'policy.required-annotation error "Down" The annotation runbook_url is missing: add it (Runbook). Pages need one.',
      'policy.required-label warning "labels" The label team is missing: add it.',
    ]);
    expect(of("1").findings[0]?.link).toBe("https://wiki.example/runbooks");
    expect(places(of("2"))).toEqual(["policy.required-annotation Down", "policy.required-label labels"]);
    expect(places(of("3"))).toEqual(["policy.required-label labels"]);
  });

  test("are limited by files, kinds, groups, names, labels, durations and their opposites", () => {
    const policy = `
- match:
    - { files: "prod/**", kinds: [alert], groups: "prio1.*", names: "D.*", for: { min: 1m }, not: { labels: { quiet: ".*" } } }
    - { files: "other/*.yml" }
  require: { labels: [team] }`;
    const group = "  - name: prio1-x\n    rules:\n";
    const rule = "alert: Down\nexpr: up == 0\nfor: 5m";
    const count = (text: string, path: string): number => judge(policy, text, path).findings.length;
    expect(count(file(rule, group), "prod/a/b.yml")).toBe(1);
    expect(count(file(rule, group), "dev/a/b.yml")).toBe(0);
    expect(count(file(rule), "prod/a/b.yml")).toBe(0);
    expect(count(file(rule.replace("Down", "Up"), group), "prod/a/b.yml")).toBe(0);
    expect(count(file(rule.replace("5m", "5s"), group), "prod/a/b.yml")).toBe(0);
    expect(count(file(`${rule}\nlabels: {quiet: yes}`, group), "prod/a/b.yml")).toBe(0);
    expect(count(file("record: Down\nexpr: up", group), "prod/a/b.yml")).toBe(0);
    expect(count(file("record: Down\nexpr: up", group), "other/b.yml")).toBe(1);
  });
});

test("a locked policy is silenced by no comment", () => {
  const silenced = alert().replace("groups:", "# promscope ignore-file policy.required-label\ngroups:");
  const asks = "require: { labels: [team] }";
  expect(judge(`- { ${asks} }`, silenced).findings).toEqual([]);
  expect(told(judge(`- { locked: true, ${asks} }`, silenced))).toEqual([
    'policy.required-label warning "Down" The label team is missing: add it.',
  ]);
});

test("a pattern may take the rule's own texts", () => {
  const asks = `- require: { annotations: { runbook: "https://x/{{ $alert }}(#{{ $labels.team }})?" } }`;
  const says = (url: string): string => alert(`annotations: {runbook: "${url}"}\nlabels: {team: a.b}`);
  expect(judge(asks, says("https://x/Down")).findings).toEqual([]);
  expect(judge(asks, says("https://x/Down#a.b")).findings).toEqual([]);
  expect(judge(asks, says("https://x/{{ $labels.x }}")).findings).toEqual([]);
  for (const url of ["https://x/Up", "https://x/Down#aXb"])
    expect(judge(asks, says(url)).findings).toMatchObject([{ check: "policy.annotation-value" }]);
});

describe("labels of a group", () => {
  const text = `groups:
- name: g
  labels: { severity: bogus, instance: a }
  rules:
  - alert: Down
    expr: up == 0
  - record: x
    expr: up
    labels: { severity: critical }
- name: empty
  labels: { severity: bogus }
  rules: []
`;

  test("are judged where they stand, for the rules of the policy that take them over", () => {
    const asks = "require: { labels: { severity: critical|warning } }, forbid: { labels: [instance] }";
    expect(told(judge(`- { ${asks} }`, text)).map((line) => line.replace(/" .*/, '"'))).toEqual([
      'policy.label-value warning "bogus"',
      'policy.forbidden-label warning "instance"',
    ]);
    expect(
      told(judge(`- { match: { kinds: record }, ${asks} }`, text)).map((line) => line.slice(0, 40)),
    ).toEqual(['policy.forbidden-label warning "instance']);
    expect(judge(`- { match: { groups: other }, ${asks} }`, text).findings).toEqual([]);
  });
});
