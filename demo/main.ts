import { parseArgs } from "node:util";
import { startEditor } from "../test/vscode/editor.ts";
import { ensureChromium, ensureCodeServer, ensureCodeServerPackages } from "../test/vscode/install.ts";
import { runCheck } from "./check.ts";
import { ensureDesktop, openDesktop } from "./desktop.ts";
import { demoSettings } from "./settings.ts";
import { type DemoWorld, startDemoWorld } from "./world.ts";

/** `npm run demo [-- --check | --desktop] [--days N] [--port N]`. */

const started = performance.now();

function progress(line: string): void {
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(`[${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}] ${line}`);
}

function options() {
  const { values } = parseArgs({
    options: {
      check: { type: "boolean", default: false },
      desktop: { type: "boolean", default: false },
      days: { type: "string", default: "3" },
      port: { type: "string" },
    },
  });
  const days = Number(values.days);
  if (!(days > 0 && days <= 14)) throw new Error("--days takes a number up to 14.");
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(port > 0 && port < 65_536)) throw new Error("--port takes a port number.");
  if (values.check && values.desktop) throw new Error("--check drives the browser; leave out --desktop.");
  return { check: values.check, desktop: values.desktop, days, port };
}

/** What has been started so far, in the order in which it must end. */
const running: { stop(): Promise<void> }[] = [];

async function stopAll(): Promise<void> {
  for (const part of running.splice(0)) await part.stop();
}

/** Says when Kubernetes has joined, or why it has not; the demo goes on without it. */
async function announceKubernetes(world: DemoWorld): Promise<void> {
  try {
    await world.kubernetes;
    progress("Kubernetes: Prod NA's Services and Pods are there");
  } catch (error) {
    progress(`Kubernetes could not be started: ${(error as Error).message}`);
  }
}

async function untilInterrupted(): Promise<void> {
  await new Promise(() => {
    // Something has to keep this process alive; the signal handlers end it.
    setInterval(() => {}, 1 << 30);
  });
}

async function main(): Promise<void> {
  const { check, desktop, days, port } = options();
  if (desktop) await ensureDesktop();
  else await ensureCodeServerPackages(progress);
  if (check) await ensureChromium(progress);
  // code-server compiles on one core for two minutes, at the same time as the servers are built.
  const installed = desktop ? Promise.resolve() : ensureCodeServer(progress);
  const failed = new Promise<never>((_, reject) => installed.catch(reject));
  const world = await Promise.race([startDemoWorld({ days, progress }), failed]);
  running.push(world);
  const settings = demoSettings(world.federation, world.kubeconfig);
  const { vsix, workspace, folder } = world;
  if (desktop) {
    void announceKubernetes(world);
    progress("VS Code: opening on the desktop; the demo ends with its window");
    await openDesktop({ folder, workspace, vsix, settings });
    return;
  }
  await installed;
  progress("VS Code: starting");
  const editor = await startEditor({
    workspace,
    vsix,
    settings,
    progress,
    ...(port === undefined ? {} : { port }),
  });
  running.unshift(editor);
  progress(`VS Code: ${editor.url}`);
  if (check) {
    await world.kubernetes;
    await runCheck({ url: editor.url, workspace, progress });
    return;
  }
  console.log(
    `\n  Open ${editor.url}\n  Thanos is at ${world.federation.thanosUrl}. Ctrl-C stops everything.\n`,
  );
  await announceKubernetes(world);
  await untilInterrupted();
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    progress("stopping everything");
    // What is only half started is ended by its watchdog as soon as this process is gone.
    void stopAll().finally(() => process.exit(0));
  });
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  if (running.length > 0) {
    await stopAll();
    progress("everything is stopped");
  }
  process.exit();
}
