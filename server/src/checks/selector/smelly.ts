import type { RawFinding, RuleCheck } from "../check.ts";
import { flowKinds } from "../flow/kinds.ts";
import { isRegex, matchersOf } from "./each.ts";

/** pint's "smelly regexp" (`isRegexpSmelly` in `promql_regexp.go`): `instance=~"web-.+-prod"`. */
export const regexpSmelly: RuleCheck = {
  unit: "rule",
  id: "promql.regexp-smelly",
  severity: "info",
  offByDefault: true,
  kinds: flowKinds,
  needs: ["promql"],
  wants: ["regex"],
  summary: "A regular expression takes parts out of a label's value, which could be labels of their own.",
  run(context) {
    const findings: RawFinding[] = [];
    for (const { found, matcher } of matchersOf(context, isRegex)) {
      if (!takesApart(matcher.value)) continue;
      findings.push({
        check: regexpSmelly.id,
        severity: "info",
        message: "This takes a part out of the value: give the part a label of its own and compare that.",
        span: found.at(matcher.span),
        offByDefault: true,
      });
    }
    return findings;
  },
};

/** What one piece of a pattern is: letters, only digits, any one character, `*` or `+` of something, or another thing. */
type Piece = "letters" | "digits" | "any" | "wildcard" | "other";

/** Whether a wildcard stands between two texts, or a text between two wildcards. */
function takesApart(pattern: string): boolean {
  const pieces = piecesOf(pattern);
  // Any one characters between two of them make no difference where a wildcard stands between texts.
  const dense = pieces.filter((piece) => piece !== "any");
  const between = (list: readonly Piece[], inner: Piece, outer: Piece): boolean =>
    list.some((piece, at) => piece === inner && list[at - 1] === outer && list[at + 1] === outer);
  return between(dense, "wildcard", "letters") || between(pieces, "letters", "wildcard");
}

const token = /\\Q[\s\S]*?(?:\\E|$)|\\[pP]\{[^}]*\}|\\[\s\S]|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]])*\]|[\s\S]/g;

/** The pieces of a pattern one after the other; an alternation is one that nothing is known of. */
function piecesOf(pattern: string): readonly Piece[] {
  const pieces: Piece[] = [];
  /** Of each open group where it begins, and whether it captures nothing, so that its pieces are those of the pattern. */
  const open: { readonly start: number; readonly isPlain: boolean; hasChoice: boolean }[] = [];
  let hasChoice = false;
  const text = pattern.replace(/^\^/, "").replace(/\$$/, "");
  const tokens: readonly string[] = text.match(token) ?? [];
  for (let at = 0; at < tokens.length; at++) {
    const part = tokens[at] ?? "";
    if (part === "(") {
      const flags = /^\(\?(?:[a-zA-Z-]*)([:)])/.exec(tokens.slice(at, at + 8).join(""));
      if (flags !== null) at += flags[0].length - 1;
      if (flags?.[1] !== ")") open.push({ start: pieces.length, isPlain: flags !== null, hasChoice: false });
    } else if (part === ")") {
      const group = open.pop();
      if (group !== undefined && (!group.isPlain || group.hasChoice || isQuantifier(tokens[at + 1])))
        pieces.splice(group.start, pieces.length, "other");
    } else if (part === "|") {
      const group = open.at(-1);
      if (group === undefined) hasChoice = true;
      else group.hasChoice = true;
    } else if (part === "*" || part === "+") pieces.splice(-1, 1, "wildcard");
    else if (part === "{" && /^\{\d+(?:,\d*)?\}/.test(tokens.slice(at).join(""))) {
      pieces.splice(-1, 1, "other");
      at = tokens.indexOf("}", at);
    } else if (part === "?") {
      // Behind a wildcard it only makes it modest.
      if (pieces.at(-1) !== "wildcard") pieces.splice(-1, 1, "other");
    } else if (part === ".") pieces.push("any");
    else pushText(pieces, part, isQuantifier(tokens[at + 1]));
  }
  return hasChoice ? ["other"] : pieces;
}

function isQuantifier(part: string | undefined): boolean {
  return part === "*" || part === "+" || part === "?" || part === "{";
}

/** Letters that follow each other are one text; the last one before a `*` stands alone. */
function pushText(pieces: Piece[], part: string, isLast: boolean): void {
  // A class of one character is that character.
  const char = /^\[(\\?[^\\\]^])\]$/.exec(part)?.[1] ?? part;
  const isOther = char.startsWith("[") || /^\\[dDwWsSbBAzpPC]/.test(char);
  const piece: Piece = isOther ? "other" : /^\d$/.test(char) ? "digits" : "letters";
  const previous = pieces.at(-1);
  const isText = piece !== "other" && (previous === "letters" || previous === "digits");
  if (!isText || isLast) pieces.push(piece);
  else if (piece === "letters") pieces.splice(-1, 1, "letters");
}
