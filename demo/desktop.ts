import { execFile, spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { quietSettings } from "../test/vscode/editor.ts";

const execute = promisify(execFile);

/** Fails with one sentence when there is no VS Code to open. */
export async function ensureDesktop(): Promise<void> {
  try {
    await execute("code", ["--version"]);
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new Error(
      absent
        ? "There is no `code` on PATH: install VS Code, or leave out --desktop to use the browser."
        : `The \`code\` on PATH does not work: ${(error as Error).message}`,
    );
  }
}

export interface Desktop {
  readonly folder: string;
  readonly workspace: string;
  readonly vsix: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * Opens the workspace in the VS Code of the desktop, with a user folder of its own, so that nobody's settings
 * are touched. Resolves when its window is closed.
 */
export async function openDesktop({ folder, workspace, vsix, settings }: Desktop): Promise<void> {
  const user = join(folder, "desktop");
  await mkdir(join(user, "User"), { recursive: true });
  // An own user folder trusts no workspace yet, and this one is ours.
  const trusted = { "security.workspace.trust.enabled": false };
  const text = JSON.stringify({ ...quietSettings, ...trusted, ...settings }, null, 2);
  await writeFile(join(user, "User", "settings.json"), text);
  const shared = ["--user-data-dir", user, "--extensions-dir", join(folder, "extensions")];
  await execute("code", [...shared, "--install-extension", vsix]);
  const child = spawn("code", [...shared, "--new-window", "--wait", workspace], { stdio: "ignore" });
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => resolve());
  });
}
