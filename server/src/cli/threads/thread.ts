import * as nodeModule from "node:module";
import { parentPort, workerData } from "node:worker_threads";

// Before what is large is loaded, as in the first thread.
nodeModule.enableCompileCache?.();
const { work } = await import("./work.ts");
parentPort?.postMessage(await work(workerData));
