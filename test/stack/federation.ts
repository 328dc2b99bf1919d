import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { configuration, externalLabels, type Member, members } from "./federation-layout.ts";
import { writeHistory } from "./history.ts";
import type { ClusterName } from "./history-estate.ts";
import { freePorts } from "./ports.ts";
import { openRun, type Run, type Running, waitFor } from "./processes.ts";
import { ensureTools } from "./tools/build.ts";

export interface FederationOptions {
  /** Length of the generated history in days; default a quarter: one incident of each kind. */
  readonly days?: number;
  /** Multiplies the number of targets; default 1. */
  readonly scale?: number;
  /** Seconds between two samples of the history; default 60. */
  readonly step?: number;
  /** Seconds between two live scrapes and rule evaluations; default 5. */
  readonly scrape?: number;
  readonly progress?: (line: string) => void;
}

/** One Prometheus of the federation and what stands beside it. */
export interface Replica {
  /** `prod-na/k8s/a`; with ` sidecar` behind it, the name of its sidecar. */
  readonly name: string;
  readonly cluster: ClusterName;
  readonly labels: Readonly<Record<string, string>>;
  readonly prometheusUrl: string;
  readonly sidecarUrl: string;
  /** The sidecar's address as Thanos lists it under `/api/v1/stores`. */
  readonly storeAddress: string;
  readonly pid: number;
  readonly sidecarPid: number;
}

/** An environment of the settings that this federation can serve. */
export interface FederationEnvironment {
  readonly name: "Dev" | "Prod NA" | "Prod EU";
  readonly backend: string;
  readonly scope: { readonly cluster: ClusterName };
}

/** A running federation; `stop()` ends every process of it. */
export interface Federation {
  readonly thanosUrl: string;
  readonly thanosPid: number;
  readonly environments: readonly FederationEnvironment[];
  readonly replicas: readonly Replica[];
  /** The replica of this name; throws if there is none. */
  replica(name: string): Replica;
  /** Ends a process for good: `prod-na/infra/a`, `prod-na/infra/a sidecar` or `query`. Resolves when it is gone. */
  kill(name: string): Promise<void>;
  /** Ends a process for good and starts it anew, with its data and at its port. Resolves when it is ready. */
  restart(name: string): Promise<void>;
  /** Stops a process so that it holds its connections and never answers; `resume` lets it go on. */
  freeze(name: string): void;
  resume(name: string): void;
  stop(): Promise<void>;
}

/**
 * Starts the real federation: seven Prometheus with a sidecar each, one Thanos Query over them, small
 * exporters, and generated history that the exporters continue. Resolves when every store is healthy.
 */
export async function startFederation(options: FederationOptions = {}): Promise<Federation> {
  const { days = 0.25, scale = 1, step = 60, scrape = 5, progress = () => {} } = options;
  const tools = await ensureTools(["prometheus", "promtool", "thanos"], progress);
  const run = openRun("federation");
  try {
    const [exporterPort = 0, queryPort = 0, queryGrpc = 0, ...rest] = await freePorts(3 + members.length * 3);
    await run.start({
      name: "exporters",
      command: process.execPath,
      args: [join(import.meta.dirname, "exporter.ts"), String(exporterPort), String(scale)],
      ready: `http://127.0.0.1:${exporterPort}/`,
    });
    progress(`history: ${days} days for ${members.length} Prometheus`);
    let written = 0;
    const to = Math.floor(Date.now() / 1000);
    await inParallel(2, members, async (member) => {
      const spec = { ...member, scale, step, from: to - days * 86_400, to };
      await writeHistory(spec, tools.promtool, join(run.folder, slug(member), "data"));
      await writeFile(
        join(run.folder, slug(member), "prometheus.yml"),
        configuration(member, exporterPort, scrape, scale),
      );
      written++;
      progress(`history: ${member.name} has its own (${written} of ${members.length})`);
    });
    progress(`federation: starting ${members.length} Prometheus, their sidecars and Thanos Query`);
    const running = new Map<string, Running>();
    const starts = new Map<string, () => Promise<Running>>();
    const begin = async (name: string, start: () => Promise<Running>): Promise<Running> => {
      starts.set(name, start);
      const process = await start();
      running.set(name, process);
      return process;
    };
    const replicas = await Promise.all(
      members.map(async (member, at): Promise<Replica> => {
        const [web = 0, grpc = 0, http = 0] = rest.slice(at * 3, at * 3 + 3);
        const prometheus = await begin(member.name, () =>
          startPrometheus(run, tools.prometheus, member, web),
        );
        const sidecar = await begin(`${member.name} sidecar`, () =>
          startSidecar(run, tools.thanos, member, web, grpc, http),
        );
        return {
          name: member.name,
          cluster: member.cluster,
          labels: externalLabels(member),
          prometheusUrl: `http://127.0.0.1:${web}`,
          sidecarUrl: `http://127.0.0.1:${http}`,
          storeAddress: `127.0.0.1:${grpc}`,
          pid: prometheus.pid,
          sidecarPid: sidecar.pid,
        };
      }),
    );
    const thanosUrl = `http://127.0.0.1:${queryPort}`;
    const startQuery = (): Promise<Running> =>
      run.start({
        name: "query",
        command: tools.thanos,
        args: [
          "query",
          `--http-address=127.0.0.1:${queryPort}`,
          `--grpc-address=127.0.0.1:${queryGrpc}`,
          "--query.replica-label=replica",
          "--log.level=warn",
          ...replicas.map(({ storeAddress }) => `--endpoint=${storeAddress}`),
        ],
        ready: () => hasHealthyStores(thanosUrl, replicas.length),
      });
    const query = await begin("query", startQuery);
    return federation(run, running, starts, replicas, thanosUrl, query.pid);
  } catch (error) {
    await run.stop();
    throw error;
  }
}

function federation(
  run: Run,
  running: Map<string, Running>,
  starts: ReadonlyMap<string, () => Promise<Running>>,
  replicas: readonly Replica[],
  thanosUrl: string,
  thanosPid: number,
): Federation {
  const named = (name: string): Running => {
    const process = running.get(name);
    if (process === undefined)
      throw new Error(`no process ${name}; there are ${[...running.keys()].join(", ")}`);
    return process;
  };
  return {
    thanosUrl,
    thanosPid,
    replicas,
    environments: [
      { name: "Dev", backend: thanosUrl, scope: { cluster: "dev" } },
      { name: "Prod NA", backend: thanosUrl, scope: { cluster: "prod-na" } },
      { name: "Prod EU", backend: thanosUrl, scope: { cluster: "prod-eu" } },
    ],
    replica(name) {
      const found = replicas.find((replica) => replica.name === name);
      if (found === undefined) throw new Error(`no replica ${name}`);
      return found;
    },
    async kill(name) {
      const process = named(name);
      process.signal("SIGKILL");
      await process.ended();
    },
    async restart(name) {
      const process = named(name);
      process.signal("SIGKILL");
      await process.ended();
      const start = starts.get(name);
      if (start === undefined) throw new Error(`${name} cannot be started anew`);
      running.set(name, await start());
    },
    freeze: (name) => void named(name).signal("SIGSTOP"),
    resume: (name) => void named(name).signal("SIGCONT"),
    stop: () => run.stop(),
  };
}

function slug(member: Member): string {
  return member.name.replaceAll("/", "-");
}

function startPrometheus(run: Run, command: string, member: Member, port: number): Promise<Running> {
  const folder = join(run.folder, slug(member));
  return run.start({
    name: member.name,
    command,
    args: [
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      "--storage.tsdb.retention.time=30d",
      `--web.listen-address=127.0.0.1:${port}`,
      "--log.level=warn",
    ],
    ready: `http://127.0.0.1:${port}/-/ready`,
  });
}

function startSidecar(
  run: Run,
  command: string,
  member: Member,
  prometheus: number,
  grpc: number,
  http: number,
) {
  return run.start({
    name: `${member.name} sidecar`,
    command,
    args: [
      "sidecar",
      `--prometheus.url=http://127.0.0.1:${prometheus}`,
      `--tsdb.path=${join(run.folder, slug(member), "data")}`,
      `--grpc-address=127.0.0.1:${grpc}`,
      `--http-address=127.0.0.1:${http}`,
      "--log.level=warn",
    ],
    ready: `http://127.0.0.1:${http}/-/ready`,
  });
}

async function hasHealthyStores(thanosUrl: string, count: number): Promise<boolean> {
  try {
    const answer = await fetch(`${thanosUrl}/api/v1/stores`, { signal: AbortSignal.timeout(5000) });
    const { data } = (await answer.json()) as { data: Record<string, { lastError: string | null }[]> };
    const healthy = Object.values(data)
      .flat()
      .filter(({ lastError }) => lastError === null);
    return healthy.length === count;
  } catch {
    return false;
  }
}

async function inParallel<T>(
  workers: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: workers }, worker));
}

/**
 * One value of an instant query, for tests that wait until the federation shows something; undefined while
 * there is none. `parameters` go into the request as they are.
 */
export async function instant(
  url: string,
  query: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<number | undefined> {
  const answer = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query, ...parameters })}`);
  const { data } = (await answer.json()) as { data?: { result: { value: [number, string] }[] } };
  const value = data?.result[0]?.value[1];
  return value === undefined ? undefined : Number(value);
}

/** Waits until a query answers at all; for what appears with the first scrapes. */
export async function waitForAnswer(url: string, query: string, seconds = 120): Promise<void> {
  const late = () => new Error(`${query} had no answer within ${seconds} s at ${url}`);
  await waitFor(async () => (await instant(url, query)) !== undefined, seconds, late);
}
