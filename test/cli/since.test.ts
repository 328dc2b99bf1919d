import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { JsonFinding } from "../../server/src/cli/report.ts";
import { Sandbox } from "./run.ts";

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
  git("init", "-q");
});
afterEach(() => box.dispose());

function git(...args: readonly string[]): void {
  execFileSync(
    "git",
    ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false", ...args],
    {
      cwd: box.folder,
      stdio: "ignore",
      env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
    },
  );
}

function commit(files: Readonly<Record<string, string>>): void {
  box.write(files);
  git("add", "-A");
  git("commit", "-q", "-m", "x");
}

const group = (rules: string): string => `groups:\n- name: g\n  rules:\n${rules}`;
const broken = "  - record: old:broken\n    expr: abs(up\n";
const alert = (name: string, expr: string, more = ""): string =>
  `  - alert: ${name}\n    expr: ${expr}\n${more}`;

const newFindings = async (...argv: readonly string[]): Promise<readonly string[]> => {
  const { out } = await box.run(["check", ...argv, "--format", "json", "--since", "HEAD"]);
  return (JSON.parse(out) as JsonFinding[]).map(({ file, check }) => `${file} ${check}`);
};

test("only what is new since the revision is told and counted", async () => {
  commit({ "rules/a.yaml": group(broken), "rules/b.yaml": group(alert("B", "up == 0")) });
  expect(await newFindings("rules")).toEqual([]);
  expect((await box.run(["check", ".", "--since", "HEAD"])).code).toBe(0);
  box.write({ "rules/a.yaml": `# more\n${group(`${alert("A", "up == ")}${broken}`)}` });
  expect(await newFindings("rules")).toEqual(["rules/a.yaml promql.syntax"]);
  expect(await newFindings("rules/b.yaml")).toEqual([]);
  const run = await box.run(["check", ".", "--since", "HEAD"]);
  expect(run.code).toBe(1);
  expect(run.err).toBe("Since HEAD: 1 new, 1 old finding.\n  alert added: A (rules/a.yaml:5)\n");
});

test("a file that was renamed keeps its old findings", async () => {
  const text = group(`${broken}${alert("A", "up == 0")}${alert("B", "up == 1")}`);
  commit({ "a.yaml": text });
  git("mv", "a.yaml", "new name.yaml");
  expect(await newFindings(".")).toEqual([]);
});

test("from a folder of the repository, and for files that were not there", async () => {
  commit({ "rules/a.yaml": group(broken), "other/c.yaml": group(broken) });
  box.write({ "rules/new.yaml": group(broken) });
  const inner = await box.run(["check", "rules", "--since", "HEAD", "--format", "json"]);
  expect((JSON.parse(inner.out) as JsonFinding[]).map(({ file }) => file)).toEqual(["rules/new.yaml"]);
});

test("a submodule is compared with what the revision has of it", async () => {
  const other = new Sandbox();
  try {
    const inOther = ["-C", other.folder] as const;
    git(...inOther, "init", "-q");
    other.write({ "a.yaml": group(broken), "was.yaml": group(broken.replace("old", "older")) });
    git(...inOther, "add", "-A");
    git(...inOther, "commit", "-q", "-m", "x");
    git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", other.folder, "mod");
    commit({ "top.yaml": group(alert("A", "up == 0")) });
    expect(await newFindings(".")).toEqual([]);
    git("-C", "mod", "mv", "was.yaml", "is.yaml");
    box.write({ "mod/b.yaml": group(alert("B", "up == ")) });
    expect(await newFindings(".")).toEqual(["mod/b.yaml promql.syntax"]);
    expect(await newFindings("mod/a.yaml")).toEqual([]);
  } finally {
    other.dispose();
  }
});

test("in another working tree, and in a clone without history", async () => {
  commit({ "a.yaml": group(broken) });
  commit({ "b.yaml": group(alert("B", "up == 0")) });
  git("worktree", "add", "-q", "--detach", "tree");
  box.write({ "tree/c.yaml": group(alert("C", "up == ")) });
  const inFolder = async (folder: string, ref: string): Promise<{ code: number; err: string }> =>
    box.run(["check", ".", "--since", ref], "", {}, undefined, join(box.folder, folder));
  expect((await inFolder("tree", "HEAD")).err).toContain("Since HEAD: 1 new, 1 old finding.");
  git("clone", "-q", "--depth", "1", `file://${box.folder}`, "shallow");
  expect((await inFolder("shallow", "HEAD")).err).toContain("Since HEAD: 0 new, 1 old finding.");
  const missing = await inFolder("shallow", "HEAD~1");
  expect([missing.code, missing.err]).toEqual([2, expect.stringContaining("fetch it")]);
});

test("what has become of alerts and recording rules", async () => {
  commit({
    "a.yaml": group(
      `${alert("Gone", "up == 0")}${alert("Stays", "up == 0")}${alert("Changed", "up == 0", "    for: 5m\n")}${alert("Ladder", "up == 0", "    labels: {severity: page}\n")}${alert("Ladder", "up == 0", "    labels: {severity: warn}\n")}`,
    ),
    "gone.yaml": group(
      "  - record: job:up:sum\n    expr: sum by (job) (up)\n  - record: job:x:sum\n    expr: sum(x)\n",
    ),
    "use.yaml": group(alert("User", "job:up:sum < 1")),
  });
  rmSync(join(box.folder, "gone.yaml"));
  box.write({
    "a.yaml": group(
      `${alert("Stays", "up  ==\n      0")}${alert("Changed", "up == 1", "    for: 6m\n")}${alert("Added", "up == 0")}${alert("Ladder", "up == 0", "    labels: {severity: warn}\n")}${alert("Ladder", "up == 1", "    labels: {severity: page}\n")}`,
    ),
  });
  const { err } = await box.run(["check", ".", "--since", "HEAD"]);
  expect(err.split("\n").slice(1)).toEqual([
    "  alert added: Added (a.yaml:10)",
    "  alert changed: Changed (a.yaml:7): expr, for",
    "  alert changed: Ladder (a.yaml:15): expr",
    "  alert removed: Gone (was a.yaml:4)",
    "  recording rule removed but still used: job:up:sum (was gone.yaml:4), by User (use.yaml:4)",
    "  recording rule removed: job:x:sum (was gone.yaml:6)",
    "",
  ]);
  await box.run(["check", ".", "--since", "HEAD", "--summary", "s.json"]);
  expect(JSON.parse(box.read("s.json"))).toMatchObject({
    since: "HEAD",
    alerts: { added: [{ name: "Added", file: "a.yaml", line: 10 }] },
    records: { removed: [{ name: "job:up:sum", usedBy: [{ name: "User", file: "use.yaml", line: 4 }] }, {}] },
  });
  const silent = await box.run(["check", ".", "--since", "HEAD", "--summary", "s.md"]);
  expect(silent.err).toBe("");
  expect(box.read("s.md")).toContain(
    "### Recording rules removed but still used\n\n- `job:up:sum`, read by `User` (`use.yaml:4`)\n",
  );
});

test("names of the files that are reviewed are never markdown", async () => {
  commit({ "a.yaml": group(alert("A", "up == 0")) });
  box.write({ "a.yaml": group(alert('"[click](https://example.com) `x`"', "up == 0")) });
  await box.run(["check", ".", "--since", "HEAD", "--summary", "s.md"]);
  expect(box.read("s.md")).toContain("- `` [click](https://example.com) `x` `` (`a.yaml:4`)\n");
});

test("what cannot be compared is a mistake of the call", async () => {
  commit({ "a.yaml": group(broken) });
  for (const [words, ...argv] of [
    ["no revision", "--since", "nowhere"],
    ["no revision", "--since=--output=x"],
    ["without --since", "--since", "HEAD", "--fix"],
    ["name it with --since", "--summary", "s.md"],
    ["cannot be written", "--since", "HEAD", "--summary", "no/s.md"],
  ] as const) {
    const run = await box.run(["check", ".", ...argv]);
    expect(run.code, argv.join(" ")).toBe(2);
    expect(run.err).toContain(words);
  }
});
