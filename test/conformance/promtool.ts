import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findTool } from "../stack/tools/locate.ts";

/** What promtool says of a rule file: nothing where it accepts it, its messages where it does not. */
export type Verdict = string | undefined;

/** Files in one call: starting promtool costs more than reading a file. */
const batch = 250;

/**
 * Runs `promtool check rules` over many texts. The real program is the truth here, so its absence is an
 * error and no reason to skip.
 */
export async function promtoolVerdicts(texts: readonly string[]): Promise<readonly Verdict[]> {
  const promtool = await findTool("promtool");
  if (promtool === undefined) throw new Error("promtool is not there: run `npm run tools` once to build it");
  const folder = mkdtempSync(join(tmpdir(), "promscope-rules-"));
  try {
    const verdicts: Verdict[] = [];
    for (let at = 0; at < texts.length; at += batch)
      verdicts.push(...checkBatch(promtool, folder, texts.slice(at, at + batch)));
    return verdicts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function checkBatch(promtool: string, folder: string, texts: readonly string[]): readonly Verdict[] {
  const names = texts.map((_, index) => `${index}.yml`);
  for (const [index, text] of texts.entries()) writeFileSync(join(folder, `${index}.yml`), text);
  // One pipe for both streams: verdicts go to one, errors to the other, and only their order joins them.
  const output = join(folder, "output.txt");
  const descriptor = openSync(output, "w");
  const run = spawnSync(promtool, ["check", "rules", "--lint=none", ...names], {
    cwd: folder,
    stdio: ["ignore", descriptor, descriptor],
    timeout: 60_000,
  });
  closeSync(descriptor);
  if (run.error !== undefined) throw run.error;
  const parts = readFileSync(output, "utf8").split(/^Checking (\d+)\.yml$/m);
  const byIndex = new Map<number, string>();
  for (let i = 1; i < parts.length; i += 2) byIndex.set(Number(parts[i]), parts[i + 1] ?? "");
  return texts.map((_, index) => {
    const said = byIndex.get(index);
    if (said === undefined) throw new Error(`promtool said nothing about file ${index}`);
    return /^ {2}SUCCESS: /m.test(said) ? undefined : said.trim();
  });
}
