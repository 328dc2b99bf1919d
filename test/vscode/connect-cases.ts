import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { freePorts } from "../stack/ports.ts";
import { waitFor } from "../stack/processes.ts";
import type { ConnectStage } from "./connect-suite.ts";
import { startEditor } from "./editor.ts";
import type { Case } from "./harness.ts";
import * as edit from "./page.ts";

interface Entry {
  readonly name: string;
  readonly backend: string;
  readonly scope?: Readonly<Record<string, string>>;
  readonly replicaLabels?: readonly string[];
}

/** The first five minutes: nothing is set, an address is pasted, credentials are asked, a repository proposes. */
export function connectCases(stage: ConnectStage): Case[] {
  const { page, federation, proxy, token } = stage;
  const widget = page.locator(".quick-input-widget:visible");
  const input = widget.locator("input.input");
  const rows = widget.locator(".quick-input-list .monaco-list-row");
  const toast = (text: string): Locator => page.locator(".notification-list-item", { hasText: text }).first();

  const startConnect = async (): Promise<void> => {
    await page.keyboard.press("F1");
    await input.waitFor();
    await page.keyboard.type("Promscope: Connect");
    await rows.filter({ hasText: "Connect…" }).first().waitFor();
    await page.keyboard.press("Enter");
    await widget.getByText("as you open it in the browser").waitFor();
  };
  const closeToasts = async (): Promise<void> => {
    await edit.command(page, "Notifications: Clear All Notifications");
    await page.locator(".notification-toast").first().waitFor({ state: "detached" });
  };

  return [
    {
      name: "without any configuration, files are checked, and the status item says that nothing is connected",
      async run() {
        await edit.openFile(page, "rules/priority-2/latency.yaml");
        await edit.waitForSquiggle(page, "error");
        assert.match((await edit.problems(page))[0] ?? "", /unclosed left parenthesis/);
        await edit.openFile(page, "rules/recording/services.yaml");
        await edit.environmentStatus(page, "No Environment");
        assert.equal(await page.locator(".notification-toast").count(), 0);
        await stage.picture("nothing");
      },
    },
    {
      name: "an address where nothing answers is told in the box, which stays open",
      async run() {
        await startConnect();
        const [port] = await freePorts(1);
        await page.keyboard.type(`http://127.0.0.1:${port}`);
        await page.keyboard.press("Enter");
        await widget.locator(".quick-input-message", { hasText: "refuses the connection" }).waitFor();
        await stage.picture("refused");
        await page.keyboard.press("Escape");
        await widget.waitFor({ state: "detached" }).catch(() => undefined);
      },
    },
    {
      name: "a pasted graph of Thanos becomes an environment for each cluster, by keyboard",
      async run() {
        await startConnect();
        await page.keyboard.insertText(`${federation.thanosUrl}/graph?g0.expr=up&g0.tab=1`);
        await page.keyboard.press("Enter");
        await rows.filter({ hasText: "Prod NA" }).first().waitFor();
        await widget
          .getByText("One for each value of cluster")
          .or(widget.locator('[placeholder*="One for each value of cluster"]'))
          .first()
          .waitFor();
        assert.match((await widget.textContent()) ?? "", /Thanos Querier.*3 environments/);
        await stage.picture("proposals");
        await page.keyboard.press("Enter");
        await toast("connected to Thanos Querier").waitFor();
        await stage.picture("connected");
        const entries = await environments(stage);
        assert.deepEqual(
          entries.map(({ name, scope, replicaLabels, backend }) => [name, scope, replicaLabels, backend]),
          [
            ["Dev", "dev"],
            ["Prod EU", "prod-eu"],
            ["Prod NA", "prod-na"],
          ].map(([name, cluster]) => [name, { cluster }, ["replica"], federation.thanosUrl]),
        );
        await edit.environmentStatus(page, "Dev");
      },
    },
    {
      name: "what was saved works at once, without a reload",
      async run() {
        await closeToasts();
        await edit.openFile(page, "rules/priority-1/checkout.yaml");
        await edit.goTo(page, 6, 15);
        await page.keyboard.type("sum(http_requests_t");
        await edit.completionItem(page, "http_requests_total");
        await page.keyboard.press("Escape");
        await page.keyboard.press("Escape");
        await edit.command(page, "File: Revert File");
      },
    },
    {
      name: "a backend that wants a token asks for it, and the environment works with it",
      async run() {
        await startConnect();
        await page.keyboard.insertText(proxy.url);
        await page.keyboard.press("Enter");
        await rows.filter({ hasText: "Bearer Token" }).first().waitFor();
        await stage.picture("credentials");
        await page.keyboard.press("Enter");
        await widget.getByText("secret storage").waitFor();
        await page.keyboard.type("wrong-token");
        await page.keyboard.press("Enter");
        // Refused: the same question again.
        await rows.filter({ hasText: "Bearer Token" }).first().waitFor();
        await page.keyboard.press("Enter");
        await widget.getByText("secret storage").waitFor();
        await page.keyboard.type(token);
        await stage.picture("token");
        await page.keyboard.press("Enter");
        await rows.filter({ hasText: "Prod NA" }).first().waitFor();
        // One of the three: the ticks of the others are taken away.
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("Space");
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("Space");
        await page.keyboard.press("Enter");
        await toast("connected to Thanos Querier").waitFor();
        const added = (await environments(stage)).filter(({ backend }) => backend === proxy.url);
        assert.equal(added.length, 1, JSON.stringify(added));
        assert.match(added[0]?.name ?? "", / 2$/);
        await closeToasts();
      },
    },
    {
      name: "files of an authority, a certificate and its key are chosen by keyboard, and lead to what wants them",
      async run() {
        const { url, certFile, keyFile, username, password } = stage.vault;
        const kind = async (label: string): Promise<void> => {
          await rows.filter({ hasText: label }).first().waitFor();
          await page.keyboard.type(label);
          await page.keyboard.press("Enter");
        };
        const file = async (label: string, path: string): Promise<void> => {
          const heading = widget.locator(".quick-input-title", { hasText: label });
          const within = (wait: Promise<unknown>): Promise<boolean> =>
            wait.then(
              () => true,
              () => false,
            );
          // The box reads folders behind the keys: what comes before it is ready is lost.
          const chosen = async (): Promise<boolean> => {
            await rows.filter({ hasText: ".." }).first().waitFor();
            await page.keyboard.press("ControlOrMeta+A");
            await page.keyboard.insertText(path);
            const listed = rows.filter({ hasText: basename(path) }).first();
            if (!(await within(listed.waitFor({ timeout: 3_000 })))) return false;
            if ((await input.inputValue()) !== path) return false;
            await page.keyboard.press("Enter");
            return await within(heading.waitFor({ state: "detached", timeout: 3_000 }));
          };
          await heading.waitFor();
          await waitFor(chosen, 30, () => new Error(`the box of ${label} does not take ${path}`));
        };
        await startConnect();
        await page.keyboard.insertText(url);
        await page.keyboard.press("Enter");
        await kind("Certificate Authority");
        await file("Certificate Authority", certFile);
        await kind("Client Certificate");
        await file("Client Certificate", certFile);
        await file("Key", keyFile);
        // Both are known now; what is left is the password.
        await kind("User Name and Password");
        // The row of the list before has the same words.
        await widget.getByText("User name (Press").waitFor();
        await page.keyboard.type(username);
        await page.keyboard.press("Enter");
        await widget.getByText("secret storage").waitFor();
        await page.keyboard.type(password);
        await page.keyboard.press("Enter");
        await rows.filter({ hasText: "Vault" }).first().waitFor();
        await page.keyboard.press("Enter");
        await toast("connected to Prometheus").waitFor();
        const [added] = (await environments(stage)).filter(({ backend }) => backend === url);
        assert.equal(added?.name, "Vault");
        await closeToasts();
      },
    },
    {
      name: "the status item leads to what mends it: signed out, signed in again",
      async run() {
        await edit.openFile(page, "rules/recording/services.yaml");
        const [guarded] = (await environments(stage)).filter(({ backend }) => backend === proxy.url);
        const name = guarded?.name ?? "";
        await edit.command(page, "Promscope: Sign Out of Environment");
        await edit.pick(page, "Sign out of which environment?", name);
        await toast("Signed out of").waitFor();
        await closeToasts();
        const item = page.locator('.statusbar-item[id="promscope.promscope-vscode.promscope.environment"]');
        const open = async (): Promise<Locator> => {
          await item.click();
          await widget.getByText("Where should queries run?").waitFor();
          return rows.filter({ hasText: `Sign In to ${name}` }).first();
        };
        await waitFor(
          async () => {
            const row = await open();
            const there = await row.waitFor({ timeout: 3_000 }).then(
              () => true,
              () => false,
            );
            if (!there) await page.keyboard.press("Escape");
            return there;
          },
          30,
          () => new Error("the status item offers no sign-in"),
        );
        await stage.picture("mend");
        await rows
          .filter({ hasText: `Sign In to ${name}` })
          .first()
          .click();
        await rows.filter({ hasText: "Bearer Token" }).first().waitFor();
        await page.keyboard.press("Enter");
        await widget.getByText("secret storage").waitFor();
        await page.keyboard.type(token);
        await page.keyboard.press("Enter");
        await toast(`Signed in to ${name}`).waitFor();
        await closeToasts();
      },
    },
    {
      name: "what promscope.yaml names is used only after the user has agreed",
      async run() {
        const text = `environments:\n- name: Team\n  backend: ${federation.thanosUrl}/\n  scope: {cluster: dev}\n`;
        await writeFile(join(stage.workspace, "promscope.yaml"), text);
        const question = toast("promscope.yaml names the environment Team");
        await question.waitFor();
        await stage.picture("consent");
        const names = async (): Promise<readonly string[]> => {
          await edit.command(page, "Promscope: Choose Environment");
          await widget.getByText("Where should queries run?").waitFor();
          const found = await rows.locator(".label-name").allTextContents();
          await stage.picture("choose");
          await page.keyboard.press("Escape");
          return found;
        };
        assert.ok(!(await names()).includes("Team"));
        await question.getByRole("button", { name: "Use", exact: true }).click();
        await waitFor(
          async () => (await names()).some((name) => name.includes("Team")),
          30,
          () => new Error("the accepted environment is not there"),
        );
      },
    },
    {
      name: "the same windows in a dark theme",
      async run() {
        await edit.chooseTheme(page, "Dark Modern", "vs-dark");
        await startConnect();
        await page.keyboard.insertText(`${federation.thanosUrl}/graph`);
        await stage.picture("dark-address");
        await page.keyboard.press("Enter");
        await rows.filter({ hasText: "Prod NA" }).first().waitFor();
        await stage.picture("dark-proposals");
        await page.keyboard.press("Escape");
        await edit.command(page, "Promscope: Choose Environment");
        await widget.getByText("Where should queries run?").waitFor();
        await stage.picture("dark-choose");
        await page.keyboard.press("Escape");
      },
    },
    {
      name: "the walkthrough shows how to connect",
      async run() {
        // Beside the steps there is room for pictures in a wide editor only.
        await edit.command(page, "View: Hide Panel");
        await edit.command(page, "View: Close Primary Side Bar");
        await edit.command(page, "Welcome: Open Walkthrough");
        await rows.filter({ hasText: "Get Started with Promscope" }).first().click();
        const step = page
          .locator(".getting-started-step", { hasText: "Connect to Prometheus or Thanos" })
          .first();
        await step.click();
        await waitFor(
          async () => /^rgb/.test((await pictureColour(page)) ?? ""),
          30,
          () => new Error("the picture of the walkthrough does not come"),
        );
        // A colour of the theme that is not found is black.
        assert.notEqual(await pictureColour(page), "rgb(0, 0, 0)");
        await stage.picture("walkthrough");
      },
    },
    {
      name: "in Restricted Mode nothing that promscope.yaml names is contacted; the question comes with the trust",
      async run() {
        const { workspace, vsix, browser } = stage;
        const settings = { "security.workspace.trust.banner": "always" };
        const restricted = await startEditor({ workspace, vsix, settings, trusted: false });
        try {
          const other = await edit.openWorkbench(browser, restricted.url);
          await other.locator(".part.banner", { hasText: "Restricted Mode" }).waitFor();
          await edit.openFile(other, "rules/recording/services.yaml");
          await edit.environmentStatus(other, "No Environment");
          await edit.command(other, "Promscope: Choose Environment");
          const review = other.locator(".quick-input-list .monaco-list-row", {
            hasText: "Not used while the workspace is not trusted: Team",
          });
          await review.first().click();
          const trust = other
            .locator(".workspace-trust-editor")
            .getByRole("button", { name: "Trust", exact: true });
          await trust.click();
          const question = other.locator(".notification-list-item", {
            hasText: "promscope.yaml names the environment Team",
          });
          await question.getByRole("button", { name: "Don't Use" }).click();
          await edit.openFile(other, "rules/recording/services.yaml");
          await edit.environmentStatus(other, "No Environment");
          await other.context().close();
        } finally {
          await restricted.stop();
        }
      },
    },
    {
      name: "no log, no trace and no setting holds a token",
      async run() {
        const files = await filesBelow(stage.editor.folder);
        const logs = files.filter((file) => /\.(log|json)$/.test(file));
        assert.ok(
          logs.some((file) => /Promscope/.test(file)),
          `no log of ours among ${logs.length} files`,
        );
        const ours = logs.filter((file) => /Promscope/.test(file));
        const traced = await Promise.all(ours.map((file) => readFile(file, "utf8")));
        assert.ok(traced.some((text) => text.includes("promscope/access") && text.includes("[secret]")));
        for (const file of logs) {
          const content = await readFile(file, "utf8").catch(() => "");
          for (const secret of [token, "wrong-token", Buffer.from(token).toString("base64")])
            assert.ok(!content.includes(secret), `${file} holds a token`);
        }
      },
    },
  ];
}

/** The environments in the settings, of the user or, where the extension runs on a server, of the machine. */
async function environments(stage: ConnectStage): Promise<readonly Entry[]> {
  const user = stage.editor.settingsFile;
  const machine = user.replace(/User(?=[\\/]settings\.json$)/, "Machine");
  const read = async (file: string): Promise<readonly Entry[]> => {
    const settings = JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
    return (settings["promscope.environments"] ?? []) as readonly Entry[];
  };
  const found = await Promise.all([user, machine].map(read));
  return found.find((entries) => entries.length > 0) ?? [];
}

/** What the boxes of the walkthrough's picture are filled with, once it is there. */
async function pictureColour(page: Page): Promise<string | undefined> {
  for (const frame of page.frames()) {
    if (
      (await frame
        .locator("svg rect")
        .count()
        .catch(() => 0)) === 0
    )
      continue;
    // A frame may go away while it is looked at.
    const colour = await frame
      .evaluate<string>('getComputedStyle(document.querySelector("svg rect")).fill')
      .catch(() => undefined);
    if (colour !== undefined) return colour;
  }
  return undefined;
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
