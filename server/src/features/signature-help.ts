import { enclosingCall } from "../promql/context.ts";
import { signatureOf } from "../promql/functions.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { embeddedAt } from "./embedded.ts";
import { code, markup, paragraphs, plain } from "./markdown.ts";
import type { SignatureHelp, SignatureParameter } from "./types.ts";

/** The signature of the call around the cursor, and which of its parameters the cursor is in. */
export function signatureHelp(snapshot: Snapshot, offset: number): SignatureHelp | undefined {
  const cursor = embeddedAt(snapshot, offset);
  const call = cursor === undefined ? undefined : enclosingCall(cursor.text, cursor.offset);
  const signature = call === undefined ? undefined : signatureOf(call.name);
  if (call === undefined || signature === undefined) return undefined;
  const parameters: SignatureParameter[] = [];
  let from = signature.label.indexOf("(") + 1;
  for (const text of signature.parameters) {
    const start = signature.label.indexOf(text, from);
    from = start + text.length;
    parameters.push({ label: [start, from] });
  }
  const last = parameters.length - 1;
  const beyond = call.argument > last;
  return {
    label: signature.label,
    documentation: paragraphs([
      plain(signature.doc),
      signature.experimental
        ? markup`Experimental: needs ${code("--enable-feature=promql-experimental-functions")}.`
        : undefined,
    ]),
    parameters,
    activeParameter: !beyond ? call.argument : signature.repeatsLast ? last : undefined,
  };
}
