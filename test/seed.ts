import { configureGlobal } from "fast-check";

// The same random inputs in every run, unless SEED names others: `npm run fuzz` takes fresh ones.
configureGlobal({ seed: Number(process.env["SEED"] ?? 1) });
