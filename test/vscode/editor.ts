import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePorts } from "../stack/ports.ts";
import { openRun, type Run } from "../stack/processes.ts";
import { ensureCodeServer } from "./install.ts";

const execute = promisify(execFile);

/** Settings that keep the editor to the product: no welcome page, no chat, no telemetry, no prompts. */
export const quietSettings: Readonly<Record<string, unknown>> = {
  "chat.disableAIFeatures": true,
  "editor.accessibilitySupport": "off",
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  // What is saved, and when, is the test's business; a browser's VS Code would save after a pause.
  "files.autoSave": "off",
  "git.enabled": false,
  "remote.autoForwardPorts": false,
  "security.workspace.trust.banner": "never",
  "security.workspace.trust.startupPrompt": "never",
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "window.commandCenter": false,
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is VS Code's own template.
  "window.title": "${activeEditorShort}${separator}${rootName}",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

export interface EditorOptions {
  readonly workspace: string;
  /** The packaged extension; it is installed as a user would. */
  readonly vsix: string;
  /** Added to the quiet settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Restricted Mode where false; default true: the workspace is trusted without a question. */
  readonly trusted?: boolean;
  /** How much is logged; default what VS Code does. */
  readonly logLevel?: "trace";
  /** Default: a free one. */
  readonly port?: number;
  readonly progress?: (line: string) => void;
}

export interface Editor {
  /** Opens the workspace. */
  readonly url: string;
  readonly settingsFile: string;
  /** Where extensions, settings and logs of this editor are; removed by `stop`. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** Starts a real VS Code in the browser with the packaged extension and a user folder of its own. */
export async function startEditor(options: EditorOptions): Promise<Editor> {
  const { node, codeServer } = await ensureCodeServer(options.progress);
  const run = openRun("editor");
  try {
    const user = join(run.folder, "user");
    const extensions = join(run.folder, "extensions");
    const config = join(run.folder, "config.yaml");
    const settingsFile = await writeSettings(user, options.settings ?? {});
    await writeFile(config, "");
    const shared = ["--config", config, "--user-data-dir", user, "--extensions-dir", extensions];
    await execute(node, [codeServer, ...shared, "--install-extension", options.vsix], { timeout: 120_000 });
    const port = options.port ?? (await freePorts(1))[0] ?? 0;
    await run.start({
      name: "code-server",
      command: node,
      args: [
        codeServer,
        ...shared,
        ...["--auth", "none", "--bind-addr", `127.0.0.1:${port}`],
        ...["--disable-telemetry", "--disable-update-check", "--disable-getting-started-override"],
        ...(options.logLevel === undefined ? [] : ["--log", options.logLevel]),
        ...(options.trusted === false ? [] : ["--disable-workspace-trust"]),
        "--ignore-last-opened",
      ],
      ready: `http://127.0.0.1:${port}/healthz`,
    });
    const url = `http://127.0.0.1:${port}/?folder=${encodeURIComponent(options.workspace)}`;
    return { url, settingsFile, folder: run.folder, stop: () => run.stop() };
  } catch (error) {
    await run.stop();
    throw error;
  }
}

/**
 * Writes the settings where a browser's VS Code reads them: the user's, and the machine's, from which alone
 * settings of the scope `machine` come when the extension runs on a server.
 */
async function writeSettings(user: string, settings: Readonly<Record<string, unknown>>): Promise<string> {
  const text = JSON.stringify({ ...quietSettings, ...settings }, null, 2);
  for (const folder of ["User", "Machine"]) {
    await mkdir(join(user, folder), { recursive: true });
    await writeFile(join(user, folder, "settings.json"), text);
  }
  return join(user, "User", "settings.json");
}

export interface TestHost {
  readonly run: Run;
  /** `127.0.0.1:PORT`: the authority of `vscode-remote` addresses. */
  readonly authority: string;
}

/** Starts VS Code's own server in the mode in which it runs extension tests. `run.stop()` ends it. */
export async function startTestHost(
  settings: Readonly<Record<string, unknown>>,
  progress: (line: string) => void = () => {},
): Promise<TestHost> {
  const { node, serverMain } = await ensureCodeServer(progress);
  const run = openRun("extension-host");
  try {
    const data = join(run.folder, "data");
    await writeSettings(join(data, "data"), settings);
    const port = (await freePorts(1))[0] ?? 0;
    await run.start({
      name: "vscode-server",
      command: node,
      args: [
        serverMain,
        ...["--host", "127.0.0.1", "--port", String(port), "--without-connection-token"],
        ...["--accept-server-license-terms", "--enable-smoke-test-driver", "--disable-telemetry"],
        ...["--disable-workspace-trust", "--server-data-dir", data],
        ...["--extensions-dir", join(run.folder, "extensions"), "--start-server"],
      ],
      ready: `http://127.0.0.1:${port}/version`,
    });
    return { run, authority: `127.0.0.1:${port}` };
  } catch (error) {
    await run.stop();
    throw error;
  }
}
