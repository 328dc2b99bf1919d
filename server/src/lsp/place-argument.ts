import { ErrorCodes, ResponseError } from "vscode-languageserver/node";

/** A place in a file, the one argument of commands about what stands there; the position as in LSP. */
export interface PlaceArgument {
  readonly uri: string;
  readonly position: { readonly line: number; readonly character: number };
}

/** Reads the argument of a command; throws what any client shows where it is none. `what` is what has to stand there. */
export function readPlace(argument: unknown, command: string, what: string): PlaceArgument {
  const { uri, position } = (argument ?? {}) as Partial<PlaceArgument>;
  const isWhole = Number.isInteger(position?.line) && Number.isInteger(position?.character);
  if (typeof uri !== "string" || position === undefined || !isWhole)
    throw new ResponseError(
      ErrorCodes.InvalidParams,
      `${command} takes one argument: {uri, position} of ${what} in a file.`,
    );
  return { uri, position };
}
