import { describe, expect, test } from "vitest";
import { cutNames } from "../../../server/src/adapters/prometheus/names.ts";

describe("cutting", () => {
  const names = ["http_requests_total", "node_load1", "node_http", "up"];
  test("keeps the order, those that begin with the search first", () => {
    expect(cutNames({ names, complete: true }, "HTTP", 10)).toEqual({
      names: ["http_requests_total", "node_http"],
      complete: true,
    });
    expect(cutNames({ names, complete: true }, "o", 9).names).toEqual([
      "http_requests_total",
      "node_load1",
      "node_http",
    ]);
    expect(cutNames({ names, complete: true }, "node", 1)).toEqual({
      names: ["node_load1"],
      complete: false,
    });
    expect(cutNames({ names, complete: true }, "_", 1)).toEqual({
      names: ["http_requests_total"],
      complete: false,
    });
  });
  test("says when something is left out, here or before", () => {
    expect(cutNames({ names, complete: true }, undefined, 4).complete).toBe(true);
    expect(cutNames({ names, complete: true }, "", 3)).toEqual({ names: names.slice(0, 3), complete: false });
    expect(cutNames({ names, complete: false }, "up", 9)).toEqual({ names: ["up"], complete: false });
  });
});
