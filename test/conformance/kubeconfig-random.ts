import fc from "fast-check";

/** Names that meet each other. */
export const name = fc.constantFrom("a", "b", "c");
/** Mostly not there: what is there is mostly wrong. */
/** What is there, or is not. */
export const opt = <T>(value: fc.Arbitrary<T>, freq = 1): fc.Arbitrary<T | undefined> =>
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
/** A random kubeconfig. */
export const config = fc.record({
  clusters: list(clusters),
  users: list(users),
  contexts: list(contexts),
  "current-context": most(name),
});
