import { describe, expect, test } from "vitest";
import { noEnvironment } from "../environment.ts";
import { type Files, findings, namesIn, rules } from "./workspace.ts";

const alertmanager = (...matchers: readonly string[]): string =>
  `route:\n  receiver: all\n  routes:\n${matchers.map((matcher) => `  - receiver: x\n    ${matcher}\n`).join("")}`;

/** What a check says of one rule beside an Alertmanager with some matchers. */
function beside(id: string, rule: string, ...matchers: readonly string[]): readonly string[] {
  return findings({ "r.yml": rules([rule]), "alertmanager.yml": alertmanager(...matchers) }, id);
}

describe("matchers of routes", () => {
  const labels = (files: Files): readonly string[] =>
    ["team", "a b", "severity"].flatMap((label) =>
      namesIn(files)
        .routesBy(label)
        .map(({ matcher: { by, operator, value } }) => `${by} ${label} ${operator} ${value}`),
    );

  test("are read in each of their spellings", () => {
    const config = alertmanager(
      "match: { team: web }",
      "match_re: { team: 'a|b' }",
      'matchers: [ team = web, \'team=~"x,y"\', \'{team!="z", severity="page"}\', \'"a b"="c\\"d"\' ]',
    );
    expect(labels({ "alertmanager.yml": config })).toEqual([
      "route team = web",
      "route team =~ a|b",
      "route team = web",
      "route team =~ x,y",
      "route team != z",
      'route a b = c"d',
      "route severity = page",
    ]);
  });

  test("are read from objects of the operator, and from inhibitions", () => {
    const object = `apiVersion: monitoring.coreos.com/v1alpha1
kind: AlertmanagerConfig
metadata: { name: x }
spec:
  route:
    receiver: all
    routes:
    - matchers:
      - { name: team, value: web, matchType: "=~" }
      - { name: team, value: db, regex: true }
  inhibitRules:
  - sourceMatch: [{ name: severity, value: critical }]
`;
    expect(labels({ "x.yaml": object })).toEqual([
      "route team =~ web",
      "route team =~ db",
      "inhibition severity = critical",
    ]);
  });
});

describe("rule.absent-unrouted", () => {
  const told = (expr: string, ...matchers: readonly string[]): readonly string[] =>
    beside("rule.absent-unrouted", `alert A: ${expr}`, ...matchers);

  test("tells the label that absent() loses and a route needs", () => {
    expect(told('absent(up{team=~"web|db"})', "matchers: [ team=web ]")).toEqual([
      'r.yml:5 warning team=~"web|db": absent() keeps labels of = alone, so the alert has no team, by which alertmanager.yml routes. -> alertmanager.yml:5 team=web',
    ]);
    expect(told('absent_over_time(up{team!=""}[1h])', "match: { team: web }")).toHaveLength(1);
    expect(told('x > 5 or absent(up{team=~".+"})', "match_re: { team: 'web.*' }")).toHaveLength(1);
  });

  test("is silent where the alert has the label", () => {
    expect(told('absent(up{team="web"})', "matchers: [ team=web ]")).toEqual([]);
    expect(
      beside(
        "rule.absent-unrouted",
        'alert A{team=web}: absent(up{team=~"web|db"})',
        "matchers: [ team=web ]",
      ),
    ).toEqual([]);
    expect(told('up{team=~"web|db"} == 0', "matchers: [ team=web ]")).toEqual([]);
  });

  test("is silent where no route needs it, or only with another value", () => {
    expect(told('absent(up{team=~"web|db"})', "matchers: [ job=web ]")).toEqual([]);
    expect(told('absent(up{team=~"web|db"})', "matchers: [ team=mail ]")).toEqual([]);
    expect(told('absent(up{team=~"web|db"})', "matchers: [ team!=web ]")).toEqual([]);
    expect(told('absent(up{team=~"web|db"})', "matchers: [ 'team=~\".*\"' ]")).toEqual([]);
    expect(
      findings({ "r.yml": rules(['alert A: absent(up{team=~"web"})']) }, "rule.absent-unrouted"),
    ).toEqual([]);
  });

  test("does not miss labels that environments add", () => {
    const files = {
      "r.yml": rules(['alert A: absent(up{cluster=~"a|b"})']),
      "alertmanager.yml": alertmanager("matchers: [ cluster=a ]"),
    };
    const environment = { ...noEnvironment, scope: { cluster: "a" } };
    const access = { environment, metrics: undefined, queries: undefined, cluster: undefined };
    expect(findings(files, "rule.absent-unrouted")).toHaveLength(1);
    expect(findings(files, "rule.absent-unrouted", [access])).toEqual([]);
  });
});

describe("rule.unrouted-value", () => {
  const told = (label: string, value: string, ...matchers: readonly string[]): readonly string[] =>
    beside("rule.unrouted-value", `alert A{${label}=${value}}: up == 0`, ...matchers);

  test("tells a value that is nearly one of the routes'", () => {
    expect(told("severity", "critcal", "matchers: [ 'severity=~\"critical|page\"' ]")).toEqual([
      'r.yml:7 warning critcal: No route asks for severity critcal: did you mean critical? -> alertmanager.yml:5 severity=~"critical|page" [Write critical]',
    ]);
    expect(told("severity", "Page", "match: { severity: page }")).toHaveLength(1);
  });

  test("is silent where a route, an inhibition or a pattern knows the value", () => {
    expect(
      told("severity", "warning", "match: { severity: warnings }", "match: { severity: warning }"),
    ).toEqual([]);
    expect(
      told("severity", "critcal", "match: { severity: critical }", "matchers: [ severity!=critcal ]"),
    ).toEqual([]);
    expect(
      told("severity", "critcal", "match: { severity: critical }", "match_re: { severity: 'crit.+' }"),
    ).toEqual([]);
  });

  test("is silent on words that are short, numbered or like none", () => {
    expect(told("team", "dbs", "match: { team: dba }")).toEqual([]);
    expect(told("team", "platform2", "match: { team: platform1 }")).toEqual([]);
    expect(told("team", "frontend", "match: { team: backend }")).toEqual([]);
    expect(told("team", "critcal", "match: { severity: critical }")).toEqual([]);
  });
});
