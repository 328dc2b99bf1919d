import { type ChildProcess, spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { bin } from "../lsp/client.ts";

const root = join(import.meta.dirname, "..", "..");

/** The address that the snippets of docs/editors.md name; tests put one in its place that answers. */
const exampleBackend = "https://thanos.example.com";

/** The first code block under a heading of docs/editors.md, as users paste it, with a backend that answers. */
export function snippet(heading: string, language: string, backend: string): string {
  const docs = readFileSync(join(root, "docs", "editors.md"), "utf8");
  const section = docs.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`));
  const code = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "m").exec(section ?? "")?.[1];
  if (code === undefined) throw new Error(`docs/editors.md has no ${language} under "${heading}"`);
  return code.replaceAll(exampleBackend, backend);
}

/** A copy of `examples/` with a home of its own, in which an editor of the system runs without a screen. */
export class EditorWorkspace {
  readonly folder = mkdtempSync(join(tmpdir(), "promscope-editor-"));
  readonly workspace = join(this.folder, "workspace");
  readonly #seen = join(this.folder, "seen.json");
  readonly #running = new Set<ChildProcess>();

  constructor() {
    cpSync(join(root, "examples"), this.workspace, { recursive: true });
    // The mark by which editors find the root of a project.
    mkdirSync(join(this.workspace, ".git"));
    // Editors look for `promscope` on PATH, as the snippets say.
    const program = this.write("promscope", `#!/bin/sh\nexec "${process.execPath}" "${bin}" "$@"\n`);
    chmodSync(program, 0o755);
  }

  /** Writes a file beside the workspace; gives its path. */
  write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** What a file of the workspace holds now. */
  read(...path: readonly string[]): string {
    return readFileSync(join(this.workspace, ...path), "utf8");
  }

  /** The variables of an editor of the system that has this home. */
  get env(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      PATH: `${this.folder}${delimiter}${process.env["PATH"]}`,
      HOME: this.folder,
      XDG_CONFIG_HOME: join(this.folder, "config"),
      XDG_CACHE_HOME: join(this.folder, "cache"),
      XDG_STATE_HOME: join(this.folder, "state"),
      XDG_DATA_HOME: join(this.folder, "data"),
    };
  }

  /** Runs an editor until it ends; gives what its driver wrote down, and what it printed. */
  async run<Seen>(program: string, args: readonly string[]): Promise<{ seen: Seen; printed: string }> {
    rmSync(this.#seen, { force: true });
    const child = spawn(program, args, {
      cwd: this.workspace,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...this.env, TERM: "dumb", PROMSCOPE_SEEN: this.#seen },
    });
    this.#running.add(child);
    let printed = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        printed += text;
      });
    await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
    this.#running.delete(child);
    if (!existsSync(this.#seen)) throw new Error(`${program} wrote nothing down. It said: ${printed}`);
    return { seen: JSON.parse(readFileSync(this.#seen, "utf8")) as Seen, printed };
  }

  dispose(): void {
    for (const child of this.#running) child.kill("SIGKILL");
    // An editor that is killed may still put its own files in order.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
