import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { connectEnvironment } from "../../server/src/adapters/connect.ts";
import type { Threads } from "../../server/src/cli/io.ts";
import { runCli } from "../../server/src/cli/program.ts";

export interface CliRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A folder of files in which the command line runs; removed by `dispose`. */
export class Sandbox {
  readonly folder: string = mkdtempSync(join(tmpdir(), "promscope-cli-"));

  write(files: Readonly<Record<string, string | Buffer>>): void {
    for (const [name, content] of Object.entries(files)) {
      const path = join(this.folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), "utf8");
  }

  async run(
    argv: readonly string[],
    stdin = "",
    env: Readonly<Record<string, string>> = {},
    threads?: Threads,
    cwd: string = this.folder,
  ): Promise<CliRun> {
    let out = "";
    let err = "";
    const code = await runCli(
      argv,
      (environment, checks) => connectEnvironment(environment, undefined, undefined, undefined, checks),
      "1.2.3",
      {
        cwd,
        env,
        colours: false,
        write: (text) => {
          out += text;
        },
        warn: (text) => {
          err += text;
        },
        readStdin: async () => stdin,
        threads,
      },
    );
    return { code, out, err };
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
