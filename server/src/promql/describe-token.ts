import { quoteGo, utf8Length } from "../base/go-text.ts";
import { Token } from "./tables.generated.ts";

const sorts: ReadonlyMap<number, string> = new Map<number, string>([
  [Token.IDENTIFIER, "identifier"],
  [Token.METRIC_IDENTIFIER, "metric identifier"],
  [Token.STRING, "string"],
  [Token.NUMBER, "number"],
  [Token.DURATION, "duration"],
]);

/** A token in the words of Prometheus' messages (`Item.desc` in `promql/parser/lex.go`). */
export function describeToken(type: number, text: string): string {
  if (type === Token.EOF) return "end of input";
  if (type >= Token.BOOL && type <= Token.WITHOUT) return `<${text}>`;
  if (type >= Token.ADD && type <= Token.ATAN2) return `<op:${text}>`;
  if (type >= Token.AVG && type <= Token.LIMIT_RATIO) return `<aggr:${text}>`;
  const sort = sorts.get(type);
  const isName = type === Token.IDENTIFIER || type === Token.METRIC_IDENTIFIER;
  const quoted = isName ? quoteGo(text) : abbreviated(text);
  return sort === undefined ? quoted : `${sort} ${quoted}`;
}

/** More than ten bytes are cut to ten characters. */
function abbreviated(text: string): string {
  if (utf8Length(text) <= 10) return quoteGo(text);
  return `${quoteGo([...text.slice(0, 20)].slice(0, 10).join(""))}...`;
}
