import { offsetOfGo } from "../../base/go-position.ts";

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
  return { message, position: offsetOfGo(expression, Number(line), Number(column)) };
}
