import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { Credentials, type CredentialsOptions } from "../../../server/src/adapters/kubernetes/credentials.ts";
import { complaint } from "../../../server/src/adapters/kubernetes/exec-plugin.ts";
import { CredentialsError } from "../../../server/src/adapters/kubernetes/failures.ts";
import { loadContext } from "../../../server/src/adapters/kubernetes/kubeconfig.ts";

const v1 = "client.authentication.k8s.io/v1";

interface Login {
  readonly credentials: Credentials;
  readonly folder: string;
  /** How often the program ran. */
  runs(): number;
}

/** A context whose login program is this shell script. */
function login(
  script: string,
  over: object = {},
  options: CredentialsOptions = {},
  user: object = {},
): Login {
  const folder = mkdtempSync(join(tmpdir(), "promscope-exec-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, "log-in");
  writeFileSync(program, `#!/bin/sh\necho run >> ${folder}/runs\n${script}\n`);
  chmodSync(program, 0o755);
  const exec = { apiVersion: v1, command: "./log-in", interactiveMode: "Never", ...over };
  const config = {
    clusters: [
      {
        name: "c",
        cluster: {
          server: "https://dev:6443",
          extensions: [{ name: "client.authentication.k8s.io/exec", extension: { audience: "dev" } }],
        },
      },
    ],
    users: [{ name: "u", user: { exec, ...user } }],
    contexts: [{ name: "dev", context: { cluster: "c", user: "u" } }],
  };
  const file = join(folder, "config");
  writeFileSync(file, JSON.stringify(config));
  const runs = (): number =>
    existsSync(`${folder}/runs`) ? readFileSync(`${folder}/runs`, "utf8").split("\n").length - 1 : 0;
  return {
    credentials: new Credentials(loadContext({ kubeconfig: file, context: "dev" }), options),
    folder,
    runs,
  };
}

const credential = (status: object, apiVersion = v1): string =>
  `cat <<'END'\n${JSON.stringify({ kind: "ExecCredential", apiVersion, status })}\nEND`;

async function messageOf(credentials: Credentials): Promise<string> {
  const error: unknown = await credentials.current().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CredentialsError)) throw new Error(`no refusal: ${String(error)}`);
  expect(error.message.length, error.message).toBeLessThanOrEqual(120);
  return error.message;
}

describe("a login program", () => {
  test("is told what it asks for, runs once for all who wait, and again when its token has expired", async () => {
    let now = Date.parse("2026-01-01T00:00:00Z");
    const script = `printf '%s' "$KUBERNETES_EXEC_INFO" > "$OUT"\n${credential({ token: "t", expirationTimestamp: "2026-01-01T01:00:00Z" })}`;
    const { credentials, folder, runs } = login(
      script,
      { provideClusterInfo: true, env: [{ name: "OUT", value: join(tmpdir(), "unused") }] },
      { now: () => now },
    );
    const out = join(tmpdir(), "unused");
    onTestFinished(() => rmSync(out, { force: true }));
    const [first, second] = await Promise.all([credentials.current(), credentials.current()]);
    expect(first).toEqual({ headers: [["authorization", "Bearer t"]], cert: "", key: "" });
    expect(second).toEqual(first);
    expect(runs()).toBe(1);
    expect(JSON.parse(readFileSync(out, "utf8"))).toEqual({
      kind: "ExecCredential",
      apiVersion: v1,
      spec: { interactive: false, cluster: { server: "https://dev:6443", config: { audience: "dev" } } },
    });
    now += 3_500_000;
    await credentials.current();
    expect(runs()).toBe(1);
    now += 200_000;
    await credentials.current();
    expect(runs()).toBe(2);
    expect(folder).not.toBe("");
  });

  test("runs once more when its credentials were refused, however many noticed", async () => {
    let now = 1_000_000;
    const { credentials, runs } = login(
      `N=$(wc -l < "$(dirname "$0")/runs" | tr -d ' ')\ncat <<END\n{"kind":"ExecCredential","apiVersion":"${v1}","status":{"token":"t$N"}}\nEND`,
      {},
      { now: () => now },
    );
    const old = await credentials.current();
    expect(credentials.refused(old)).toBe(true);
    expect((await credentials.current()).headers).toEqual([["authorization", "Bearer t2"]]);
    // Another request that was under way with the old one comes back late.
    expect(credentials.refused(old)).toBe(true);
    const renewed = await credentials.current();
    expect(runs()).toBe(2);
    // A server that refuses everything does not make it run again and again.
    expect(credentials.refused(renewed)).toBe(false);
    now += 10_001;
    expect(credentials.refused(renewed)).toBe(true);
    expect((await credentials.current()).headers).toEqual([["authorization", "Bearer t3"]]);
    expect(runs()).toBe(3);
  });

  test("gives certificates too", async () => {
    const { credentials } = login(credential({ clientCertificateData: "C", clientKeyData: "K" }));
    expect(await credentials.current()).toEqual({ headers: [], cert: "C", key: "K" });
  });

  test("is not run where the kubeconfig has a token", async () => {
    const { credentials, runs } = login("exit 1", {}, {}, { token: "t" });
    expect((await credentials.current()).headers).toEqual([["authorization", "Bearer t"]]);
    expect(runs()).toBe(0);
  });

  test("that hangs is killed with all that it started", async () => {
    const { credentials, folder } = login(
      `sleep 300 & echo $! > "$(dirname "$0")/child"; echo $$ > "$(dirname "$0")/own"; wait`,
      {},
      { execDeadlineMs: 500 },
    );
    expect(await messageOf(credentials)).toMatch(
      /^The login program log-in of dev did not end within 1 s and was killed\.$/,
    );
    for (const name of ["child", "own"]) {
      const pid = Number(readFileSync(join(folder, name), "utf8"));
      await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
    }
  });

  test("that nobody waits for any more is ended", async () => {
    const { credentials, folder } = login(`echo $$ > "$(dirname "$0")/own"; sleep 300`);
    const message = messageOf(credentials);
    await expect.poll(() => existsSync(join(folder, "own")), { timeout: 10_000 }).toBe(true);
    credentials.dispose();
    expect(await message).toMatch(/^The login program log-in of dev was stopped/);
  });

  test("that has ended is not waited for because of what it left behind", async () => {
    const { credentials } = login(`${credential({ token: "t" })}\nsleep 300 &`);
    expect((await credentials.current()).headers).toEqual([["authorization", "Bearer t"]]);
  });

  test("that fails is told in one sentence with its last word, and is not run again at once", async () => {
    let now = 0;
    const secret = "AKIAIOSFODNN7EXAMPLEKEY";
    const { credentials, runs } = login(
      `echo "starting" >&2; echo "token=abc.def expired for ${secret}, run 'aws sso login'" >&2; exit 3`,
      { env: [{ name: "AWS_ID", value: secret }] },
      { now: () => now },
    );
    const message = await messageOf(credentials);
    expect(message).toBe(
      "The login program log-in of dev failed: token=… expired for …, run 'aws sso login'",
    );
    expect(await messageOf(credentials)).toBe(message);
    expect(runs()).toBe(1);
    now += 10_001;
    await messageOf(credentials);
    expect(runs()).toBe(2);
    now += 10_001;
    await messageOf(credentials);
    expect(runs()).toBe(2);
  });

  test.each<readonly [string, object, string]>([
    ["exit 7", {}, "failed (exit 7): log in again."],
    ["echo hello", {}, "did not print credentials: try it in a terminal."],
    ["echo '{}'", {}, "did not print an ExecCredential: try it in a terminal."],
    [
      credential({ token: "t" }, "client.authentication.k8s.io/v1beta1"),
      {},
      "speaks another apiVersion than the kubeconfig says: update one.",
    ],
    [credential({}), {}, "printed neither a token nor a certificate: log in again."],
    [credential({ clientKeyData: "K" }), {}, "printed only half of a certificate and key: log in again."],
    ["head -c 3000000 /dev/zero; sleep 100", {}, "prints more than credentials can be and was killed."],
    ["exit 1", { interactiveMode: "Always" }, "needs a terminal: log in there once, with kubectl."],
    [
      "exit 1",
      { apiVersion: "client.authentication.k8s.io/v1alpha1" },
      "has an apiVersion that is no longer used: update the kubeconfig.",
    ],
  ])("%s", async (script, over, words) => {
    expect(await messageOf(login(script, over).credentials)).toBe(`The login program log-in of dev ${words}`);
  });

  test("that is not there", async () => {
    const { credentials } = login("", { command: "promscope-no-such-program" });
    expect(await messageOf(credentials)).toBe(
      "The login program promscope-no-such-program of dev is not there: install it, or correct the kubeconfig.".replace(
        "promscope-no-such-program",
        "promscope-no-such-progr…",
      ),
    );
  });
});

test.each([
  ["", ""],
  ["one\n\u001b[31mtwo\u001b[0m\n\n", "two"],
  ["Authorization: Bearer eyJhbGciOi.J9.abc", "Authorization: Bearer …"],
  ["got eyJhbGciOiJIUzI1NiIsInR5cCI6.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc", "got …"],
  ["password: hunter2 is wrong", "password: … is wrong"],
  ['{"refresh_token":"1//abc"}', '{"refresh_token":"…"}'],
])("complaints are cut to a line without secrets: %j", (stderr, words) => {
  expect(complaint(stderr, [])).toBe(words);
});

test("a token file is read anew, and a refusal asks for another try only where it has changed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "promscope-token-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "token"), "one\n");
  const config = {
    clusters: [{ name: "c", cluster: { server: "https://dev:6443" } }],
    users: [{ name: "u", user: { tokenFile: "token" } }],
    contexts: [{ name: "dev", context: { cluster: "c", user: "u" } }],
  };
  writeFileSync(join(folder, "config"), JSON.stringify(config));
  const credentials = new Credentials(loadContext({ kubeconfig: join(folder, "config"), context: "dev" }));
  const first = await credentials.current();
  expect(first.headers).toEqual([["authorization", "Bearer one"]]);
  expect(credentials.refused(first)).toBe(false);
  writeFileSync(join(folder, "token"), "two\n");
  expect(credentials.refused(first)).toBe(true);
  expect((await credentials.current()).headers).toEqual([["authorization", "Bearer two"]]);
});

function isAlive(pid: number): boolean {
  try {
    // A zombie that nobody has waited for yet answers too.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
