import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { listFiles, PackageManager } from "@vscode/vsce";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What `vsce ls --no-dependencies` prints. */
async function packaged(): Promise<readonly string[]> {
  return (await listFiles({ cwd: root, packageManager: PackageManager.None })).toSorted();
}

const bundle = /^(?:client\/dist\/(?:extension\.cjs|panel\.(?:js|css))|server\/dist\/[\w-]+\.js)$/;

/** A page of the docs that findings link to. */
const page = /^docs\/checks(?:\.md|\/[a-z.-]+\.md)$/;

test("the package holds these files and the bundles, and nothing else", async () => {
  const files = await packaged();
  expect(files).toContain("docs/checks/promql.syntax.md");
  expect(files.filter((file) => !bundle.test(file) && !page.test(file))).toEqual([
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "client/walkthrough/ci.md",
    "client/walkthrough/connect.svg",
    "client/walkthrough/open.md",
    "client/walkthrough/run.md",
    "images/icon.png",
    "images/view.svg",
    "package.json",
    "server/bin/promscope.js",
    "server/package.json",
    "syntaxes/language-configuration.json",
    "syntaxes/promql-yaml.injection.tmLanguage.json",
    "syntaxes/promql.tmLanguage.json",
  ]);
});

test("what npm installs from git can run", () => {
  const args = ["pack", "--dry-run", "--json", "--ignore-scripts"];
  const told = execFileSync("npm", args, {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [pack] = JSON.parse(told) as { readonly files: readonly { readonly path: string }[] }[];
  const files = pack?.files.map(({ path }) => path) ?? [];
  expect(files).toContain("server/dist/main.js");
  expect(files).toContain("docs/checks/promql.syntax.md");
  expect(files.filter((file) => !bundle.test(file) && !page.test(file)).toSorted()).toEqual([
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "package.json",
    "server/bin/promscope.js",
    "server/package.json",
  ]);
});

test("the package is small", async () => {
  const sizes = (await packaged()).map((file) => statSync(join(root, file)).size);
  // Bundles shrink to a third in the package, which may have 3 MB.
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(8_000_000);
});

interface Manifest {
  readonly icon: string;
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly contributes: {
    readonly grammars: readonly { readonly path: string }[];
    readonly languages: readonly { readonly configuration: string }[];
    readonly commands: readonly { readonly command: string }[];
    readonly keybindings: readonly { readonly command: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly media: { readonly markdown: string } | { readonly svg: string };
        readonly description: string;
      }[];
    }[];
  };
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest;
}

test("every file that the manifest names is in the package", async () => {
  const files = new Set(await packaged());
  const { icon, contributes, bin } = manifestOf(".");
  const named = [
    icon,
    ...Object.values(bin),
    ...contributes.grammars.map(({ path }) => path),
    ...contributes.languages.map(({ configuration }) => configuration),
    ...contributes.walkthroughs.flatMap(({ steps }) =>
      steps.map(({ media }) => ("svg" in media ? media.svg : media.markdown)),
    ),
  ];
  for (const file of named) expect(files).toContain(file.replace(/^\.\//, ""));
});

test("keys, menus and the walkthrough name commands that there are", () => {
  const { commands, keybindings, menus, walkthroughs } = manifestOf(".").contributes;
  const known = commands.map(({ command }) => command);
  const linked = walkthroughs
    .flatMap(({ steps }) => steps)
    .flatMap(({ description }) =>
      [...description.matchAll(/\(command:(promscope\.[\w.]+)\)/g)].map(([, id]) => id),
    );
  const used = [...keybindings, ...Object.values(menus).flat()].map(({ command }) => command);
  for (const command of [...used, ...linked]) expect(known).toContain(command);
  expect(new Set(known).size).toBe(known.length);
});

test("both packages have one version, and what runs is in the bundles", () => {
  const [extension, server] = [manifestOf("."), manifestOf("server")];
  expect(server.version).toBe(extension.version);
  expect(extension.dependencies ?? {}).toEqual({});
  expect(server.dependencies ?? {}).toEqual({});
  for (const file of Object.values(extension.bin)) expect(existsSync(join(root, file))).toBe(true);
});
