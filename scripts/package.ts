import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { createVSIX } from "@vscode/vsce";

const root = fileURLToPath(new URL("..", import.meta.url));

await mkdir(`${root}/dist`, { recursive: true });
// Everything is in the bundles, so what npm installed has no place in the package.
await createVSIX({
  cwd: root,
  packagePath: `${root}/dist/promscope.vsix`,
  dependencies: false,
  // There is no public address yet under which the pictures of the README could be found.
  rewriteRelativeLinks: false,
});
