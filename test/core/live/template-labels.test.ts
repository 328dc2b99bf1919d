import { describe, expect, test } from "vitest";
import { applyEdits } from "../../../server/src/base/text.ts";
import { runChecks } from "../../../server/src/checks/run.ts";
import { readDocument } from "../../../server/src/model/read.ts";
import { emptyWorkspace } from "../../../server/src/world/workspace.ts";
import { type FakeIndex, type FakeIndexOptions, fakeIndex, type State } from "./fake-index.ts";
import { liveFindingsIn } from "./live-check.ts";

const series = [
  { __name__: "queue_depth", job: "worker", instance: "a", queue: "mail", pod: "p" },
  { __name__: "owner", team: "infra", queue: "mail" },
  { __name__: "job:queue:sum", job: "worker" },
] as const;
const dev = (options: FakeIndexOptions = {}): FakeIndex => fakeIndex({ series, ...options });

const alert = (expr: string, text: string): string =>
  `groups:\n- name: g\n  rules:\n  - alert: A\n    expr: ${JSON.stringify(expr)}\n    annotations:\n      a: '${text}'\n`;
const said = (expr: string, text: string, environments = [dev()]): readonly string[] =>
  liveFindingsIn(alert(expr, text), environments).filter((line) => line.startsWith("template."));

describe("a label that a template shows", () => {
  test("is in what the alert reads", () => {
    expect(said("queue_depth > 5", "{{ $labels.qeue }} {{ $labels.pod }}")).toEqual([
      'template.label-not-in-live warning ".qeue" No `queue_depth` has a label `qeue` in Dev now; did you mean `queue`?',
    ]);
    expect(said("queue_depth * on (queue) group_left (team) owner > 5", "{{ $labels.teams }}")).toEqual([
      expect.stringContaining("Nothing that this reads has a label `teams` in Dev now; did you mean `team`?"),
    ]);
    expect(said("queue_depth * on (queue) group_left (team) owner > 5", "{{ $labels.team }}")).toEqual([]);
    expect(said("job:queue:sum > 5", "{{ $labels.instance }}")).toEqual([
      expect.stringContaining("No `job:queue:sum` has a label `instance` in Dev now."),
    ]);
  });

  test("is renamed by its fix", () => {
    const text = alert("queue_depth > 5", "{{ $labels.qeue }}");
    const document = readDocument({ uri: "file:///r.yml", path: "r.yml", version: 1, text });
    const environments = [dev().access];
    const [finding] = runChecks({ document, workspace: emptyWorkspace, environments, features: [] });
    expect(applyEdits(text, finding?.fixes?.[0]?.edits ?? [])).toBe(text.replace("qeue", "queue"));
  });

  test.each([
    ["queue_depth > 5", "{{ $labels.instance }} {{ $labels.job }}"],
    ["queue_depth > 5", "{{ if $labels.zone }}in {{ $labels.zone }}{{ end }}"],
    ["queue_depth > 5", "{{ with $labels.zone }}in {{ . }}{{ end }}"],
    ['label_replace(queue_depth, "zone", "$1", "pod", "(.*)") > 5', "{{ $labels.zone }}"],
    ['count_values("zone", queue_depth) > 5', "{{ $labels.zone }}"],
    ["info(queue_depth) > 5", "{{ $labels.zone }}"],
    ['queue_depth{zone="a"} > 5', "{{ $labels.zone }}"],
    ["sum by (pod) (queue_depth) > 5", "{{ $labels.zone }}"],
    ['{job="worker"} > 5', "{{ $labels.zone }}"],
    ['ALERTS{alertname="B"} == 1', "{{ $labels.zone }}"],
    ["nothing > 5", "{{ $labels.zone }}"],
    ["vector(1) > 0", "{{ $labels.zone }}"],
  ])("may come from elsewhere: %s, %s", (expr, text) => {
    expect(said(expr, text).filter((line) => line.startsWith("template.label-not"))).toEqual([]);
  });

  test("is in one of the environments", () => {
    const prod = fakeIndex({ name: "Prod", series: [{ ...series[0], zone: "eu" }] });
    expect(said("queue_depth > 5", "{{ $labels.zone }}", [dev(), prod])).toEqual([]);
    const other = dev({ name: "Prod" });
    expect(said("queue_depth > 5", "{{ $labels.zone }}", [dev(), other])).toEqual([
      expect.stringContaining("in Dev and Prod now."),
    ]);
  });

  test.each<State>(["partial", "pending", "unavailable"])("is not judged by what is %s", (state) => {
    for (const question of ["presence", "labelNames"] as const)
      expect(said("queue_depth > 5", "{{ $labels.zone }}", [dev({ states: { [question]: state } })])).toEqual(
        [],
      );
  });
});

describe("an external label that a template shows", () => {
  const external = [{ cluster: "dev" }];

  test("is one that the Prometheus has", () => {
    expect(said("queue_depth > 5", "{{ $externalLabels.clustr }}", [dev({ external })])).toEqual([
      'template.external-label-missing warning ".clustr" Dev has no external label `clustr`; did you mean `cluster`?',
    ]);
    expect(said("queue_depth > 5", "{{ .ExternalLabels.region }}", [dev({ external })])).toHaveLength(1);
    expect(said("queue_depth > 5", "{{ $externalLabels.cluster }}", [dev({ external })])).toEqual([]);
  });

  test("is not judged where none is told", () => {
    const text = "{{ $externalLabels.region }}";
    expect(said("queue_depth > 5", text)).toEqual([]);
    const states: readonly State[] = ["partial", "pending", "unavailable"];
    for (const state of states)
      expect(said("queue_depth > 5", text, [dev({ external, states: { externalLabels: state } })])).toEqual(
        [],
      );
  });
});
