import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";

/** How to get promtool, for a person who has none. */
export const noPromtool =
  "promtool was not found: install Prometheus, put it on PATH, or name it in the setting promscope.promtool.";

const fileName = process.platform === "win32" ? "promtool.exe" : "promtool";

/**
 * The promtool to run: the one that the user names, else that in the folder `PROMSCOPE_TOOLS`, else the first on PATH.
 * Relative folders of PATH are passed over: they would be those of the workspace. Nothing where there is none.
 */
export async function findPromtool(
  named: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  if (named !== "") return isAbsolute(named) && (await isProgram(named)) ? named : undefined;
  const folders = [env["PROMSCOPE_TOOLS"] ?? "", ...(env["PATH"] ?? "").split(delimiter)];
  for (const folder of folders) {
    if (!isAbsolute(folder)) continue;
    const path = join(folder, fileName);
    if (await isProgram(path)) return path;
  }
  return undefined;
}

async function isProgram(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
