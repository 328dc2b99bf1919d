import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { type Kubernetes, startKubernetes } from "../stack/kube.ts";
import type { KubeObject } from "../stack/kube-objects.ts";
import type { ReaderFigures } from "./cluster-reader.ts";

/**
 * `node test/bench/cluster.ts`: what it costs to know 20,000 Pods and 5,000 Services of a real API server, beside the typed
 * lists of the official JavaScript client. Every reader is a process of its own; the best of three runs each. Creating
 * the objects takes some minutes. `--pods N --services N` for fewer.
 */
const option = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const podCount = option("pods", 20_000);
const serviceCount = option("services", 5_000);
const namespaceCount = 40;
const replicas = 50;
const concurrency = 48;

const namespaceOf = (index: number): string => `team-${index % namespaceCount}`;

/** A Pod with a sidecar and its settings: 13 KB as the server writes it, of which nearly all is of no interest here. */
function pod(index: number): KubeObject {
  const app = Math.floor(index / replicas);
  const labels = {
    app: `app-${app}`,
    "app.kubernetes.io/name": `app-${app}`,
    "app.kubernetes.io/instance": `app-${app}-prod`,
    "app.kubernetes.io/version": "1.4.2",
    "pod-template-hash": `7d9c${app}`,
    team: namespaceOf(app),
  };
  const env = Array.from({ length: 24 }, (_, n) => ({
    name: `SETTING_${n}_OF_THE_APPLICATION`,
    value: `https://backend-${n}.${namespaceOf(app)}.svc.cluster.local:8443/api/v2?shard=${n}`,
  }));
  const container = (name: string, ports: readonly object[]): object => ({
    name,
    image: `registry.example.com/platform/${namespaceOf(app)}/app-${app}/${name}:1.4.2-20261122.1`,
    ports,
    env,
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } },
    readinessProbe: { httpGet: { path: "/-/ready", port: 8080 }, periodSeconds: 10 },
  });
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `app-${app}-7d9c${app}-${index.toString(36).padStart(5, "0")}`,
      namespace: namespaceOf(app),
      labels,
      ...{ annotations: { "checksum/config": "0123456789abcdef".repeat(4) } },
    },
    spec: {
      containers: [
        container("main", [
          { name: "http", containerPort: 8080 },
          { name: "metrics", containerPort: 9102 },
        ]),
        container("proxy", [{ name: "admin", containerPort: 15_000 }]),
      ],
    },
  };
}

function service(index: number): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: `app-${index}`,
      namespace: namespaceOf(index),
      labels: { app: `app-${index}`, "app.kubernetes.io/name": `app-${index}`, team: namespaceOf(index) },
    },
    spec: {
      clusterIP: "None",
      selector: { app: `app-${index}` },
      ports: [
        { name: "http", port: 80, targetPort: "http" },
        { name: "metrics", port: 9102, targetPort: "metrics" },
      ],
    },
  };
}

async function fill({ api }: Kubernetes): Promise<void> {
  for (let n = 0; n < namespaceCount; n++)
    await api.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: `team-${n}` } });
  const make = async (count: number, object: (index: number) => KubeObject): Promise<void> => {
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < count) await api.create(object(next++));
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
  };
  const start = performance.now();
  await make(serviceCount, service);
  await make(podCount, pod);
  const seconds = (performance.now() - start) / 1000;
  console.error(`created ${podCount} Pods and ${serviceCount} Services in ${seconds.toFixed(0)} s`);
}

const folder = mkdtempSync(join(tmpdir(), "promscope-bench-cluster-"));

/** Bundled as the product is: what is loaded late is a chunk of its own. */
async function bundle(): Promise<string> {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  await build({
    absWorkingDir: root,
    entryPoints: ["test/bench/cluster-reader.ts"],
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    minify: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node22",
    mainFields: ["module", "main"],
    logLevel: "error",
    alias: { yaml: `${root}/node_modules/yaml/browser/index.js` },
    banner: {
      js: 'import{createRequire as makeRequire}from"node:module";const require=makeRequire(import.meta.url);',
    },
  });
  return join(folder, "cluster-reader.mjs");
}

async function read(
  reader: string,
  mode: string,
  { kubeconfigPath, contexts }: Kubernetes,
): Promise<ReaderFigures> {
  const args = [
    "--expose-gc",
    "--disable-warning=ExperimentalWarning",
    reader,
    mode,
    kubeconfigPath,
    contexts.admin,
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1e7 });
  return JSON.parse(stdout) as ReaderFigures;
}

const names: Readonly<Record<string, string>> = {
  ours: "Promscope: paged, streamed, stripped, then watched",
  typed: "client-node, typed lists",
  "typed-paged": "client-node, typed lists of 500",
};

const reader = await bundle();
const kubernetes = await startKubernetes({ progress: (line) => console.error(line) });
try {
  await fill(kubernetes);
  console.log(
    "| reader | loaded once | read in | longest block | peak RSS | kept |\n|---|---|---|---|---|---|",
  );
  for (const mode of Object.keys(names)) {
    const runs: ReaderFigures[] = [];
    for (let round = 0; round < 3; round++) runs.push(await read(reader, mode, kubernetes));
    const best = (pick: (figures: ReaderFigures) => number): string => Math.min(...runs.map(pick)).toFixed(0);
    const worst = Math.max(...runs.map(({ longestBlockMs }) => longestBlockMs)).toFixed(0);
    console.log(
      `| ${names[mode]} | ${best((one) => one.loadMs)} ms | ${best((one) => one.wallMs)} ms | ${best((one) => one.longestBlockMs)} to ${worst} ms ` +
        `| ${best((one) => one.peakRssMb)} MB | ${best((one) => one.keptMb)} MB |`,
    );
    console.error(JSON.stringify(runs));
  }
} finally {
  await kubernetes.stop();
  rmSync(folder, { recursive: true, force: true });
}
