import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { CredentialsError } from "./failures.ts";
import type { ExecPlugin, KubeCluster } from "./kubeconfig-types.ts";
import { isReadable } from "./kubeconfig-user.ts";

/** What a login program printed. */
export interface ExecCredential {
  readonly token: string;
  readonly cert: string;
  readonly key: string;
  /** Milliseconds since the epoch; nothing where they last until they are refused. */
  readonly expires: number | undefined;
}

export interface ExecOptions {
  readonly context: string;
  readonly deadlineMs: number;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Nobody waits any more: the program is ended. */
  readonly signal: AbortSignal;
}

const versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];
const maxOutput = 1_000_000;
const maxComplaint = 8_000;
const lastWordsMs = 500;

/**
 * Runs a login program as client-go does (`plugin/pkg/client/auth/exec/exec.go`), but never with a terminal, and not
 * for ever: past the deadline the program and all that it started are killed. Throws {@link CredentialsError}.
 */
export async function runExecPlugin(
  plugin: ExecPlugin,
  cluster: KubeCluster,
  { context, deadlineMs, variables, signal }: ExecOptions,
): Promise<ExecCredential> {
  const name = plugin.command.split(/[\\/]/).at(-1) ?? plugin.command;
  const fail = (words: string): CredentialsError =>
    new CredentialsError(clip(`The login program ${clip(name, 24)} of ${clip(context, 24)} ${words}`, 120));
  if (!versions.includes(plugin.apiVersion))
    throw fail("has an apiVersion that is no longer used: update the kubeconfig.");
  if (plugin.interactiveMode === "Always") throw fail("needs a terminal: log in there once, with kubectl.");
  const info = {
    kind: "ExecCredential",
    apiVersion: plugin.apiVersion,
    spec: { ...(plugin.provideClusterInfo ? { cluster: clusterInfo(cluster) } : {}), interactive: false },
  };
  const ended = await run(
    plugin,
    { ...variables, ...Object.fromEntries(plugin.env), KUBERNETES_EXEC_INFO: JSON.stringify(info) },
    deadlineMs,
    signal,
  );
  if (ended.end === "stopped") throw fail("was stopped, for nobody waits for it.");
  if (ended.end === "absent") throw fail("is not there: install it, or correct the kubeconfig.");
  if (ended.end === "deadline")
    throw fail(`did not end within ${Math.round(deadlineMs / 1000)} s and was killed.`);
  if (ended.end === "flood") throw fail("prints more than credentials can be and was killed.");
  if (ended.end !== 0) {
    const secrets = plugin.env.map(([, value]) => value);
    const said = complaint(ended.stderr, secrets);
    throw fail(`failed${said === "" ? ` (exit ${ended.end}): log in again.` : `: ${said}`}`);
  }
  const credential = readCredential(ended.stdout, plugin.apiVersion);
  if (typeof credential === "string") throw fail(credential);
  return credential;
}

function clusterInfo(cluster: KubeCluster): Record<string, unknown> {
  const ca = cluster.ca || (isReadable(cluster.caFile) ? readFileSync(cluster.caFile, "utf8") : "");
  return {
    server: cluster.server,
    ...(cluster.serverName === "" ? {} : { "tls-server-name": cluster.serverName }),
    ...(cluster.insecure ? { "insecure-skip-tls-verify": true } : {}),
    ...(ca === "" ? {} : { "certificate-authority-data": Buffer.from(ca).toString("base64") }),
    ...(cluster.proxyUrl === "" ? {} : { "proxy-url": cluster.proxyUrl }),
    ...(cluster.disableCompression ? { "disable-compression": true } : {}),
    ...(cluster.execConfig === undefined ? {} : { config: cluster.execConfig }),
  };
}

interface Ended {
  /** The exit code or the signal's name, or what we ended it for. */
  readonly end: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

function run(
  { command, args }: ExecPlugin,
  env: Readonly<Record<string, string | undefined>>,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<Ended> {
  return new Promise((resolve) => {
    // A group of its own, so that what it starts ends with it.
    const child = spawn(command, args, {
      env,
      detached: true,
      windowsHide: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const out: Buffer[] = [];
    let outBytes = 0;
    let stderr = "";
    let why: string | undefined;
    const done = (end: number | string): void => {
      clearTimeout(timer);
      process.off("exit", orphaned);
      signal.removeEventListener("abort", stopped);
      // What it left behind in its group may hold the pipes open; it has had its time.
      killGroup(child);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ end: why ?? end, stdout: Buffer.concat(out).toString("utf8"), stderr });
    };
    const end = (reason: string): void => {
      why ??= reason;
      killGroup(child);
    };
    const timer = setTimeout(() => end("deadline"), deadlineMs);
    const stopped = (): void => end("stopped");
    signal.addEventListener("abort", stopped, { once: true });
    // A group of its own would outlive us.
    const orphaned = (): void => killGroup(child);
    process.once("exit", orphaned);
    child.stdout.on("data", (chunk: Buffer) => {
      outBytes += chunk.length;
      if (outBytes > maxOutput) end("flood");
      else out.push(chunk);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr = (stderr + text).slice(-maxComplaint);
    });
    child.once("error", () => done("absent"));
    const closed = new Promise<void>((next) => child.once("close", () => next()));
    child.once("exit", (code, signal) => {
      // What it printed last may still be on its way; a grandchild that holds the pipe is not waited for.
      const patience = new Promise<void>((next) => void setTimeout(next, lastWordsMs).unref());
      void Promise.race([closed, patience]).then(() => done(code ?? signal ?? 1));
    });
  });
}

function killGroup(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  try {
    if (process.platform === "win32")
      spawn("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore" });
    else process.kill(-pid, "SIGKILL");
  } catch {
    child.kill("SIGKILL");
  }
}

/** The credential, or the end of a sentence that says what is wrong with what was printed. */
function readCredential(stdout: string, apiVersion: string): ExecCredential | string {
  let parsed: { kind?: unknown; apiVersion?: unknown; status?: Record<string, unknown> | null };
  try {
    parsed = JSON.parse(stdout);
  } catch {
    return "did not print credentials: try it in a terminal.";
  }
  if (parsed?.kind !== "ExecCredential") return "did not print an ExecCredential: try it in a terminal.";
  if (parsed.apiVersion !== apiVersion)
    return "speaks another apiVersion than the kubeconfig says: update one.";
  const status = parsed.status ?? {};
  const field = (key: string): string => (typeof status[key] === "string" ? status[key] : "");
  const [token, cert, key] = [field("token"), field("clientCertificateData"), field("clientKeyData")];
  if (token + cert + key === "") return "printed neither a token nor a certificate: log in again.";
  if ((cert === "") !== (key === "")) return "printed only half of a certificate and key: log in again.";
  const expires = Date.parse(field("expirationTimestamp"));
  return { token, cert, key, expires: Number.isNaN(expires) ? undefined : expires };
}

/**
 * The last line that a program complained with, cut and without what may be a secret: values of its variables, and
 * long words of the letters that tokens are made of.
 */
export function complaint(stderr: string, secrets: readonly string[]): string {
  // Colours of a terminal are taken out.
  const plain = stderr.replace(/\u001b\[[0-9;]*[A-Za-z]/g, "");
  let line = plain.split(/\r?\n/).findLast((each) => each.trim() !== "") ?? "";
  for (const secret of secrets) if (secret.length > 3) line = line.replaceAll(secret, "…");
  line = line
    .replace(/\b(bearer|basic)\s+\S+/gi, "$1 …")
    .replace(/((?:token|password|passwd|secret|key|code|assertion)["']?\s*[=:]\s*["']?)[^\s"'&]+/gi, "$1…")
    .replace(/[A-Za-z0-9+/_=-]{24,}(?:\.[A-Za-z0-9+/_=-]+)*/g, "…");
  return clip(line, 80);
}

function clip(text: string, length: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}
