import { readFile, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const { version } = JSON.parse(await readFile(`${root}/package.json`, "utf8")) as { version: string };

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  // Names appear in stack traces of reports from the field; they cost a few kilobytes.
  keepNames: false,
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
  entryPoints: { main: "server/src/main.ts" },
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

const parts: Readonly<Record<string, readonly BuildOptions[]>> = { client: [client, panel], server: [server] };

/** Bundles the named parts (`client`, `server`; without names: both), each after removing what it made before. */
async function buildParts(names: readonly string[]): Promise<void> {
  const wanted = names.length > 0 ? names : Object.keys(parts);
  for (const name of wanted) {
    const options = parts[name];
    if (options === undefined)
      throw new Error(`There is no part called ${name}: use ${Object.keys(parts).join(" or ")}.`);
    await rm(`${root}/${name}/dist`, { recursive: true, force: true });
    await Promise.all(options.map((one) => build(one)));
  }
}

await buildParts(process.argv.slice(2));
