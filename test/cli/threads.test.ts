import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { formats } from "../../server/src/cli/check.ts";
import { inputsOf } from "../../server/src/cli/inputs.ts";
import type { Threads } from "../../server/src/cli/io.ts";
import { type Judging, snapshotsOf } from "../../server/src/cli/snapshots.ts";
import { readSources } from "../../server/src/cli/sources.ts";
import type { Order } from "../../server/src/cli/threads/crew.ts";
import { type Found, findAlone, findTogether } from "../../server/src/cli/threads/together.ts";
import { type Outcome, unitsOf } from "../../server/src/cli/threads/units.ts";
import { work } from "../../server/src/cli/threads/work.ts";
import { ruleFile } from "../bench/rules.ts";
import { Sandbox } from "./run.ts";

/** Rules with what is decided for the whole file: what is told once, what is silenced, what refers to other rules. */
function oddRules(count: number): string {
  const rule = (n: number): string => {
    const odd = [
      `  - alert: Twin\n    expr: up == 0\n    labels: {severity: page}\n`,
      `  # promscope ignore rule.no-comparison\n  - alert: Silenced${n}\n    expr: up{n="${n}"}\n`,
      `  # promscope ignore promql.syntax\n  - alert: NothingToSilence${n}\n    expr: up{n="${n}"} > 1\n`,
      `  - record: job:x${n % 7}:sum\n    expr: sum by (job) (job:x${(n + 1) % 7}:sum)\n`,
      `  - alert: Broken${n}\n    expr: sum(up{n="${n}"\n`,
      `  - alert: Template${n}\n    expr: sum(up) > ${n}\n    annotations: {a: "{{ $labels.job }} {{ end }}", b: "{{ .Labels.x }}"}\n`,
      `  - alert: Key${n}\n    expr: up\n    expr: up\n    fro: 5m\n`,
      `  - just words ${n}\n`,
      `  # pint disable promql/rate\n  - record: c${n}\n    expr: rate(x[1m])\n    for: 5m\n`,
    ];
    return odd[n % odd.length] ?? "";
  };
  let text = "groups:\n";
  for (let n = 0; n < count; n++) text += `${n % 25 === 0 ? `- name: g${n}\n  rules:\n` : ""}${rule(n)}`;
  return text;
}

const monitor = `apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: m}
spec:
  selector: {matchLabels: {app: x}}
  endpoints: [{prot: web}]
`;
const object = `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: r}
spec:
${ruleFile(210, 1000).replace(/^(?=.)/gm, "  ")}`;
/** One long template in so many rules that some of them are left out. */
const costly = `x-text: &t "{{ $value }}${"x".repeat(25_000)}"\ngroups:\n- name: g\n  rules:\n${Array.from(
  { length: 300 },
  (_, n) => `  - alert: A${n}\n    expr: up == ${n}\n    annotations: {a: *t}\n`,
).join("")}`;

const files = {
  "bench.yaml": ruleFile(320),
  "odd.yaml": oddRules(310),
  "twice.yaml": `${ruleFile(120)}---\n${oddRules(120)}`,
  "object.yaml": object,
  "costly.yaml": costly,
  "monitor.yaml": monitor,
  "one.promql": "sum(up",
  "none.yaml": "a: 1\n",
  "small/a.yaml": ruleFile(3),
  "small/b.yaml": oddRules(40),
  "promscope.yaml": `checks: {rule.for-redundant: error}\npolicy:\n- match: {kind: alert}\n  labels: {team: {required: true}}\n`,
};
const judging: Judging = { features: [], levels: {}, lint: "all", now: 1_750_000_000_000 };

/** Places in other rules are told by objects of a class, which are read here. */
function plain({ findings, problems }: Found): unknown {
  const read = findings.map((finding) => ({
    ...finding,
    related: finding.related?.map(({ message, uri, span }) => ({ message, uri, span })),
  }));
  return JSON.parse(JSON.stringify({ findings: read, problems }));
}

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
  box.write(files);
});
afterEach(() => box.dispose());

describe("what others make of some of the rules", () => {
  const shares: readonly (readonly [string, (index: number) => boolean])[] = [
    ["of all", () => true],
    ["of every second piece", (index) => index % 2 === 1],
    ["of the last pieces", (index) => index > 7],
  ];
  test.each(shares)("%s is as if one had made it", async (_, isOthers) => {
    const io = { cwd: box.folder, env: {}, colours: false, write() {}, warn() {}, readStdin: async () => "" };
    const { documents } = await inputsOf(await readSources(["."], "-", io), io);
    const snapshots = await snapshotsOf(documents, judging, []);
    const units = unitsOf(documents);
    expect(units.filter(({ rules }) => rules !== undefined).length).toBeGreaterThan(10);
    const sources = documents.map(({ path, text }) => ({ file: `${box.folder}/${path}`, text }));
    const order: Order = {
      cwd: box.folder,
      judging,
      sources,
      bytes: new SharedArrayBuffer(0),
      next: new SharedArrayBuffer(4),
    };
    const all = JSON.parse(await work(order)) as [number, Outcome][];
    expect(all.length).toBe(units.length);
    const own = units.flatMap((_, index) => (isOthers(index) ? [] : [index]));
    const crew = {
      take: () => own.shift() ?? units.length,
      outcomes: async () => new Map(all.filter(([index]) => isOthers(index))),
    };
    const together = await findTogether(documents, snapshots, crew);
    const alone = documents.map((document) => findAlone(document, snapshots));
    expect(together.map(plain)).toEqual(alone.map(plain));
    expect(alone.flatMap(({ findings }) => findings).length).toBeGreaterThan(500);
  });
});

describe("threads", () => {
  const threads: Threads = {
    script: new URL("../../server/src/cli/threads/thread.ts", import.meta.url),
    leastBytes: 0,
    free: () => 3,
  };
  const outputs = async (by?: Threads): Promise<readonly unknown[]> => {
    const runs: unknown[] = [];
    for (const format of formats)
      runs.push(
        await box.run(
          ["check", ".", "--format", format, "--min-severity", "hint", "--baseline", "old.json"],
          "",
          {},
          by,
        ),
      );
    runs.push(await box.run(["check", ".", "--lint=none"], "", {}, by));
    return runs;
  };

  test("print what one thread prints, byte for byte", async () => {
    await box.run(["check", "odd.yaml", "--baseline", "old.json", "--write-baseline"]);
    expect(await outputs(threads)).toEqual(await outputs());
  }, 180_000);

  test("are done without where they cannot be started", async () => {
    const gone = { ...threads, script: new URL("gone.ts", import.meta.url) };
    const argv = ["check", "bench.yaml", "odd.yaml"];
    expect(await box.run(argv, "", {}, gone)).toEqual(await box.run(argv));
  });

  test("write the baseline that one thread writes", async () => {
    await box.run(["check", ".", "--write-baseline"]);
    const alone = box.read("promscope-baseline.json");
    await box.run(["check", ".", "--write-baseline"], "", {}, threads);
    expect(box.read("promscope-baseline.json")).toBe(alone);
  });
});
