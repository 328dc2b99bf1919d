import { Token } from "./tables.generated.ts";

/** Words that are tokens of their own, in lower case (`promql/parser/lex.go`). */
export const keywords: ReadonlyMap<string, number> = new Map([
  ["and", Token.LAND],
  ["or", Token.LOR],
  ["unless", Token.LUNLESS],
  ["atan2", Token.ATAN2],
  ["sum", Token.SUM],
  ["avg", Token.AVG],
  ["count", Token.COUNT],
  ["min", Token.MIN],
  ["max", Token.MAX],
  ["group", Token.GROUP],
  ["stddev", Token.STDDEV],
  ["stdvar", Token.STDVAR],
  ["topk", Token.TOPK],
  ["bottomk", Token.BOTTOMK],
  ["count_values", Token.COUNT_VALUES],
  ["quantile", Token.QUANTILE],
  ["limitk", Token.LIMITK],
  ["limit_ratio", Token.LIMIT_RATIO],
  ["offset", Token.OFFSET],
  ["smoothed", Token.SMOOTHED],
  ["anchored", Token.ANCHORED],
  ["by", Token.BY],
  ["without", Token.WITHOUT],
  ["on", Token.ON],
  ["ignoring", Token.IGNORING],
  ["group_left", Token.GROUP_LEFT],
  ["group_right", Token.GROUP_RIGHT],
  ["fill", Token.FILL],
  ["fill_left", Token.FILL_LEFT],
  ["fill_right", Token.FILL_RIGHT],
  ["bool", Token.BOOL],
  ["start", Token.START],
  ["end", Token.END],
  ["step", Token.STEP],
  ["range", Token.RANGE],
  ["max_of", Token.MAX_OF],
  ["min_of", Token.MIN_OF],
  ["inf", Token.NUMBER],
  ["nan", Token.NUMBER],
]);

/** By token, the text of operators between values, of aggregations and of operators between a label and its value. */
export const tokenTexts: readonly (string | undefined)[] = textsOf([
  ...[...keywords].filter(([, token]) => token !== Token.NUMBER),
  ["+", Token.ADD],
  ["-", Token.SUB],
  ["*", Token.MUL],
  ["/", Token.DIV],
  ["%", Token.MOD],
  ["^", Token.POW],
  ["==", Token.EQLC],
  ["!=", Token.NEQ],
  ["<", Token.LSS],
  ["<=", Token.LTE],
  [">", Token.GTR],
  [">=", Token.GTE],
  ["</", Token.TRIM_UPPER],
  [">/", Token.TRIM_LOWER],
  ["=", Token.EQL],
  ["=~", Token.EQL_REGEX],
  ["!~", Token.NEQ_REGEX],
]);

function textsOf(
  tokens: readonly (readonly [text: string, token: number])[],
): readonly (string | undefined)[] {
  const texts: (string | undefined)[] = [];
  for (const [text, token] of tokens) texts[token] = text;
  return texts;
}

/** For each letter, which lengths of keywords begin with it, as bits: most names need no look-up. */
export const keywordLengths = new Uint16Array(128);
for (const word of keywords.keys()) {
  const first = word.charCodeAt(0);
  keywordLengths[first] = (keywordLengths[first] ?? 0) | (1 << word.length);
}

/** Words that stand for a duration inside brackets. */
export const durationKeywords: ReadonlyMap<string, number> = new Map([
  ["step", Token.STEP],
  ["range", Token.RANGE],
  ["max_of", Token.MAX_OF],
  ["min_of", Token.MIN_OF],
]);
