import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { JsonFinding } from "../../server/src/cli/report.ts";
import { Sandbox } from "./run.ts";

const good = "groups:\n- name: g\n  rules:\n  - record: job:up:sum\n    expr: sum by (job) (up)\n";
const broken = good.replace("sum by (job) (up)", "abs(up");
const serviceX = readFileSync(
  fileURLToPath(new URL("../../examples/monitors/service-x.yaml", import.meta.url)),
  "utf8",
);

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.dispose());

const findings = async (...argv: string[]): Promise<JsonFinding[]> =>
  JSON.parse((await box.run(["check", "--format", "json", ...argv])).out) as JsonFinding[];

describe("exit codes", () => {
  test("0 where there is nothing to say", async () => {
    box.write({ "a.yaml": good });
    expect(await box.run(["check", "."])).toMatchObject({ code: 0, out: "1 file checked: no findings.\n" });
  });

  test("1 for what is not printed either, which is then said", async () => {
    box.write({ "a.yaml": "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up == 0\n    for: 0s\n" });
    const run = await box.run(["check", "a.yaml", "--fail-on", "hint"]);
    expect([run.code, run.err]).toEqual([1, expect.stringContaining("below --min-severity warning")]);
    const shown = await box.run(["check", "a.yaml", "--fail-on", "hint", "--min-severity", "hint"]);
    expect([shown.code, shown.err]).toEqual([1, ""]);
  });

  test("1 for a finding at or above --fail-on", async () => {
    box.write({ "a.yaml": broken });
    expect((await box.run(["check", "a.yaml"])).code).toBe(1);
    box.write({ "a.yaml": serviceX });
    expect((await box.run(["check", "a.yaml", "--fail-on", "warning"])).code).toBe(1);
  });

  test("2 for what cannot be read, in one sentence", async () => {
    const run = await box.run(["check", "nowhere.yaml"]);
    expect(run).toMatchObject({ code: 2, out: "" });
    expect(run.err).toBe("promscope: nowhere.yaml does not exist or cannot be read; check the path.\n");
  });

  test("2 for options that do not exist or do not fit", async () => {
    expect((await box.run(["check", "--nope"])).code).toBe(2);
    expect((await box.run(["check", "--format", "xml"])).code).toBe(2);
    expect((await box.run(["frobnicate"])).code).toBe(2);
    expect((await box.run(["--help"])).code).toBe(0);
    expect(await box.run(["--version"])).toMatchObject({ code: 0, out: "1.2.3\n" });
  });

  test("the help of each command names no default that is nothing", async () => {
    const { out } = await box.run(["--help"]);
    const commands = [...out.matchAll(/^ {2}(\w+) \[/gm)]
      .map(([, name]) => name ?? "")
      .filter((name) => name !== "help");
    expect(commands).toEqual(expect.arrayContaining(["lsp", "check", "query", "fmt", "test"]));
    for (const command of commands) {
      const help = await box.run([command, "--help"]);
      expect(help).toMatchObject({ code: 0, err: "" });
      expect(help.out).toContain(`Usage: promscope ${command}`);
      expect(help.out).not.toMatch(/default: +(?:false|\[\]|"")/);
    }
  });

  test("2 for an environment that promscope.yaml does not have", async () => {
    box.write({
      "a.yaml": good,
      "promscope.yaml": "environments:\n- name: Dev\n  backend: http://127.0.0.1:1\n",
    });
    const run = await box.run(["check", ".", "--env", "Prod"]);
    expect(run).toMatchObject({ code: 2 });
    expect(run.err).toContain("it has Dev");
  });
});

describe("a cluster that cannot be asked", () => {
  test("is named on standard error, and no finding rests on it", async () => {
    const monitor = readFileSync(
      fileURLToPath(new URL("../../examples/monitors/gateway.yaml", import.meta.url)),
      "utf8",
    );
    box.write({
      "m.yaml": monitor,
      kubeconfig:
        "apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster: {server: 'https://127.0.0.1:1'}\nusers:\n- name: u\n  user: {token: secret-token}\ncontexts:\n- name: dev\n  context: {cluster: c, user: u}\ncurrent-context: dev\n",
    });
    const run = await box.run(["check", "m.yaml", "--kubeconfig", "kubeconfig", "--context", "dev"]);
    expect(run).toMatchObject({ code: 0, out: "1 file checked: no findings.\n" });
    expect(run.err).toMatch(/^promscope: .*dev.*\n$/);
    expect(run.err).not.toContain("secret-token");
  });
});

describe("what is read", () => {
  test("folders are walked; a file of any name is judged by its content", async () => {
    box.write({
      "rules/a.yaml": broken,
      "deep/er/rules.conf": broken,
      "deep/notes.txt": "groups of people\n",
      "node_modules/x/a.yaml": broken,
      "other.yaml": "hello: world\n",
      "binary.bin": Buffer.from([0, 1, 2, 255]),
    });
    expect((await findings(".")).map(({ file }) => file)).toEqual(["deep/er/rules.conf", "rules/a.yaml"]);
    expect((await box.run(["check", "."])).out).toContain("1 YAML file is of no known kind.");
  });

  test("standard input under a name of its own", async () => {
    const run = await box.run(["check", "-", "--stdin-name", "web.yaml", "--format", "json"], broken);
    expect(run.code).toBe(1);
    expect(JSON.parse(run.out)).toMatchObject([{ file: "web.yaml", check: "promql.syntax" }]);
  });

  test("bytes that are no UTF-8, no YAML, or nothing at all", async () => {
    box.write({ "a.yaml": Buffer.from([0xff, 0xfe, 0x67, 0x00]), "b.yaml": "", "c.yaml": "\t- ]{" });
    expect((await box.run(["check", "."])).code).toBeLessThan(2);
  });
});

describe("the JSON output", () => {
  test("carries positions as in LSP, the program that refuses, and where the bracket is", async () => {
    box.write({ "a.yaml": broken });
    const [finding] = await findings("a.yaml");
    expect(finding).toMatchObject({
      file: "a.yaml",
      check: "promql.syntax",
      severity: "error",
      refusedBy: "prometheus",
      range: { start: { line: 4 } },
      related: [{ file: "a.yaml", range: { start: { line: 4, character: 13 } } }],
    });
    expect(finding?.message).toContain("unclosed left parenthesis");
  });

  test("is an empty array where all is well", async () => {
    box.write({ "a.yaml": good });
    expect(await findings("a.yaml")).toEqual([]);
  });
});

describe("severities", () => {
  test("promscope.yaml changes them, and switches checks off", async () => {
    box.write({ "a.yaml": broken, "promscope.yaml": "checks:\n  promql.syntax: hint\n" });
    expect(await box.run(["check", "a.yaml"])).toMatchObject({
      code: 0,
      out: "1 file checked: no findings.\n",
    });
    expect((await box.run(["check", "a.yaml", "--min-severity", "hint"])).out).toContain("hint: ");
    box.write({ "promscope.yaml": "checks:\n  promql.syntax: off\n" });
    expect(await findings("a.yaml", "--min-severity", "hint")).toEqual([]);
  });
});

describe("--fix", () => {
  test("turns the badly indented monitor into what its author meant", async () => {
    box.write({ "m.yaml": serviceX });
    const before = await findings("m.yaml");
    expect(before.map(({ range }) => range.start.line)).toHaveLength(2);
    expect(before.every(({ fixes }) => fixes.some(({ safe }) => safe))).toBe(true);
    const run = await box.run(["check", "--fix", "m.yaml"]);
    expect(run).toMatchObject({ code: 0, out: "1 file checked: no findings.\n" });
    expect(await findings("m.yaml", "--min-severity", "info")).toEqual([]);
  });

  test("leaves files without safe fixes untouched, to the byte", async () => {
    const odd = `${broken.replaceAll("\n", "\r\n")}# ü\r\n`;
    box.write({ "a.yaml": odd });
    await box.run(["check", "--fix", "a.yaml"]);
    expect(box.read("a.yaml")).toBe(odd);
  });

  test("never writes a file whose bytes are no UTF-8, which is refused as it is", async () => {
    const bytes = Buffer.concat([Buffer.from("# "), Buffer.from([0xff]), Buffer.from(`\n${serviceX}`)]);
    box.write({ "m.yaml": bytes });
    const run = await box.run(["check", "--fix", "m.yaml"]);
    expect(run).toMatchObject({ code: 1, out: expect.stringContaining("invalid leading UTF-8 octet") });
    expect(readFileSync(`${box.folder}/m.yaml`).equals(bytes)).toBe(true);
  });

  test("prints the fixed text of standard input", async () => {
    const run = await box.run(["check", "--fix", "-"], serviceX);
    expect(run.out).toContain("metadata:\n  annotations:\n");
    expect((await box.run(["check", "-"], run.out)).out).toBe("1 file checked: no findings.\n");
  });
});

describe("--lint=none", () => {
  const odd =
    "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up\n    fro: 5m\n  - alert: A\n    expr: sum(up\n";

  test("tells what a program refuses to load, and nothing else", async () => {
    box.write({ "a.yaml": odd, "b.yaml": serviceX });
    const all = await findings(".", "--min-severity", "hint");
    const none = await findings(".", "--min-severity", "hint", "--lint=none");
    expect(none).toEqual(all.filter(({ refusedBy }) => refusedBy !== undefined));
    expect(new Set(none.map(({ check }) => check))).toEqual(new Set(["promql.syntax", "yaml.unknown-field"]));
    expect(all.length).toBeGreaterThan(none.length);
  });

  test("knows no other words", async () => {
    expect((await box.run(["check", "--lint=some"])).code).toBe(2);
  });
});

describe("other formats", () => {
  beforeEach(() => box.write({ "a.yaml": broken, "b.yaml": good }));

  test("text shows the line and marks the place", async () => {
    expect((await box.run(["check", "a.yaml"])).out).toMatchInlineSnapshot(`
      "a.yaml:5:17: error: parse error: unclosed left parenthesis [promql.syntax]
        5 |     expr: abs(up
          |                 ^
        see a.yaml:5:14: never closed
        fix: Write )
      1 file checked: 1 error.
      "
    `);
  });

  test("text names the places that a finding is related to", async () => {
    box.write({ "dup/a.yaml": good, "dup/b.yaml": good });
    const { out } = await box.run(["check", "dup", "--min-severity", "hint"]);
    expect(out).toMatch(
      /^dup\/a\.yaml:\d+:\d+: hint: .* \[rule\.duplicate-identical\]\n.*\n.*\n {2}see dup\/b\.yaml:\d+:\d+: /m,
    );
  });

  test("SARIF names its rules and places", async () => {
    const log = JSON.parse((await box.run(["check", ".", "--format", "sarif"])).out) as {
      version: string;
      runs: { results: { ruleId: string; level: string }[]; tool: { driver: { rules: { id: string }[] } } }[];
    };
    expect(log.version).toBe("2.1.0");
    const [run] = log.runs;
    expect(run?.results[0]).toMatchObject({ ruleId: "promql.syntax", level: "error" });
    expect(run?.tool.driver.rules.map(({ id }) => id)).toContain("promql.syntax");
  });

  test("JUnit has a failed case for a finding and a passed one for a clean file", async () => {
    const { out } = await box.run(["check", ".", "--format", "junit"]);
    expect(out).toContain('<testsuite name="a.yaml" tests="1" failures="1">');
    expect(out).toContain('<testsuite name="b.yaml" tests="1" failures="0">');
    expect(out).not.toMatch(/message="[^"]*[<>]/);
  });

  test("GitHub annotations are one line each", async () => {
    const { out } = await box.run(["check", ".", "--format", "github"]);
    expect(out).toMatch(
      /^::error file=a\.yaml,line=5,endLine=5,col=\d+,endColumn=\d+,title=promql\.syntax::/,
    );
  });
});

test("recording rules that nobody reads are told where dashboards are in the folder", async () => {
  const two = `${good}  - record: job:a:sum\n    expr: sum by (job) (a)\n`;
  box.write({ "rules/a.yaml": two });
  expect(await findings("rules", "--min-severity", "hint")).toEqual([]);
  const dashboard = JSON.stringify({ panels: [{ targets: [{ expr: 'job:up:sum{job="$job"}' }] }] });
  box.write({ "dashboards/d.json": dashboard, "dashboards/other.json": '{"rules": [1]}' });
  const [found, ...others] = await findings("rules", "dashboards", "--min-severity", "hint");
  expect(others).toEqual([]);
  expect(found).toMatchObject({ file: "rules/a.yaml", check: "rule.unused-recording" });
  expect(found?.range.start.line).toBe(5);
});

test("files are judged by their bytes, as Prometheus reads them", async () => {
  const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, "utf16le");
  box.write({
    "good.yaml": utf16(good),
    "big-endian.yaml": utf16(good).swap16(),
    "broken.yaml": utf16(broken),
    "latin1.yaml": Buffer.from(good.replace("name: g", "name: größe"), "latin1"),
  });
  const found = (await findings(".")).map(({ file, refusedBy, message, range }) =>
    [file, refusedBy, message, `${range.start.line}:${range.start.character}`].join(" "),
  );
  expect(found).toEqual([
    "broken.yaml prometheus parse error: unclosed left parenthesis 4:16",
    "latin1.yaml prometheus invalid trailing UTF-8 octet 1:10",
  ]);
});
