import { existsSync } from "node:fs";
import { docsUrl } from "../checks/docs-url.ts";

/** Beside the bundle, or beside its sources: found once, for a file has hundreds of findings. */
const shipped: string | undefined = ["../../docs/checks/", "../../../docs/checks/"]
  .map((path) => new URL(path, import.meta.url))
  .find((folder) => existsSync(folder))?.href;

/**
 * The page of a check for the link behind its id: the one that is shipped with the program, which is there without a
 * network and speaks of this version; its published address where the program stands alone.
 */
export function shippedPage(check: string): string {
  return shipped === undefined ? docsUrl(check) : `${shipped}${check}.md`;
}
