import type { DocumentCheck } from "../check.ts";
import { ruleFileShape } from "../rule/shape.ts";
import { excessiveAlias } from "./alias-count.ts";

const anchor = /(?:^|[\s[{,])&\S/;

/** go-yaml refuses documents that are little but aliases, so that a short file cannot become an endless one. */
export const excessiveAliases: DocumentCheck = {
  unit: "document",
  id: "yaml.excessive-aliases",
  severity: "error",
  kinds: ["rules"],
  whileDecoding: true,
  summary: "Nearly all of a rule file comes from aliases; the file is refused for it.",
  *run({ part, snapshot }) {
    const root = part.yaml?.root;
    const { stream, text } = snapshot.document;
    // The plain subset has no anchors.
    if (root === undefined || stream?.isPlain === true || !anchor.test(text)) return;
    const alias = excessiveAlias(root, ruleFileShape);
    if (alias === undefined) return;
    yield {
      check: excessiveAliases.id,
      severity: "error",
      message: "document contains excessive aliasing: write out what the aliases bring.",
      span: alias.span,
      refusedBy: "prometheus",
    };
  },
};
