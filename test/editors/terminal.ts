import { execFile } from "node:child_process";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const patienceMs = 60_000;

/** A program in a terminal of its own, kept by tmux: keys go in, and what stands on the screen comes out. */
export class Terminal {
  readonly #socket: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.#socket = join(folder, "tmux");
    this.#env = { ...env, TMUX: undefined, TERM: "xterm-256color" };
  }

  async #tmux(...args: readonly string[]): Promise<string> {
    const { stdout } = await run("tmux", ["-S", this.#socket, "-f", "/dev/null", ...args], {
      env: this.#env,
    });
    return stdout;
  }

  async start(cwd: string, command: readonly string[]): Promise<void> {
    await this.#tmux("new-session", "-d", "-x", "150", "-y", "45", "-c", cwd, ...command);
  }

  /** Presses keys by tmux' names for them: `Enter`, `Escape`, `C-x`. */
  async press(...keys: readonly string[]): Promise<void> {
    await this.#tmux("send-keys", ...keys);
  }

  async type(text: string): Promise<void> {
    await this.#tmux("send-keys", "-l", text);
  }

  async screen(): Promise<string> {
    return await this.#tmux("capture-pane", "-p");
  }

  /** Waits until the screen shows it; fails with what stands there in its place. */
  async shows(what: RegExp): Promise<string> {
    const deadline = performance.now() + patienceMs;
    let screen = "";
    do {
      screen = await this.screen();
      if (what.test(screen)) return screen;
      await pause(50);
    } while (performance.now() < deadline);
    throw new Error(`The screen never showed ${what}, but:\n${screen}`);
  }

  async stop(): Promise<void> {
    await this.#tmux("kill-server").catch(() => undefined);
  }
}
