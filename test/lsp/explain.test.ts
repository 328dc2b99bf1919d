import { afterEach, describe, expect, test } from "vitest";
import type { ExplainAnswer, ExplainParams } from "../../server/src/protocol.ts";
import { modes, TestClient } from "./client.ts";

const uri = "file:///workspace/rules/web.yaml";
const rules = `groups:
- name: web
  rules:
  - alert: Down
    expr: |
      sum by (job) (up)
        == 0
`;

describe.each(modes)("promscope.explain, %s", (mode) => {
  let client: TestClient;
  afterEach(() => client.stop());

  const explain = (argument: ExplainParams | object): Promise<ExplainAnswer | null> =>
    client.connection.sendRequest("workspace/executeCommand", {
      command: "promscope.explain",
      arguments: [argument],
    });

  test("answers for an expression, and for the one at a place of a file, as the command line does", async () => {
    client = await TestClient.start(mode);
    expect(await explain({ expr: "sum by (job) (up)" })).toMatchObject({
      text: "sum by (job) (up)",
      labels: { possible: ["job"], open: false, empty: false },
    });
    expect(await explain({ expr: "sum(" })).toMatchObject({
      error: "1:5: parse error: unclosed left parenthesis",
    });
    await client.open(uri, rules);
    expect(await explain({ uri, position: { line: 5, character: 10 } })).toMatchObject({
      text: "sum by (job) (up)\n  == 0",
      labels: { possible: ["job"], open: false },
    });
    expect(await explain({ uri, position: { line: 0, character: 0 } })).toBeNull();
    expect(
      await explain({ uri: "file:///workspace/none.yaml", position: { line: 0, character: 0 } }),
    ).toBeNull();
    await expect(explain({ uri })).rejects.toThrow("promscope.explain takes one argument");
  });
});
