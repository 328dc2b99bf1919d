import type { Known } from "../../base/known.ts";
import type { LinkAnswer } from "../../world/links.ts";
import { asScalar } from "../../yaml/access.ts";
import type { RawFinding, RuleCheck } from "../check.ts";
import { sentence, short } from "../monitor/words.ts";
import { ruleKinds } from "../rule/context.ts";

/** What a server says of a page that is not there; others may only want somebody to sign in. */
const gone: ReadonlySet<number> = new Set([404, 410]);

/** A runbook that is not there helps nobody at night. */
export const linkDead: RuleCheck = {
  unit: "rule",
  id: "live.link-dead",
  severity: "warning",
  kinds: ruleKinds,
  needs: ["decoded"],
  wants: ["alert"],
  beyondFile: true,
  summary: "An address in an annotation leads to a page that is not there; only told with --links.",
  run(context) {
    const findings: RawFinding[] = [];
    const { links } = context.facts;
    if (links === undefined) return findings;
    for (const { value } of context.rule.annotations?.pairs ?? []) {
      const scalar = asScalar(value);
      const address = scalar === undefined ? undefined : addressIn(scalar.value);
      const answer = address === undefined ? undefined : answerIn(links.answer(address));
      if (scalar === undefined || answer?.status === undefined || !gone.has(answer.status)) continue;
      findings.push({
        check: linkDead.id,
        severity: "warning",
        message: sentence(
          `This page is not there (${short(answer.words, 40)}): mend the address, or write the page.`,
        ),
        span: scalar.span,
      });
    }
    return findings;
  },
};

/** An http(s) address that is all of a text and has no template in it; user names and passwords are sent nowhere. */
export function addressIn(text: string): string | undefined {
  const address = text.trim();
  return /^https?:\/\/[^\s/@{}]+(?:[/?#][^\s{}]*)?$/i.test(address) ? address : undefined;
}

/** What is known of an address; nothing while it is asked. */
export function answerIn(fact: Known<LinkAnswer>): LinkAnswer | undefined {
  return fact.status === "ok" ? fact.value : undefined;
}
