import { readFileSync } from "node:fs";
import { type ExecCredential, runExecPlugin } from "./exec-plugin.ts";
import { CredentialsError } from "./failures.ts";
import type { KubeContext } from "./kubeconfig.ts";

/** What a request shows: headers, and the certificate of its connection (PEM; empty where there is none). */
export interface Identity {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly cert: string;
  readonly key: string;
}

export interface CredentialsOptions {
  readonly now?: (() => number) | undefined;
  /** Milliseconds that a login program may run; default 30,000. */
  readonly execDeadlineMs?: number | undefined;
  readonly variables?: Readonly<Record<string, string | undefined>> | undefined;
}

const firstRetryMs = 10_000;
const lastRetryMs = 300_000;

/**
 * The credentials of one context, by client-go's rules: a token (its file is read anew each time) before name and
 * password, a login program only where the kubeconfig has none of these and no certificate, and nothing at all on a
 * connection without TLS. A login program runs once for all who wait, again when its credentials have expired or were
 * refused, and after a failure not before a pause that grows: it may open a browser. Throws `CredentialsError`.
 */
export class Credentials {
  readonly #context: KubeContext;
  readonly #options: CredentialsOptions;
  readonly #now: () => number;
  #exec: ExecCredential | undefined;
  #running: Promise<ExecCredential> | undefined;
  #failure: { readonly error: CredentialsError; readonly until: number } | undefined;
  #failures = 0;
  readonly #stop = new AbortController();
  /** When what is refused may be fetched anew: a server that refuses all must not start one program after the other. */
  #renewable = { at: Number.NEGATIVE_INFINITY, pause: firstRetryMs };

  constructor(context: KubeContext, options: CredentialsOptions = {}) {
    this.#context = context;
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  async current(): Promise<Identity> {
    const { user, cluster } = this.#context;
    if (!/^https:/i.test(cluster.server)) return { headers: impersonation(user), cert: "", key: "" };
    const token = user.tokenFile === "" ? user.token : this.#fileToken() || user.token;
    const basic = user.username !== "";
    const cert = user.cert || fileText(user.certFile);
    const key = user.key || fileText(user.keyFile);
    const headers = impersonation(user);
    if (token !== "") return { headers: [bearer(token), ...headers], cert, key };
    if (basic) {
      const pair = Buffer.from(`${user.username}:${user.password}`).toString("base64");
      return { headers: [["authorization", `Basic ${pair}`], ...headers], cert, key };
    }
    if (user.exec === undefined || cert !== "") return { headers, cert, key };
    const exec = await this.#execCredential();
    const login = exec.token === "" ? [] : [bearer(exec.token)];
    return { headers: [...login, ...headers], cert: exec.cert, key: exec.key };
  }

  /** Ends a login program that is running. */
  dispose(): void {
    this.#stop.abort();
  }

  /**
   * The server refused an identity: true where asking again with a new one makes sense, which then is fetched by the
   * next `current()`.
   */
  refused(identity: Identity): boolean {
    const exec = this.#exec;
    if (this.#context.user.exec !== undefined) {
      const used = identity.headers.find(([name]) => name === "authorization")?.[1];
      const isHeld =
        exec !== undefined &&
        identity.cert === exec.cert &&
        (used === `Bearer ${exec.token}` || exec.token === "");
      // Others have noticed before.
      if (!isHeld) return true;
      const now = this.#now();
      if (now < this.#renewable.at) return false;
      const pause = now - this.#renewable.at > lastRetryMs ? firstRetryMs : this.#renewable.pause * 2;
      this.#renewable = { at: now + pause, pause: Math.min(lastRetryMs, pause) };
      this.#exec = undefined;
      return true;
    }
    if (this.#context.user.tokenFile === "") return false;
    const [, before] = identity.headers.find(([name]) => name === "authorization") ?? [];
    return before !== undefined && before !== `Bearer ${this.#fileToken() || this.#context.user.token}`;
  }

  #fileToken(): string {
    const text = fileText(this.#context.user.tokenFile).trim();
    if (text === "" && this.#context.user.token === "")
      throw new CredentialsError(
        `The token file of ${this.#context.name} cannot be read: check the kubeconfig.`,
      );
    return text;
  }

  async #execCredential(): Promise<ExecCredential> {
    const { user, cluster, name } = this.#context;
    if (this.#exec !== undefined && (this.#exec.expires ?? Number.POSITIVE_INFINITY) > this.#now())
      return this.#exec;
    if (this.#running !== undefined) return this.#running;
    if (this.#failure !== undefined && this.#failure.until > this.#now()) throw this.#failure.error;
    if (user.exec === undefined) throw new CredentialsError(`The context ${name} has no login program.`);
    const options = {
      context: name,
      deadlineMs: this.#options.execDeadlineMs ?? 30_000,
      variables: this.#options.variables ?? process.env,
      signal: this.#stop.signal,
    };
    this.#running = runExecPlugin(user.exec, cluster, options);
    try {
      this.#exec = await this.#running;
      this.#failure = undefined;
      this.#failures = 0;
      return this.#exec;
    } catch (error) {
      if (error instanceof CredentialsError) {
        const pause = Math.min(lastRetryMs, firstRetryMs * 2 ** this.#failures++);
        this.#failure = { error, until: this.#now() + pause };
      }
      throw error;
    } finally {
      this.#running = undefined;
    }
  }
}

function bearer(token: string): readonly [string, string] {
  return ["authorization", `Bearer ${token}`];
}

/** `transport/round_trippers.go`: keys of extra fields are escaped where a header cannot hold them. */
function impersonation({ impersonation: as }: KubeContext["user"]): readonly (readonly [string, string])[] {
  if (as.user === "") return [];
  const escaped = (key: string): string =>
    key
      .toLowerCase()
      .replace(/[^a-z0-9!#$&'*+.^_`|~-]/g, (sign) =>
        [...Buffer.from(sign)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join(""),
      );
  return [
    ["impersonate-user", as.user],
    ...(as.uid === "" ? [] : [["impersonate-uid", as.uid] as const]),
    ...as.groups.map((group) => ["impersonate-group", group] as const),
    ...as.extra.flatMap(([key, values]) =>
      values.map((value) => [`impersonate-extra-${escaped(key)}`, value] as const),
    ),
  ];
}

function fileText(file: string): string {
  if (file === "") return "";
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
