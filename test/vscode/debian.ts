import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Debian packages that the real VS Code needs: to compile code-server's native parts, and to show it. */
export const aptPackages = {
  codeServer: [
    "libkrb5-dev",
    "libsecret-1-dev",
    "libx11-dev",
    "libxkbfile-dev",
    "pkg-config",
    "g++",
    "make",
    "python3",
  ],
  chromium: ["chromium"],
} as const;

// biome-ignore lint/suspicious/noTemplateCurlyInString: it is dpkg's own template.
const statusOnly = "${db:Status-Status}";

async function isInstalled(name: string): Promise<boolean> {
  try {
    const { stdout } = await run("dpkg-query", ["-W", "-f", statusOnly, name]);
    return stdout.trim() === "installed";
  } catch {
    return false;
  }
}

/**
 * Sees to it that Debian packages are there: root installs what is missing, anyone else is told which they
 * are in one sentence. On a system without dpkg the names alone help, so they are named too.
 */
export async function ensureDebianPackages(
  names: readonly string[],
  progress: (line: string) => void,
): Promise<void> {
  const missing: string[] = [];
  for (const name of names) if (!(await isInstalled(name))) missing.push(name);
  if (missing.length === 0) return;
  const list = missing.join(" ");
  if (process.getuid?.() !== 0) {
    throw new Error(`These Debian packages are missing; install them first: apt-get install ${list}`);
  }
  progress(`Debian packages ${list}: installing`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  try {
    await run("apt-get", ["update", "-qq"], { env, maxBuffer: 1 << 26 });
    await run("apt-get", ["install", "-y", "-qq", ...missing], { env, maxBuffer: 1 << 26 });
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim().split("\n").at(-1) ?? (error as Error).message;
    throw new Error(`The Debian packages ${list} could not be installed: ${said}`);
  }
}
