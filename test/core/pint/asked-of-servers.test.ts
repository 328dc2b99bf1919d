import { expect, test } from "vitest";
import { globMatcher } from "../../../server/src/base/glob.ts";
import { compileAnchored } from "../../../server/src/base/re2.ts";
import { readPintConfig } from "../../../server/src/world/pint/config.ts";
import { globOf } from "../../../server/src/world/pint/servers.ts";

test("what running the expressions may cost", () => {
  const demands = (body: string): unknown =>
    readPintConfig(`rule {\n${body}\n}`).project.policy.policies.map(({ severity, demands: asked }) => ({
      severity,
      cost: asked?.cost,
      alerts: asked?.alertCount,
    }));
  expect(
    demands('cost {\n  maxSeries = 10\n  maxPeakSamples = 0\n  maxEvaluationDuration = "1m"\n}'),
  ).toEqual([
    {
      severity: "error",
      cost: { series: 10, totalSamples: undefined, peakSamples: undefined, seconds: 60 },
      alerts: undefined,
    },
  ]);
  expect(demands("cost {}")).toEqual([]);
  expect(
    demands(
      'alerts {\n  range = "2h"\n  step = "1m"\n  resolve = "5m"\n  minCount = 50\n  severity = "bug"\n}',
    ),
  ).toEqual([{ severity: "error", cost: undefined, alerts: { max: 49, range: 7200 } }]);
  expect(demands('alerts { range = "2h" }')).toEqual([]);
});

test("addresses that must answer", () => {
  const { project, warnings } = readPintConfig(
    'rule {\n  link "https://wiki/.+" { headers = { "X-Auth": "secret" } }\n}\nrule {\n  link "http://.+" { severity = "info" }\n}',
  );
  expect(
    project.policy.policies.map(({ severity, demands }) => [
      severity,
      demands?.links.map(({ source }) => source),
    ]),
  ).toEqual([
    ["error", ["https://wiki/.+"]],
    ["info", ["http://.+"]],
  ]);
  expect(warnings).toEqual([
    '.pint.hcl: headers of link "https://wiki/.+" are not read: pages that ask for them are told.',
  ]);
});

test("servers are environments", () => {
  const { project, warnings } = readPintConfig(`prometheus "prod" {
  uri      = "https://prometheus.example.com"
  include  = ["rules/prod/.*", "(.*/)?shared/[^/]+\\\\.ya?ml"]
  failover = ["https://other.example.com"]
  headers  = { "X-Auth" = "secret" }
}
prometheus "dev" { uri = "http://localhost:9090" }
prometheus "odd" {
  uri     = "http://localhost:9091"
  include = ["rules/(?i)odd.*"]
}
prometheus "no" {
  uri     = "http://localhost:9092"
  exclude = ["rules/.*"]
}
prometheus "env" { uri = "https://$\{ENV_HOST}" }
`);
  expect(project.environments.map(({ name, backend, files }) => ({ name, backend, files }))).toEqual([
    {
      name: "prod",
      backend: "https://prometheus.example.com",
      files: ["rules/prod/**", "**/shared/*.y{a,}ml"],
    },
    { name: "dev", backend: "http://localhost:9090", files: undefined },
  ]);
  expect(warnings).toEqual([
    '.pint.hcl: headers of prometheus "prod" is not read: name a file in httpConfig, or keep credentials in the editor.',
    '.pint.hcl: failover of prometheus "prod" is not read: name one address that is always there.',
    '.pint.hcl: prometheus "odd" is left out: its include and exclude are no plain paths; name it in promscope.yaml.',
    '.pint.hcl: prometheus "no" is left out: its include and exclude are no plain paths; name it in promscope.yaml.',
    '.pint.hcl: prometheus "env" is left out: its uri is not written out.',
  ]);
  expect(JSON.stringify(warnings)).not.toContain("secret");
});

test.each([
  ["rules/.*", ["rules/a.yml", "rules/b/c.yml"], ["a.yml", "other/rules/a.yml"]],
  [".*", ["a", "a/b"], []],
  [".+/prod/.+", ["a/prod/b", "a/b/prod/c/d"], ["prod/a", "a/b"]],
  ["(.*/)?rules/.+[.]yml", undefined, []],
  ["(.*/)?rules/.+\\.yml", ["rules/a.yml", "x/y/rules/b/a.yml"], ["rules/a.yaml", "xrules/a.yml"]],
  ["rules/(prod|dev)/[^/]+", ["rules/prod/a", "rules/dev/b"], ["rules/test/a", "rules/prod/a/b"]],
  ["rules/a.ya?ml", undefined, []],
  ["rules/a\\.ya?ml", ["rules/a.yml", "rules/a.yaml"], ["rules/a.ymll"]],
  ["a{2}", undefined, []],
  ["a|b", undefined, []],
] as const)("the pattern of paths %s as a glob", (pattern, inside, outside) => {
  const glob = globOf(pattern);
  expect(glob === undefined).toBe(inside === undefined);
  if (glob === undefined || inside === undefined) return;
  const matches = globMatcher([glob]);
  const regex = compileAnchored(pattern);
  for (const path of [...inside, ...outside]) {
    expect(matches(path), path).toBe(inside.includes(path as never));
    expect(regex.ok && regex.regex.matches(path), path).toBe(matches(path));
  }
});
