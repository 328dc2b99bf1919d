import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePorts } from "./ports.ts";
import { openRun } from "./processes.ts";
import { ensureTools } from "./tools/build.ts";

const execute = promisify(execFile);

/** A real Prometheus behind TLS and a password, as its web config can ask for. */
export interface GuardedPrometheus {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** PEM files; the certificate signs itself, and serves as the client's too. */
  readonly certFile: string;
  readonly keyFile: string;
  readonly folder: string;
  stop(): Promise<void>;
}

export interface GuardOptions {
  /** Ask for a client certificate too. */
  readonly clientCertificate?: boolean;
  readonly externalLabels?: Readonly<Record<string, string>>;
}

/** bcrypt's own test vector: this hash is that of `U*U`. */
const password = "U*U";
const hash = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

/** Starts it with a certificate that Go's own generator makes. Resolves when it listens. */
export async function startGuardedPrometheus(options: GuardOptions = {}): Promise<GuardedPrometheus> {
  const tools = await ensureTools(["prometheus"], () => {});
  const run = openRun("guarded");
  try {
    const { stdout: root } = await execute("go", ["env", "GOROOT"]);
    await execute(
      "go",
      [
        "run",
        join(root.trim(), "src", "crypto", "tls", "generate_cert.go"),
        ...["--host", "127.0.0.1", "--ca", "--ecdsa-curve", "P256"],
      ],
      { cwd: run.folder },
    );
    const certFile = join(run.folder, "cert.pem");
    const keyFile = join(run.folder, "key.pem");
    const web = {
      tls_server_config: {
        cert_file: certFile,
        key_file: keyFile,
        ...(options.clientCertificate ? { client_auth_type: "RequireAnyClientCert" } : {}),
      },
      basic_auth_users: { ann: hash },
    };
    await writeFile(join(run.folder, "web.yml"), JSON.stringify(web));
    const [port = 0] = await freePorts(1);
    const scrape = {
      job_name: "self",
      scheme: "https",
      basic_auth: { username: "ann", password },
      tls_config: { ca_file: certFile, cert_file: certFile, key_file: keyFile },
      static_configs: [{ targets: [`127.0.0.1:${port}`] }],
    };
    const config = {
      global: { scrape_interval: "1s", external_labels: options.externalLabels ?? {} },
      scrape_configs: [scrape],
    };
    await writeFile(join(run.folder, "prometheus.yml"), JSON.stringify(config));
    await run.start({
      name: "guarded",
      command: tools.prometheus,
      args: [
        `--config.file=${join(run.folder, "prometheus.yml")}`,
        `--web.config.file=${join(run.folder, "web.yml")}`,
        `--storage.tsdb.path=${join(run.folder, "data")}`,
        `--web.listen-address=127.0.0.1:${port}`,
        "--enable-feature=promql-experimental-functions,native-histograms",
        "--log.level=warn",
      ],
      ready: () => listens(port),
    });
    const url = `https://127.0.0.1:${port}`;
    return { url, username: "ann", password, certFile, keyFile, folder: run.folder, stop: () => run.stop() };
  } catch (error) {
    await run.stop();
    throw error;
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
