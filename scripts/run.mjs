/**
 * The way into `npm test`, `npm run demo` and `prepare` on a fresh machine: plain Node 20 or newer, nothing installed.
 * Installs the dependencies where they are not what package-lock.json says, then hands over to the real
 * script on the Node that came with them.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const scripts = { test: "scripts/test.ts", demo: "demo/main.ts", build: "scripts/build.ts" };
const [name, ...rest] = process.argv.slice(2);
const script = scripts[name];
const bin = join(root, "node_modules", ".bin");

if (script === undefined) fail(`Say one of: ${Object.keys(scripts).join(", ")}.`);
if (Number.parseInt(process.versions.node, 10) < 20) {
  fail(`Node ${process.versions.node} is too old: Node 20 or newer is needed.`);
}
if (!isInstalled()) {
  // `npm ci` below calls `prepare` too, which leaves the building to the one that waits for it.
  if (process.env.PROMSCOPE_PREPARING === "1") process.exit(0);
  console.log("dependencies: npm ci");
  const code = await run("npm", ["ci", "--no-audit", "--no-fund"], installEnv());
  if (code !== 0) fail(`npm ci ended with ${code}: the dependencies could not be installed.`);
}
const PATH = `${bin}:${process.env.PATH ?? ""}`;
process.exitCode = await run(join(bin, "node"), [join(root, script), ...rest], { ...process.env, PATH });

/** Whether node_modules holds what package-lock.json asks for, going by the list that npm keeps there. */
function isInstalled() {
  try {
    const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
    const present = JSON.parse(
      readFileSync(join(root, "node_modules", ".package-lock.json"), "utf8"),
    ).packages;
    const same = Object.entries(wanted).every(
      ([path, { version, optional }]) =>
        // Optional packages are mostly those of other platforms; what is not in node_modules is a workspace.
        optional === true || !path.includes("node_modules/") || present[path]?.version === version,
    );
    return same && existsSync(join(bin, "node"));
  } catch {
    return false;
  }
}

/**
 * npm hands its options on to what it runs. When it installs this repository with `-g`, as pre-commit has it do, the
 * dependencies would go to the global folder, where no build finds them.
 */
function installEnv() {
  const kept = Object.entries(process.env).filter(
    ([key]) => !/^npm_config_(?:global|location|prefix)$/i.test(key),
  );
  return { ...Object.fromEntries(kept), ...(name === "build" ? { PROMSCOPE_PREPARING: "1" } : {}) };
}

/** Runs a program in this terminal; resolves with its exit code. Ctrl-C is its business, we wait for it. */
function run(command, args, env) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, stdio: "inherit" });
    const onward = (signal) => child.kill(signal);
    // The terminal sends SIGINT to the child as well; what is sent to this process alone is passed on.
    process.on("SIGINT", () => {});
    process.on("SIGTERM", onward);
    process.on("SIGHUP", onward);
    child.once("error", (error) => fail(`${command} could not be started: ${error.message}`));
    child.once("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 1)));
  });
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
