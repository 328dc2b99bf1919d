import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openAccess } from "../../server/src/adapters/kubernetes/access.ts";
import { KubeconfigError } from "../../server/src/adapters/kubernetes/kubeconfig.ts";
import {
  type KubeconfigAnswer,
  type KubeconfigOracle,
  type KubeconfigQuestion,
  startKubeconfigOracle,
} from "../oracle/kubeconfig.ts";
import { kubeconfigs, whole } from "./kubeconfig-cases.ts";
import { config, name, opt } from "./kubeconfig-random.ts";

let oracle: KubeconfigOracle;
let folder: string;

beforeAll(async () => {
  oracle = await startKubeconfigOracle();
  folder = realpathSync(mkdtempSync(join(tmpdir(), "promscope-kubeconfig-")));
});
afterAll(async () => {
  await oracle?.close();
  rmSync(folder, { recursive: true, force: true });
});

type Files = Readonly<Record<string, string>>;
type Question = Partial<Omit<KubeconfigQuestion, "folder">>;

let cases = 0;

/** What we make of the files, in the words of the oracle. */
async function ours(
  at: string,
  { env = "", explicit = "", context = "" }: Question,
): Promise<KubeconfigAnswer> {
  // We are told absolute paths; kubectl takes them from its working folder.
  const absolute = (path: string): string => (path === "" || isAbsolute(path) ? path : join(at, path));
  const variables = { KUBECONFIG: env.split(":").map(absolute).join(":"), HOME: at };
  let access: ReturnType<typeof openAccess>;
  const choice = {
    kubeconfig: explicit === "" ? undefined : absolute(explicit),
    context: context || undefined,
  };
  try {
    access = openAccess(choice, { variables });
  } catch (error) {
    if (!(error instanceof KubeconfigError)) throw error;
    expect(error.message.length, error.message).toBeLessThanOrEqual(120);
    expect(error.message).toMatch(/^[A-Z].*\.$/);
    return { ...nothing, error: error.message };
  }
  const { name, namespace, cluster, user } = access.context;
  const isSecure = access.server.startsWith("https:");
  // A login program is not run here, and is not used beside any other way to log in.
  const hasLogin = user.token + user.tokenFile + user.username + user.cert + user.certFile !== "";
  const headers = new Map<string, string[]>();
  if (user.exec === undefined || hasLogin || !isSecure)
    for (const [key, value] of (await access.credentials.current()).headers) {
      // Go writes the names of headers in its own way.
      const lower = key.toLowerCase();
      headers.set(lower, [...(headers.get(lower) ?? []), value]);
    }
  // A key alone is of no use.
  const hasCertificate = user.cert + user.certFile !== "";
  return {
    error: "",
    context: name,
    namespace: namespace || "default",
    server: access.server,
    serverName: cluster.serverName,
    insecure: cluster.insecure,
    caFile: cluster.caFile,
    ca: cluster.ca,
    proxy: cluster.proxyUrl,
    certFile: user.certFile,
    cert: user.cert,
    keyFile: hasCertificate ? user.keyFile : "",
    key: hasCertificate ? user.key : "",
    headers: Object.fromEntries(headers),
    exec:
      user.exec === undefined
        ? null
        : [user.exec.command, ...user.exec.args, ...user.exec.env.map(([key, value]) => `${key}=${value}`)],
    execMode: user.exec?.interactiveMode ?? "",
  };
}

const nothing: KubeconfigAnswer = {
  error: "",
  context: "",
  namespace: "",
  server: "",
  serverName: "",
  insecure: false,
  caFile: "",
  ca: "",
  proxy: "",
  certFile: "",
  cert: "",
  keyFile: "",
  key: "",
  headers: null,
  exec: null,
  execMode: "",
};

/** As both say it: verdicts instead of sentences, and of an unsafe connection only what goes over it. */
function comparable(answer: KubeconfigAnswer): object {
  if (answer.error !== "") return { refused: true };
  const server = answer.server.includes("://") ? answer.server : `http://${answer.server}`;
  const { context, namespace, headers, proxy } = answer;
  if (!/^https:/i.test(server))
    return { context, namespace, headers, proxy, server: server.replace(/\/+$/, "") };
  const impersonation = Object.keys(headers ?? {}).some((key) => key.startsWith("impersonate"));
  return {
    ...answer,
    server: server.replace(/\/+$/, ""),
    // What a login program would add stands in no kubeconfig.
    headers: answer.exec === null || impersonation ? headers : (headers ?? {}),
  };
}

async function compare(files: Files, question: Question): Promise<readonly [object, object, string]> {
  const at = join(folder, `case-${cases++}`);
  mkdirSync(at);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(at, name)), { recursive: true });
    writeFileSync(join(at, name), text);
  }
  const theirs = await oracle.ask({ folder: at, env: "", explicit: "", context: "", ...question });
  const mine = await ours(at, question);
  rmSync(at, { recursive: true });
  return [comparable(mine), comparable(theirs), `${theirs.error} | ${mine.error}`];
}

test.each(kubeconfigs)("a kubeconfig: %s", async (_, text) => {
  const files = {
    "at/config": text,
    "at/ca.crt": "PEM",
    "ca.crt": "PEM",
    "at/token": " abc\n",
    "at/sub/key": "K",
  };
  const [mine, theirs, words] = await compare(files, { explicit: "at/config" });
  expect(mine, words).toEqual(theirs);
  const [listed, listedTheirs, more] = await compare(files, { env: "nowhere:at/config" });
  expect(listed, more).toEqual(listedTheirs);
});

test.each([
  ["a file that is not there", {}, { explicit: "nowhere" }],
  ["none that is there", {}, { env: "a:b" }],
  ["the same file twice", { a: whole("") }, { env: "a:a" }],
  ["empty names", { a: whole("") }, { env: ":a::" }],
  ["one broken file among good ones", { a: whole(""), b: "[" }, { env: "a:b" }],
  ["an empty file first", { a: "", b: whole("") }, { env: "a:b" }],
  ["a context by name", { a: whole("") }, { env: "a", context: "dev" }],
  ["a context that is not there", { a: whole("") }, { env: "a", context: "prod" }],
  [
    "a context of the second file with a user of the first",
    { a: "users: [{name: u, user: {token: first}}]", b: whole("") },
    { env: "a:b" },
  ],
] as const)("of several files: %s", async (_, files, question) => {
  const [mine, theirs, words] = await compare(files, question);
  expect(mine, words).toEqual(theirs);
});

test("random sets of files are merged and judged as kubectl does it", async () => {
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(config, { minLength: 1, maxLength: 3 }),
      opt(name),
      fc.boolean(),
      async (configs, chosen, alone) => {
        const context: string = chosen ?? "";
        const files: Record<string, string> = { "ca.crt": "PEM" };
        const names = configs.map((each, index) => {
          files[`${index}/ca.crt`] = "PEM";
          files[`${index}/token`] = `secret-${index}`;
          files[`${index}/config`] = JSON.stringify(each);
          return `${index}/config`;
        });
        const question = alone ? { explicit: names[0] ?? "", context } : { env: names.join(":"), context };
        const [mine, theirs, words] = await compare(files, question);
        expect(mine, words).toEqual(theirs);
        if (!("refused" in mine)) accepted++;
      },
    ),
    { numRuns: 1500 },
  );
  expect(accepted).toBeGreaterThan(150);
});
