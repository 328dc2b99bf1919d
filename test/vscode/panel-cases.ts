import type { Browser } from "playwright-core";
import type { Case } from "./harness.ts";
import { answerCases } from "./panel-answer-cases.ts";
import { panelTests } from "./panel-case.ts";
import { controlCases } from "./panel-control-cases.ts";
import { graphCases } from "./panel-graph-cases.ts";

/** Tests of the panel's page alone, with answers that no server would give on demand. */
export function panelCases(browser: Browser, url: string): Case[] {
  const withPanel = panelTests(browser, url);
  return [...answerCases(withPanel), ...controlCases(withPanel), ...graphCases(withPanel)];
}
