#!/usr/bin/env node
import { existsSync } from "node:fs";
import * as nodeModule from "node:module";
import { setFlagsFromString } from "node:v8";

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
  // A command is over before V8's slower compiler has paid for itself: without it, a check takes a quarter less
  // processor time, and ten megabytes of rules take no longer. The server lives long enough.
  if (process.argv[2] !== "lsp") setFlagsFromString("--no-opt");
  // The compiled code of the bundle is kept between runs: it halves the time to the first answer.
  nodeModule.enableCompileCache?.();
  await import(main.href);
}
