const b64 = (text: string): string => Buffer.from(text).toString("base64");
/** A kubeconfig that is whole, and what is put behind it. */
export const whole = (over: string): string => `apiVersion: v1
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

/** Kubeconfigs with what they are about. */
export const kubeconfigs: readonly (readonly [string, string])[] = [
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
