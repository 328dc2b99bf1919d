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

const b64 = (text: string): string => Buffer.from(text).toString("base64");
const whole = (over: string): string => `apiVersion: v1
kind: Config
current-context: dev
clusters:
- {name: c, cluster: {server: "https://dev:6443"}}
users:
- {name: u, user: {token: geheim}}
contexts:
- {name: dev, context: {cluster: c, user: u, namespace: shop}}
${over}`;
const user = (fields: string): string => whole("").replace("{token: geheim}", `{${fields}}`);
const cluster = (fields: string): string => whole("").replace('{server: "https://dev:6443"}', `{${fields}}`);

const one: readonly (readonly [string, string])[] = [
  ["a whole one", whole("")],
  ["empty", ""],
  ["blank", "  \n"],
  ["a comment", "# nothing\n"],
  ["null", "null\n"],
  ["a list", "[]\n"],
  ["a text", "hello\n"],
  ["half", whole("").slice(0, 120)],
  ["JSON", JSON.stringify({ "current-context": "x", contexts: [{ name: "x", context: {} }] })],
  ["without kind", whole("").replace("kind: Config\n", "")],
  ["without apiVersion", whole("").replace("apiVersion: v1\n", "")],
  ["with neither", whole("").replace("apiVersion: v1\nkind: Config\n", "")],
  ["of another kind", whole("").replace("kind: Config", "kind: Secret")],
  ["of another version", whole("").replace("apiVersion: v1", "apiVersion: v2")],
  ["with unknown fields", whole("extra: {a: 1}\nclustersx: 5\n")],
  ["without a current context", whole("").replace("current-context: dev\n", "")],
  [
    "with a current context that is not there",
    whole("").replace("current-context: dev", "current-context: prod"),
  ],
  ["with a name twice", whole("").replace("users:\n", "users:\n- {name: u, user: {token: other}}\n")],
  ["with a context twice", whole("- {name: dev, context: {cluster: c, user: u}}\n")],
  ["with a key twice", whole("").replace("kind: Config", "kind: Config\nkind: Config")],
  ["a user that is not there", whole("").replace("user: u,", "user: other,")],
  ["a cluster that is not there", whole("").replace("cluster: c,", "cluster: other,")],
  ["a number as a token", user("token: 123")],
  ["a yes as a token", user("token: yes")],
  ["a null token", user("token: null")],
  ["token and password", user("token: a, password: b")],
  ["name and password", user("username: a, password: b")],
  ["a name alone", user("username: a")],
  ["a token file", user("tokenFile: token")],
  ["a token and its file", user("token: a, tokenFile: token")],
  ["a token and a file that is not there", user("token: a, tokenFile: nowhere")],
  ["a token file that is not there", user("tokenFile: nowhere")],
  ["a certificate", user("client-certificate: ca.crt, client-key: sub/key")],
  ["a certificate without a key", user("client-certificate: ca.crt")],
  ["a key without a certificate", user("client-key: ca.crt")],
  [
    "a certificate twice",
    user(`client-certificate: ca.crt, client-certificate-data: ${b64("x")}, client-key: ca.crt`),
  ],
  ["a key twice", user(`client-certificate: ca.crt, client-key: ca.crt, client-key-data: ${b64("x")}`)],
  ["a certificate that is not there", user("client-certificate: nowhere, client-key: ca.crt")],
  ["certificate data", user(`client-certificate-data: ${b64("x")}, client-key-data: ${b64("y")}`)],
  ["data that is no base64", user("client-certificate-data: '?', client-key-data: eA==")],
  ["data without padding", user("client-certificate-data: eA, client-key-data: eA==")],
  [
    "impersonation",
    user("token: t, as: jane, as-uid: '5', as-groups: [a, b], as-user-extra: {Scope/x: [r, w]}"),
  ],
  ["groups without a user", user("token: t, as-groups: [a]")],
  ["a list that is none", user("token: t, as: x, as-groups: a")],
  [
    "a login program",
    user(
      "exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, args: [a], interactiveMode: Never}",
    ),
  ],
  [
    "a login program beside the file",
    user(
      "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ./bin/x, env: [{name: A, value: b}]}",
    ),
  ],
  [
    "a login program without a mode",
    user("exec: {apiVersion: client.authentication.k8s.io/v1, command: aws}"),
  ],
  [
    "a login program of an odd mode",
    user("exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, interactiveMode: x}"),
  ],
  ["a login program without a command", user("exec: {apiVersion: client.authentication.k8s.io/v1beta1}")],
  ["a login program without a version", user("exec: {command: aws}")],
  [
    "a login program and a token",
    user("token: t, exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws}"),
  ],
  ["an old way to log in", user("auth-provider: {name: gcp}")],
  [
    "both ways",
    user(
      "auth-provider: {name: gcp}, exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws}",
    ),
  ],
  ["a CA file", cluster('server: "https://x", certificate-authority: ca.crt')],
  ["a CA file beside", cluster('server: "https://x", certificate-authority: ../ca.crt')],
  ["a CA file that is not there", cluster('server: "https://x", certificate-authority: nowhere')],
  [
    "a CA twice",
    cluster(`server: "https://x", certificate-authority: ca.crt, certificate-authority-data: ${b64("x")}`),
  ],
  [
    "a CA that is not looked at",
    cluster(`server: "https://x", certificate-authority-data: ${b64("x")}, insecure-skip-tls-verify: true`),
  ],
  ["a server name", cluster('server: "https://x", tls-server-name: y')],
  ["a proxy", cluster('server: "https://x", proxy-url: "http://proxy:3128"')],
  ["a SOCKS proxy", cluster('server: "https://x", proxy-url: "socks5://proxy:1080"')],
  ["an odd proxy", cluster('server: "https://x", proxy-url: "ftp://proxy"')],
  ["a proxy without a scheme", cluster('server: "https://x", proxy-url: "proxy:3128"')],
  ["no server", cluster("insecure-skip-tls-verify: false")],
  ["a text as a flag", cluster('server: "https://x", insecure-skip-tls-verify: "true"')],
  ["plain HTTP", cluster('server: "http://x:8080"')],
  ["plain HTTP with a token file that is not there", user("tokenFile: nowhere").replace("https:", "http:")],
  ["plain HTTP and an old way to log in", user("auth-provider: {name: gcp}").replace("https:", "http:")],
  ["no scheme", cluster('server: "x:8080"')],
  ["a server with a path", cluster('server: "https://x/k8s/clusters/c-1/"')],
  [
    "anchors",
    whole("").replace("{token: geheim}", "&u {token: geheim}").replace("contexts:", "extra: [*u]\ncontexts:"),
  ],
  [
    "an alias",
    whole("").replace(
      "- {name: u, user: {token: geheim}}",
      "- {name: o, user: &t {token: a}}\n- {name: u, user: *t}",
    ),
  ],
  [
    "a merge key",
    whole("").replace(
      "- {name: u, user: {token: geheim}}",
      "- {name: o, user: &t {token: a}}\n- {name: u, user: {<<: *t, as: b}}",
    ),
  ],
  ["two documents", `${whole("")}---\n${whole("").replace("dev", "other")}`],
  ["tabs", whole("").replace("- {name: c", "\t- {name: c")],
  ["a null entry", whole("").replace("users:\n", "users:\n- null\n")],
  ["null lists", "clusters: null\nusers: null\ncontexts: null\n"],
  ["a map for a list", "clusters: {}\n"],
];

test.each(one)("a kubeconfig: %s", async (_, text) => {
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

const name = fc.constantFrom("a", "b", "c");
/** Mostly not there: what is there is mostly wrong. */
const opt = <T>(value: fc.Arbitrary<T>, freq = 1): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: freq, arbitrary: value });
/** Mostly there. */
const most = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => opt(value, 40);
const text = fc.constantFrom(
  "",
  "x",
  "https://x:6443",
  "http://y",
  "token",
  "ca.crt",
  "../ca.crt",
  "/abs",
  "eA==",
);
const anyText = fc.oneof(
  { weight: 20, arbitrary: text },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(5, true, null, []) },
);
const clusters = fc.record({
  name,
  cluster: fc.record({
    server: most(
      fc.constantFrom<unknown>(
        "https://x:6443",
        "https://x:6443",
        "https://w",
        "https://y/base/",
        "http://z",
        "z:80",
        "",
        null,
      ),
    ),
    "certificate-authority": opt(fc.constantFrom("", "ca.crt", "../ca.crt", "nowhere")),
    "certificate-authority-data": opt(fc.constantFrom("", "eA==", "?")),
    "tls-server-name": opt(anyText),
    "proxy-url": opt(fc.constantFrom("", "http://p:1", "socks5://p", "ftp://p", "p")),
    "insecure-skip-tls-verify": opt(fc.boolean()),
  }),
});
const users = fc.record({
  name,
  user: fc.record({
    token: opt(anyText),
    tokenFile: opt(fc.constantFrom("", "token", "nowhere")),
    username: opt(fc.constantFrom("", "me")),
    password: opt(fc.constantFrom("", "pw")),
    "client-certificate": opt(fc.constantFrom("", "ca.crt")),
    "client-key": opt(fc.constantFrom("", "ca.crt")),
    "client-key-data": opt(fc.constantFrom("", "eA==")),
    as: opt(fc.constantFrom("", "jane")),
    "as-groups": opt(fc.constantFrom<unknown>([], ["g"], ["g", "h"], null)),
    exec: opt(
      fc.record({
        apiVersion: fc.constantFrom(
          "client.authentication.k8s.io/v1",
          "client.authentication.k8s.io/v1beta1",
          "",
        ),
        command: fc.constantFrom("aws", "./x", "sub/x", ""),
        interactiveMode: opt(fc.constantFrom("Never", "Always", "IfAvailable", "odd")),
      }),
    ),
  }),
});
const contexts = fc.record({
  name,
  context: fc.record({ cluster: most(name), user: most(name), namespace: opt(fc.constantFrom("", "shop")) }),
});
const list = <T extends { readonly name: string }>(item: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> =>
  fc.oneof(
    {
      weight: 19,
      arbitrary: fc.uniqueArray(item, { minLength: 1, maxLength: 3, selector: (each) => each.name }),
    },
    { weight: 1, arbitrary: fc.array(item, { maxLength: 3 }) },
  );
const config = fc.record({
  clusters: list(clusters),
  users: list(users),
  contexts: list(contexts),
  "current-context": most(name),
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
