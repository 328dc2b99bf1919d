import { readFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { shared } from "../../shared.ts";

const folder = shared("cases", "thanos-replies");

/** Whether the recorded replies of real servers are on this machine; tests that need them skip with this name. */
export const haveRecordings: boolean = folder !== undefined;

/** Answers every path with a recorded reply: its status, its content type and its body. */
function recorded(name: string): RequestListener {
  if (folder === undefined) throw new Error("the recorded replies are not on this machine");
  const headers = readFileSync(join(folder, `${name}.hdr`), "utf8");
  const body = readFileSync(join(folder, `${name}.json`));
  const status = Number(/^HTTP\/\S+ (\d+)/m.exec(headers)?.[1]);
  const type = /^content-type: (.*)$/im.exec(headers)?.[1]?.trim() ?? "";
  return (_request, response) => {
    response.writeHead(status, type === "" ? {} : { "content-type": type }).end(body);
  };
}

/** Answers each path of the API with its recording, and all others with Go's 404. */
export function recordedApi(names: Readonly<Record<string, string>>): RequestListener {
  return (request, response) => {
    const path = (request.url ?? "").split("?")[0]?.replace("/api/v1/", "") ?? "";
    const name = names[path];
    if (name === undefined)
      response.writeHead(404, { "content-type": "text/plain" }).end("404 page not found\n");
    else recorded(name)(request, response);
  };
}
