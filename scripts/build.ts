import { readdir, readFile, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const { version } = JSON.parse(await readFile(`${root}/package.json`, "utf8")) as { version: string };

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  legalComments: "none",
  logLevel: "warning",
  define: { "process.env.PROMSCOPE_VERSION": JSON.stringify(version) },
};

/** CommonJS dependencies call `require` for Node's own modules, which an ES module does not have by itself. */
const requireForEsm = `import{createRequire as promscopeCreateRequire}from"node:module";const require=promscopeCreateRequire(import.meta.url);`;

const client: BuildOptions = {
  ...common,
  entryPoints: { extension: "client/src/extension.ts" },
  outdir: "client/dist",
  outExtension: { ".js": ".cjs" },
  platform: "node",
  format: "cjs",
  target: "node22",
  external: ["vscode"],
};

const panel: BuildOptions = {
  ...common,
  entryPoints: { panel: "client/src/panel/main.ts" },
  outdir: "client/dist",
  platform: "browser",
  format: "iife",
  target: "es2024",
};

const server: BuildOptions = {
  ...common,
  entryPoints: { main: "server/src/main.ts", thread: "server/src/cli/threads/thread.ts" },
  outdir: "server/dist",
  platform: "node",
  format: "esm",
  target: "node22",
  mainFields: ["module", "main"],
  // What is imported lazily (the Kubernetes client) becomes a chunk that is read only when it is needed.
  splitting: true,
  chunkNames: "[name]-[hash]",
  banner: { js: requireForEsm },
  alias: { yaml: `${root}/node_modules/yaml/browser/index.js` },
};

const parts: Readonly<Record<string, readonly BuildOptions[]>> = {
  client: [client, panel],
  server: [server],
};

/**
 * Bundles the named parts (`client`, `server`; without names: both). What an earlier build left and this one did
 * not write is removed afterwards, so that a build that fails leaves the last good one in place.
 */
async function buildParts(names: readonly string[]): Promise<void> {
  for (const name of names.length > 0 ? names : Object.keys(parts)) {
    const options = parts[name];
    if (options === undefined)
      throw new Error(`There is no part called ${name}: use ${Object.keys(parts).join(" or ")}.`);
    const results = await Promise.all(options.map((one) => build({ ...one, metafile: true })));
    const written = new Set(results.flatMap((result) => Object.keys(result.metafile.outputs)));
    for (const file of await readdir(`${root}/${name}/dist`)) {
      if (!written.has(`${name}/dist/${file}`)) await rm(`${root}/${name}/dist/${file}`, { recursive: true });
    }
  }
}

try {
  await buildParts(process.argv.slice(2));
} catch (error) {
  // esbuild has already printed where and why.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
