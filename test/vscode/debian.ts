import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "../stack/cache.ts";
import { withLock } from "../stack/lock.ts";

const run = promisify(execFile);

/** A Debian package, and how to see that what it brings is there, wherever it came from. */
interface DebianPackage {
  readonly name: string;
  /** On PATH. */
  readonly program?: string;
  /** Known to pkg-config. */
  readonly library?: string;
  /** Or any file that is there with it. */
  readonly file?: string;
}

/** What the real VS Code needs: to compile code-server's native parts, and to show it. */
export const aptPackages = {
  codeServer: [
    { name: "g++", program: "g++" },
    { name: "make", program: "make" },
    { name: "python3", program: "python3" },
    { name: "pkg-config", program: "pkg-config" },
    { name: "libkrb5-dev", program: "krb5-config" },
    { name: "libsecret-1-dev", library: "libsecret-1" },
    { name: "libx11-dev", library: "x11" },
    { name: "libxkbfile-dev", library: "xkbfile" },
  ],
  chromium: [{ name: "chromium", program: "chromium" }],
} satisfies Record<string, readonly DebianPackage[]>;

async function isThere({ program, library, file }: DebianPackage): Promise<boolean> {
  if (file !== undefined) return existsSync(file);
  if (program !== undefined) {
    const folders = (process.env["PATH"] ?? "").split(delimiter);
    return folders.some((folder) => folder !== "" && existsSync(join(folder, program)));
  }
  try {
    await run("pkg-config", ["--exists", library ?? ""]);
    return true;
  } catch {
    return false;
  }
}

/**
 * Sees to it that Debian packages are there: root installs what is missing, anyone else is told in one
 * sentence which they are.
 */
export async function ensureDebianPackages(
  packages: readonly DebianPackage[],
  progress: (line: string) => void,
): Promise<void> {
  const missing = await missingOf(packages);
  if (missing.length === 0) return;
  if (process.getuid?.() === 0)
    // Test files run side by side, and apt lets only one in.
    await withLock(cacheFolder("apt.lock"), async () => install(await missingOf(packages), progress));
  else
    throw new Error(
      `These Debian packages are missing; install them first: apt-get install ${missing.join(" ")}`,
    );
}

async function missingOf(packages: readonly DebianPackage[]): Promise<readonly string[]> {
  const there = await Promise.all(packages.map(isThere));
  return packages.filter((_, at) => there[at] === false).map(({ name }) => name);
}

async function install(missing: readonly string[], progress: (line: string) => void): Promise<void> {
  if (missing.length === 0) return;
  const list = missing.join(" ");
  progress(`Debian packages ${list}: installing`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  try {
    await run("apt-get", ["update", "-qq"], { env, maxBuffer: 1 << 26 });
    await run("apt-get", ["install", "-y", "-qq", ...missing], { env, maxBuffer: 1 << 26 });
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim().split("\n").at(-1) ?? (error as Error).message;
    throw new Error(`The Debian packages ${list} are missing and could not be installed: ${said}`);
  }
}
