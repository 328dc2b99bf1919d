import type { Span } from "../../base/text.ts";
import type { DocumentCheck } from "../check.ts";
import { foreignRuler } from "../rule/ruler.ts";

/** Prometheus reads the first document of a rule file and ignores the others, with no more than a log line. */
export const multiDocument: DocumentCheck = {
  unit: "document",
  id: "yaml.multi-document",
  severity: "warning",
  kinds: ["rules"],
  onUnreadDocuments: true,
  summary: "Prometheus reads only the first document of a rule file.",
  *run(context) {
    const { part, snapshot } = context;
    const documents = snapshot.document.stream?.documents ?? [];
    const index = part.yaml === undefined ? 0 : documents.indexOf(part.yaml);
    const root = part.yaml?.root;
    if (index <= 0 || root === undefined || snapshot.policy?.isRelaxed === true) return;
    // mimirtool, lokitool and vmalert read all of them.
    const ruler = foreignRuler(context);
    if (ruler !== undefined && ruler !== "Thanos Ruler") return;
    const marker = markerAbove(snapshot.document.text, root.span.start);
    yield {
      check: multiDocument.id,
      severity: "warning",
      message:
        "Prometheus ignores this document: only the first of a rule file is read. Move it to a file of its own.",
      span: marker ?? (root.kind === "map" ? (root.pairs[0]?.key.span ?? root.span) : root.span),
    };
  },
};

/** The `---` that begins the document. */
function markerAbove(text: string, offset: number): Span | undefined {
  const start = text.lastIndexOf("\n---", offset) + 1;
  return start === 0 ? undefined : { start, end: start + 3 };
}
