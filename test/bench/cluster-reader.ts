import { createCluster } from "../../server/src/adapters/kubernetes/cluster.ts";

/**
 * One reader of a cluster in a process of its own: `node --expose-gc cluster-reader.ts MODE KUBECONFIG CONTEXT`.
 * Writes what it cost as one line of JSON.
 */
export interface ReaderFigures {
  /** Work of the thread until the library is loaded, once in the life of a process. */
  readonly loadMs: number;
  readonly services: number;
  readonly pods: number;
  readonly wallMs: number;
  /** The most that one turn of the event loop worked, in milliseconds of the thread: others may use the machine too. */
  readonly longestBlockMs: number;
  /** The same by the clock, with all that the machine did meanwhile. */
  readonly longestGapMs: number;
  readonly peakRssMb: number;
  /** What stays in the heap after everything was read, with the libraries for it. */
  readonly keptMb: number;
}

const [mode = "", kubeconfig = "", context = ""] = process.argv.slice(2);
const collect = (): void => {
  for (let round = 0; round < 3; round++) (globalThis as { gc?: () => void }).gc?.();
};
const heapMb = (): number => {
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
};

collect();
const before = heapMb();
let longestBlockMs = 0;
let longestGapMs = 0;
let turn = { at: performance.now(), cpu: process.threadCpuUsage() };
const turns = setInterval(() => {
  const { user, system } = process.threadCpuUsage(turn.cpu);
  longestBlockMs = Math.max(longestBlockMs, (user + system) / 1000);
  const at = performance.now();
  longestGapMs = Math.max(longestGapMs, at - turn.at);
  turn = { at, cpu: process.threadCpuUsage() };
}, 1);
let peak = 0;
const sampler = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 5);

/** Holds what was read until the memory has been measured. */
const held: unknown[] = [];

type Counts = readonly [services: number, pods: number];

async function ours(): Promise<() => Promise<Counts>> {
  // What the first question would load.
  await import("node:https");
  await import("../../server/src/adapters/kubernetes/live.ts");
  return readOurs;
}

async function readOurs(): Promise<Counts> {
  const cluster = createCluster({ kubeconfig, context });
  held.push(cluster);
  const ask = () => [cluster.services("all"), cluster.pods("all")] as const;
  ask();
  await cluster.settled();
  const [services, pods] = ask();
  if (services.status !== "ok" || pods.status !== "ok") throw new Error(JSON.stringify([services, pods]));
  return [services.value.length, pods.value.length];
}

async function clientNode(limit: number | undefined): Promise<() => Promise<Counts>> {
  const { CoreV1Api, KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  config.setCurrentContext(context);
  const api = config.makeApiClient(CoreV1Api);
  interface Page {
    readonly items: readonly unknown[];
    readonly metadata?: { readonly _continue?: string };
  }
  const all = async (page: (next: string | undefined) => Promise<Page>): Promise<number> => {
    let count = 0;
    let next: string | undefined;
    do {
      const { items, metadata } = await page(next);
      held.push(items);
      count += items.length;
      next = metadata?._continue || undefined;
    } while (next !== undefined);
    return count;
  };
  const with_ = (next: string | undefined) => ({
    ...(limit === undefined ? {} : { limit }),
    ...(next === undefined ? {} : { _continue: next }),
  });
  return async () => [
    await all((next) => api.listServiceForAllNamespaces(with_(next))),
    await all((next) => api.listPodForAllNamespaces(with_(next))),
  ];
}

const modes: Readonly<Record<string, () => Promise<() => Promise<Counts>>>> = {
  ours,
  typed: () => clientNode(undefined),
  "typed-paged": () => clientNode(500),
};

const prepare = modes[mode];
if (prepare === undefined) throw new Error(`There is no mode ${mode}.`);
const untilLoaded = process.threadCpuUsage();
const run = await prepare();
const loading = process.threadCpuUsage(untilLoaded);
collect();
await new Promise((resolve) => setTimeout(resolve, 50));
longestBlockMs = 0;
longestGapMs = 0;
const start = performance.now();
turn = { at: start, cpu: process.threadCpuUsage() };
const [services, pods] = await run();
const wallMs = performance.now() - start;
// The last turn, in which all was parsed perhaps, counts once a timer has been able to run behind it.
await new Promise((resolve) => setTimeout(resolve, 50));
clearInterval(turns);
clearInterval(sampler);
peak = Math.max(peak, process.memoryUsage.rss());
collect();
const figures: ReaderFigures = {
  loadMs: (loading.user + loading.system) / 1000,
  services,
  pods,
  wallMs,
  longestBlockMs,
  longestGapMs,
  peakRssMb: peak / 1e6,
  keptMb: heapMb() - before,
};
process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit(held.length > 0 ? 0 : 1));
