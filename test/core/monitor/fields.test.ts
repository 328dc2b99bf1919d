import { expect, test } from "vitest";
import { check, fixed } from "./reading.ts";

const monitor = (spec: string, metadata = "{name: web}"): string =>
  `apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: ${metadata}\nspec: ${spec}\n`;
const good = "{selector: {matchLabels: {app: web}}, endpoints: [{port: web}]}";

const say = (text: string): string[] =>
  check(text).map(({ check: id, refusedBy, message }) => `${id} ${refusedBy ?? "-"}: ${message}`);

test("a good monitor has no findings", () => {
  expect(say(monitor(good))).toEqual([]);
  expect(say(monitor("{selector: {}, endpoints: [], $patch: delete, ~.x: 1, (y): 2}"))).toEqual([]);
});

test.each([
  ["{endpoints: []}", "`selector` is missing in `spec`. spec.selector: Required value"],
  ["", "`spec` is missing in the monitor. spec: Required value"],
  [
    "{selector: {}, endpoints: {a: 1}}",
    '`endpoints` must be list of objects. spec.endpoints in body must be of type array: "object"',
  ],
  [
    "{selector: {matchLabels: {a: 5}}, endpoints: []}",
    '`a` must be text: quote it. spec.selector.matchLabels.a in body must be of type string: "integer"',
  ],
  [
    "{selector: {}, endpoints: [{scheme: ftp}]}",
    '`scheme` cannot be `ftp`. spec.endpoints[0].scheme: Unsupported value: "ftp": supported values: "http", "https", "HTTP", "HTTPS"',
  ],
  [
    "{selector: {}, endpoints: [], sampleLimit: -1}",
    "`sampleLimit` cannot be `-1`. spec.sampleLimit in body should be greater than or equal to 0",
  ],
])("%s is refused by the API server in its words", (spec, message) => {
  expect(check(monitor(spec))).toMatchObject([{ severity: "error", refusedBy: "kubernetes", message }]);
});

test("labels that are no text, and a missing name", () => {
  expect(say(monitor(good, "{name: web, labels: {build: 7, on: yes}}"))).toEqual([
    "monitor.wrong-type kubernetes: `build` must be text: quote it. json: cannot unmarshal number into Go struct field ObjectMeta.labels of type string",
    "monitor.wrong-type kubernetes: `on` must be text: quote it. json: cannot unmarshal bool into Go struct field ObjectMeta.labels of type string",
  ]);
  expect(fixed(monitor(good, "{name: web, labels: {build: 7, on: yes}}"))).toBe(
    monitor(good, '{name: web, labels: {build: "7", on: "yes"}}'),
  );
  expect(say(monitor(good, "{namespace: web}"))).toEqual([
    "monitor.missing-field kubernetes: The monitor has no name. metadata.name: Required value: name or generateName is required",
  ]);
});

test("an unknown field, its nearest name and its name in prometheus.yml", () => {
  const text = monitor(
    "{selector: {}, endpoints: [{port: web, metric_relabel_configs: [{source_labels: [a]}], intervall: 5s, whatever: 1}]}",
  );
  expect(say(text)).toEqual([
    "monitor.unknown-field -: `metric_relabel_configs` is not a field of `spec.endpoints[0]`: did you mean `metricRelabelings`?",
    "monitor.unknown-field -: `intervall` is not a field of `spec.endpoints[0]`: did you mean `interval`?",
    "monitor.unknown-field -: `whatever` is not a field of `spec.endpoints[0]`.",
  ]);
  // The rename is beyond doubt, the slip of the finger is only likely.
  expect(fixed(text)).toBe(text.replace("metric_relabel_configs", "metricRelabelings"));
});
