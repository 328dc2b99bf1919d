/**
 * The offset of a Go position in `expression`, for an error that says `LINE:COLUMN: parse error: …`. Go counts
 * bytes of UTF-8, from 1; ours are UTF-16 offsets from 0. `invalid parameter "query": ` may stand before it.
 */
export function parseErrorAt(
  error: string,
  expression: string,
): { readonly message: string; readonly position: number | undefined } | undefined {
  const [, line, column, message] = /(?:(\d+):(\d+): )?parse error: (.*)/s.exec(error) ?? [];
  if (message === undefined) return undefined;
  if (line === undefined || column === undefined) return { message, position: undefined };
  return { message, position: offsetOf(expression, Number(line), Number(column)) };
}

function offsetOf(expression: string, line: number, column: number): number {
  let start = 0;
  for (let i = 1; i < line; i++) {
    const end = expression.indexOf("\n", start);
    if (end < 0) break;
    start = end + 1;
  }
  let bytes = column - 1;
  let offset = start;
  for (const character of expression.slice(start)) {
    if (bytes <= 0) break;
    bytes -= utf8Length(character);
    offset += character.length;
  }
  return Math.min(offset, expression.length);
}

function utf8Length(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}
