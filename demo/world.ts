import { cp } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Federation, startFederation } from "../test/stack/federation.ts";
import { type Kubernetes, startKubernetes } from "../test/stack/kube.ts";
import { openRun, runCommand } from "../test/stack/processes.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Everything that the demo shows but the editor. */
export interface DemoWorld {
  /** A copy of `examples/`, so that trying things out leaves the repository alone. */
  readonly workspace: string;
  readonly vsix: string;
  readonly folder: string;
  readonly federation: Federation;
  /** Where the kubeconfig of Prod NA is as soon as `kubernetes` is there. */
  readonly kubeconfig: string;
  readonly kubernetes: Promise<Kubernetes>;
  stop(): Promise<void>;
}

export interface DemoOptions {
  /** Length of the generated history. */
  readonly days: number;
  readonly progress: (line: string) => void;
}

/** Packs the extension and starts the federation; Kubernetes follows by itself, for its build takes longest. */
export async function startDemoWorld({ days, progress }: DemoOptions): Promise<DemoWorld> {
  const run = openRun("demo");
  try {
    progress("extension: building");
    await runCommand({
      name: "npm run package",
      command: "npm",
      args: ["run", "--silent", "package"],
      cwd: root,
    });
    const workspace = join(run.folder, "examples");
    await cp(join(root, "examples"), workspace, { recursive: true });
    const federation = await startFederation({ days, scrape: 15, progress });
    const kubeconfig = join(run.folder, "kubeconfig");
    const kubernetes = startKubernetes({ cluster: "prod-na", kubeconfigPath: kubeconfig, progress });
    // Whoever waits for it hears why it failed; nobody has to.
    kubernetes.catch(() => {});
    return {
      workspace,
      vsix: join(root, "dist", "promscope.vsix"),
      folder: run.folder,
      federation,
      kubeconfig,
      kubernetes,
      async stop() {
        await Promise.all([federation.stop(), kubernetes.then((one) => one.stop()).catch(() => {})]);
        await run.stop();
      },
    };
  } catch (error) {
    await run.stop();
    throw error;
  }
}
