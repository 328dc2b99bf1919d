import { expect, onTestFinished, test } from "vitest";
import { TestClient } from "./client.ts";

const rules = `groups:
- name: g
  rules:
  - alert: Down
    expr: up == 0
    for: 5m
    labels:
      severity: critcal
`;
const routes = (severity: string): string =>
  `route:\n  receiver: all\n  routes:\n  - receiver: pager\n    matchers: ['severity="${severity}"']\n`;

const refreshes = (client: TestClient): number =>
  client.notifications.filter(({ method }) => method === "workspace/diagnostic/refresh").length;

/** Pulls as an editor does: after each refresh, until there are so many findings about routes. */
async function until(client: TestClient, uri: string, wanted: number): Promise<void> {
  for (;;) {
    const seen = refreshes(client);
    const found = (await client.pull(uri)).filter(({ code }) => code === "rule.unrouted-value");
    if (found.length === wanted) return;
    await client.until(() => (refreshes(client) > seen ? true : undefined));
  }
}

test("what is told of an alert follows the routes that come, change and go", async () => {
  const client = await TestClient.start("in-band", { folder: "file:///w" });
  onTestFinished(() => client.stop());
  await client.open("file:///w/rules.yml", rules);
  expect(await client.pull("file:///w/rules.yml")).toEqual([]);
  await client.open("file:///w/alertmanager.yml", routes("critical"));
  await until(client, "file:///w/rules.yml", 1);
  await client.change("file:///w/alertmanager.yml", routes("page"));
  await until(client, "file:///w/rules.yml", 0);
  await client.change("file:///w/alertmanager.yml", routes("critical"));
  await until(client, "file:///w/rules.yml", 1);
  await client.close("file:///w/alertmanager.yml");
  await until(client, "file:///w/rules.yml", 0);
});
