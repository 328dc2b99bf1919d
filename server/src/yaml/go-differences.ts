import type { CST } from "yaml";
import type { YamlProblem } from "./node.ts";

/** Everything that is not allowed in a YAML stream (`readerc.go`); a byte order mark only starts it. */
const controlCharacter = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;

/** What go-yaml refuses and the library accepts, in source order. */
export function refusedByGoOnly(text: string, tokens: readonly CST.Token[]): readonly YamlProblem[] {
  const problems: YamlProblem[] = [];
  const from = text.startsWith("\ufeff") ? 1 : 0;
  const control = controlCharacter.exec(from === 0 ? text : text.slice(1));
  if (control !== null) {
    const start = control.index + from;
    problems.push({
      message: "control characters are not allowed",
      span: { start, end: start + control[0].length },
      fatal: true,
    });
  }
  for (const token of tokens) {
    if (token.type !== "directive" || !token.source.startsWith("%YAML")) continue;
    if (/^%YAML[ \t]+1\.1\s*$/.test(token.source)) continue;
    const span = { start: token.offset, end: token.offset + token.source.length };
    problems.push({
      message: "found incompatible YAML document (only %YAML 1.1 is read)",
      span,
      fatal: true,
    });
  }
  return problems;
}
