import { readFileSync, writeFileSync } from "node:fs";
import { configurationContribution } from "../server/src/world/settings.ts";
import { settingsPage } from "./settings-page.ts";

/** Writes `contributes.configuration` of the manifest and `docs/settings.md` from the declared settings. */
const manifestFile = new URL("../package.json", import.meta.url);
const manifest = JSON.parse(readFileSync(manifestFile, "utf8")) as { contributes?: Record<string, unknown> };
manifest.contributes = { ...manifest.contributes, configuration: configurationContribution() };
writeFileSync(manifestFile, `${JSON.stringify(manifest, null, 2)}\n`);
writeFileSync(new URL("../docs/settings.md", import.meta.url), settingsPage());
