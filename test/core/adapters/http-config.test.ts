import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { loadHttpConfig, parseHttpConfig } from "../../../server/src/adapters/http/http-config.ts";
import { createBackend } from "../../../server/src/adapters/prometheus/backend.ts";
import { neverCancelled } from "../../../server/src/base/cancellation.ts";
import { api, faultServer } from "./fault-server.ts";

function folder(files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(tmpdir(), "promscope-http-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test("every key that Prometheus has and we honour is read; files are relative to the config's folder", () => {
  const text = `
authorization: { type: Token, credentials_file: secrets/token }
http_headers:
  X-Scope-OrgID: { values: [team-a] }
  X-Key: { secrets: [hidden] }
  X-File: { files: [secrets/header] }
tls_config: { ca_file: ca.pem, cert_file: /abs/cert.pem, key_file: key.pem, server_name: prom, insecure_skip_verify: true, min_version: TLS12 }
proxy_url: http://proxy:3128
no_proxy: .internal
proxy_connect_header: { Proxy-Authorization: [hidden] }
follow_redirects: false
enable_http2: true
`;
  expect(parseHttpConfig(text, "/etc/p")).toEqual({
    ok: true,
    config: {
      authorization: { type: "Token", credentialsFile: "/etc/p/secrets/token" },
      headers: { "X-Scope-OrgID": ["team-a"], "X-Key": ["hidden"] },
      tls: {
        caFile: "/etc/p/ca.pem",
        certFile: "/abs/cert.pem",
        keyFile: "/etc/p/key.pem",
        serverName: "prom",
        insecureSkipVerify: true,
        minVersion: "TLSv1.2",
      },
      headerFiles: { "X-File": ["/etc/p/secrets/header"] },
      proxyUrl: "http://proxy:3128",
      noProxy: ".internal",
      proxyConnectHeaders: { "Proxy-Authorization": "hidden" },
      followRedirects: false,
    },
  });
});

test.each([
  ["basic_auth: {username: a, password: geheim, passwort: x}", "passwort is no key of basic_auth"],
  ["basic_auth: {password: geheim}", "basic_auth needs a username"],
  ["oauth2: {client_id: a, client_secret: geheim}", "oauth2 needs a token_url that is http or https"],
  ["oauth2: {token_url: 'http://x', client_secret: geheim}", "oauth2 needs a client_id"],
  [
    "oauth2: {client_id: a, token_url: 'http://x', client_secret: geheim, client_secret_file: b}",
    "oauth2 takes only one of client_secret and client_secret_file",
  ],
  [
    "oauth2: {client_id: a, token_url: 'http://x', grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer'}",
    "oauth2 is supported with the grant_type client_credentials only",
  ],
  ["oauth2: {client_id: a, client_certificate_key: geheim}", "client_certificate_key is no key of oauth2"],
  ["sigv4: {secret_key: geheim}", "sigv4 is not supported here"],
  [
    "bearer_token: geheim\nbasic_auth: {username: a}",
    "only one of basic_auth, authorization, oauth2 and bearer_token may be set",
  ],
  ["tls_config: geheim", "tls_config must be a mapping"],
  ["basic_auth: {username: [geheim]}", "username must be a text"],
  ["- geheim", "the file must be a mapping"],
  ["bearer_token: 'geheim", "is not valid YAML (line 1)"],
  ["http_headers: {A: {file: [geheim]}}", "file is no key of http_headers.A"],
  ["tls_config: {min_version: geheim}", "min_version must be one of TLS10, TLS11, TLS12, TLS13"],
])("%j is refused without telling the secret", (text, message) => {
  const result = parseHttpConfig(text, "/");
  expect(result).toEqual({ ok: false, message });
  expect(JSON.stringify(result)).not.toContain("geheim");
});

test("a file that cannot be read is named", async () => {
  expect(await loadHttpConfig("/nowhere/http.yml")).toEqual({
    ok: false,
    message: "The http config /nowhere/http.yml cannot be read; check the path and its rights.",
  });
});

test("an empty file is a config of nothing", () => {
  expect(parseHttpConfig("", "/")).toEqual({ ok: true, config: {} });
});

test("credentials and headers are sent, and a rotated token is picked up", async () => {
  const server = await faultServer(
    api({ "status/buildinfo": { version: "3.16.0", goVersion: "go1" }, labels: ["job"] }),
  );
  const path = folder({
    "http.yml": "bearer_token_file: token\nhttp_headers: {X-Scope-OrgID: {values: [team-a]}}\n",
    token: "one\n",
  });
  const backend = createBackend({ backend: server.url, httpConfig: join(path, "http.yml") });
  onTestFinished(() => backend.dispose());
  await backend.metrics.labelNames({ limit: 10 }, neverCancelled);
  writeFileSync(join(path, "token"), "two\n");
  await backend.metrics.labelNames({ selector: "up", limit: 10 }, neverCancelled);
  const sent = server.asked.map(({ headers }) => headers["authorization"]);
  expect(sent[0]).toBe("Bearer one");
  expect(sent.at(-1)).toBe("Bearer two");
  expect(new Set(server.asked.map(({ headers }) => headers["x-scope-orgid"]))).toEqual(new Set(["team-a"]));
});

test("a config that cannot be used is one sentence, and nothing is asked", async () => {
  const server = await faultServer(api({}));
  const backend = createBackend({ backend: server.url, httpConfig: "/nowhere/http.yml" });
  onTestFinished(() => backend.dispose());
  expect(await backend.metrics.labelNames({ limit: 10 }, neverCancelled)).toMatchObject({
    status: "unavailable",
    reason: "not-configured",
    message: "The http config /nowhere/http.yml cannot be read; check the path and its rights.",
  });
  expect(server.asked).toEqual([]);
});

test("a missing token file is named", async () => {
  const server = await faultServer(api({}));
  const path = folder({ "http.yml": "bearer_token_file: token\n" });
  const backend = createBackend({ backend: server.url, httpConfig: join(path, "http.yml") });
  onTestFinished(() => backend.dispose());
  expect(await backend.metrics.health(neverCancelled)).toMatchObject({
    reason: "not-configured",
    message: expect.stringContaining(join(path, "token")),
  });
});
