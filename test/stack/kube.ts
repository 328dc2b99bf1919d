import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ClusterName } from "./history-estate.ts";
import { type KubeApi, openKubeApi } from "./kube-api.ts";
import { seedOf } from "./kube-objects.ts";
import { freePorts } from "./ports.ts";
import { answersOk, openRun, type Run, type Running, waitFor } from "./processes.ts";
import { ensureTools } from "./tools/build.ts";

export interface KubernetesOptions {
  /** Which cluster of the company it is, and the name of its context; default `dev`. */
  readonly cluster?: ClusterName;
  /** Where to write the kubeconfig, once the cluster is ready; default: in the run's temporary folder. */
  readonly kubeconfigPath?: string;
  readonly progress?: (line: string) => void;
}

/** A running API server with what it needs; `stop()` ends every process of it. */
export interface Kubernetes {
  readonly kubeconfigPath: string;
  /** `admin` may do everything; `forbidden` is a known user who may do nothing (403). */
  readonly contexts: { readonly admin: string; readonly forbidden: string };
  readonly url: string;
  readonly api: KubeApi;
  /** Holds every connection without an answer until `resume()`. */
  freeze(): void;
  resume(): void;
  /** Ends the API server at once, in the middle of everything. */
  kill(): Promise<void>;
  /** Starts it again where it was, after `kill()`. */
  revive(): Promise<void>;
  /** Has etcd forget everything but the present, as it does of itself every five minutes. */
  compact(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a real etcd, kube-apiserver and kube-controller-manager (endpoints and namespaces), and creates
 * the Services and running Pods of a cluster. Resolves when every Service has its endpoints.
 */
export async function startKubernetes(options: KubernetesOptions = {}): Promise<Kubernetes> {
  const { cluster = "dev", progress = () => {} } = options;
  const tools = await ensureTools(["etcd", "kube-apiserver", "kube-controller-manager"], progress);
  const run = openRun("kubernetes");
  try {
    progress(`kubernetes ${cluster}: starting`);
    const [etcdPort = 0, port = 0] = await freePorts(2);
    await startEtcd(run, tools.etcd, etcdPort);
    const tokens = { admin: randomBytes(16).toString("hex"), forbidden: randomBytes(16).toString("hex") };
    const startServer = () => startApiServer(run, tools["kube-apiserver"], port, etcdPort, tokens);
    let server = await startServer();
    const url = `https://127.0.0.1:${port}`;
    const authority = readFileSync(join(run.folder, "certs", "apiserver.crt"), "utf8");
    const api = openKubeApi(url, tokens.admin, authority);
    const contexts = { admin: cluster, forbidden: `${cluster}-forbidden` };
    const config = kubeconfig(url, authority, [
      { context: contexts.admin, token: tokens.admin },
      { context: contexts.forbidden, token: tokens.forbidden },
    ]);
    const own = join(run.folder, "kubeconfig");
    await writeFile(own, config, { mode: 0o600 });
    await run.start({
      name: "kube-controller-manager",
      command: tools["kube-controller-manager"],
      args: [
        `--kubeconfig=${own}`,
        "--controllers=endpoints-controller,endpointslice-controller,namespace-controller",
        "--use-service-account-credentials=false",
        "--authentication-skip-lookup=true",
        "--leader-elect=false",
        "--secure-port=0",
      ],
    });
    await seed(api, cluster);
    const kubeconfigPath = options.kubeconfigPath ?? own;
    if (kubeconfigPath !== own) {
      await mkdir(dirname(kubeconfigPath), { recursive: true });
      await writeFile(kubeconfigPath, config, { mode: 0o600 });
    }
    return {
      kubeconfigPath,
      contexts,
      url,
      api,
      freeze: () => void server.signal("SIGSTOP"),
      resume: () => void server.signal("SIGCONT"),
      async kill() {
        server.signal("SIGKILL");
        await server.ended();
      },
      async revive() {
        server = await startServer();
      },
      compact: () => compact(etcdPort),
      async stop() {
        api.close();
        await run.stop();
      },
    };
  } catch (error) {
    await run.stop();
    throw error;
  }
}

function startEtcd(run: Run, command: string, port: number): Promise<Running> {
  const client = `http://127.0.0.1:${port}`;
  const peer = "http://127.0.0.1:0";
  return run.start({
    name: "etcd",
    command,
    args: [
      `--data-dir=${join(run.folder, "etcd")}`,
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
      "--unsafe-no-fsync",
      "--log-level=warn",
    ],
    ready: () => answersOk(`${client}/health`),
  });
}

/** etcd's own JSON gateway: asks for the revision, and compacts up to it. */
async function compact(port: number): Promise<void> {
  const ask = async (path: string, body: object): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${port}/v3/kv/${path}`, {
      method: "POST",
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`etcd ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const key = Buffer.from("/").toString("base64");
  const { header } = (await ask("range", { key, limit: 1 })) as { header: { revision: string } };
  await ask("compaction", { revision: header.revision, physical: true });
}

async function startApiServer(
  run: Run,
  command: string,
  port: number,
  etcdPort: number,
  tokens: { readonly admin: string; readonly forbidden: string },
): Promise<Running> {
  const certificates = join(run.folder, "certs");
  const keyFile = join(run.folder, "service-account.key");
  const publicKeyFile = join(run.folder, "service-account.pub");
  const tokenFile = join(run.folder, "tokens.csv");
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  await writeFile(keyFile, privateKey.export({ type: "pkcs1", format: "pem" }), { mode: 0o600 });
  await writeFile(publicKeyFile, publicKey.export({ type: "spki", format: "pem" }));
  await writeFile(
    tokenFile,
    `${tokens.admin},admin,admin,system:masters\n${tokens.forbidden},nobody,nobody\n`,
    {
      mode: 0o600,
    },
  );
  const url = `https://127.0.0.1:${port}`;
  return run.start({
    name: "kube-apiserver",
    command,
    args: [
      `--etcd-servers=http://127.0.0.1:${etcdPort}`,
      `--cert-dir=${certificates}`,
      "--bind-address=127.0.0.1",
      `--secure-port=${port}`,
      "--service-cluster-ip-range=10.96.0.0/16",
      "--disable-admission-plugins=ServiceAccount",
      "--authorization-mode=RBAC",
      "--allow-privileged",
      `--service-account-issuer=${url}/`,
      `--service-account-key-file=${publicKeyFile}`,
      `--service-account-signing-key-file=${keyFile}`,
      `--token-auth-file=${tokenFile}`,
    ],
    readySeconds: 180,
    ready: async () => {
      let authority: string;
      try {
        // It makes its own certificate when it starts.
        authority = readFileSync(join(certificates, "apiserver.crt"), "utf8");
      } catch {
        return false;
      }
      const api = openKubeApi(url, tokens.admin, authority);
      try {
        const [ready, namespace] = [
          await api.ask("GET", "/readyz"),
          await api.ask("GET", "/api/v1/namespaces/default"),
        ];
        return ready.status === 200 && namespace.status === 200;
      } catch {
        return false;
      } finally {
        api.close();
      }
    },
  });
}

/** A kubeconfig as JSON, which is YAML too; the first context is the current one. */
function kubeconfig(
  server: string,
  authority: string,
  users: readonly { readonly context: string; readonly token: string }[],
): string {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: "local",
        cluster: { server, "certificate-authority-data": Buffer.from(authority).toString("base64") },
      },
    ],
    users: users.map(({ context, token }) => ({ name: context, user: { token } })),
    contexts: users.map(({ context }) => ({ name: context, context: { cluster: "local", user: context } })),
    "current-context": users[0]?.context,
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

async function seed(api: KubeApi, cluster: ClusterName): Promise<void> {
  const { objects, pods } = seedOf(cluster);
  for (const object of objects) await api.create(object);
  for (const { object, ip } of pods) {
    await api.create(object);
    await api.runPod(object, ip);
  }
  const expected = objects.filter(({ kind }) => kind === "Service");
  for (const { metadata } of expected) {
    const late = () => new Error(`Service ${metadata.name} got no endpoints within 120 s`);
    await waitFor(() => api.hasEndpoints(metadata.namespace ?? "default", metadata.name), 120, late);
  }
}
