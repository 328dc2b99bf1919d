#!/usr/bin/env node
import { existsSync } from "node:fs";
import * as nodeModule from "node:module";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const main = new URL("../dist/main.js", import.meta.url);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `promscope needs Node.js 22.19 or newer, this is ${process.versions.node}: install a newer Node.js.\n`,
  );
  process.exitCode = 2;
} else if (!existsSync(main)) {
  process.stderr.write("promscope is not built yet: run `npm ci && npm run build` in its checkout.\n");
  process.exitCode = 2;
} else {
  // The compiled code of the bundle is kept between runs: it halves the time to the first answer.
  nodeModule.enableCompileCache?.();
  await import(main.href);
}
