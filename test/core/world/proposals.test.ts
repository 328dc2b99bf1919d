import { describe, expect, test } from "vitest";
import { federationShape } from "../../../server/src/world/federation-shape.ts";
import { alike, likeness, mostAlike } from "../../../server/src/world/likeness.ts";
import { proposeEnvironments, readableName } from "../../../server/src/world/proposals.ts";

const pair = (cluster: string, prometheus: string) =>
  ["a", "b"].map((replica) => ({ cluster, prometheus, replica }));
const estate = [
  ...pair("dev", "k8s"),
  ...pair("prod-na", "k8s"),
  { cluster: "prod-na", prometheus: "infra", replica: "a" },
  ...pair("prod-eu", "k8s"),
];

describe("the shape of a federation", () => {
  test("clusters are separated by their label, replicas told apart by theirs", () => {
    expect(federationShape(estate, ["replica"])).toEqual({
      separating: [
        { label: "cluster", values: ["dev", "prod-eu", "prod-na"] },
        { label: "prometheus", values: ["infra", "k8s"] },
      ],
      replicaLabels: ["replica"],
    });
  });

  test.each([
    ["its name", "prometheus_replica", ["prometheus-k8s-0", "prometheus-k8s-1"]],
    ["numbers at the end of its values", "pod", ["prometheus-k8s-0", "prometheus-k8s-1"]],
    ["single letters", "ha", ["a", "b"]],
  ])("a replica label is known by %s where the server does not tell", (_, label, values) => {
    const sets = ["dev", "prod"].flatMap((cluster) => values.map((value) => ({ cluster, [label]: value })));
    expect(federationShape(sets, []).replicaLabels).toEqual([label]);
  });

  test("clusters that are numbered are no replicas", () => {
    const sets = [{ cluster: "prod-1" }, { cluster: "prod-2" }];
    expect(federationShape(sets, []).replicaLabels).toEqual([]);
    expect(federationShape(sets, []).separating[0]?.label).toBe("cluster");
  });

  test("sites that differ in more than a number are no replicas, whatever the label is called", () => {
    const sets = [{ place: "berlin" }, { place: "oslo" }];
    expect(federationShape(sets, []).replicaLabels).toEqual([]);
  });

  test("a label of one value gives way to one that separates", () => {
    const sets = [
      { cluster: "main", region: "eu", prometheus: "k8s" },
      { cluster: "main", region: "us", prometheus: "k8s" },
    ];
    expect(federationShape(sets, []).separating.map(({ label }) => label)).toEqual([
      "region",
      "cluster",
      "prometheus",
    ]);
  });

  test("stores without labels say nothing", () => {
    expect(federationShape([{}, {}], ["replica"])).toEqual({ separating: [], replicaLabels: [] });
  });
});

describe("proposals", () => {
  const facts = {
    base: { backend: "https://thanos.example" },
    wholeName: "Thanos thanos.example",
    labelSets: estate,
    toldReplicaLabels: ["replica"],
    contexts: ["dev", "admin@prod-na", "prod-eu-1", "prod-eu-2", "kind-kind"],
  };

  test("one environment a cluster, with its scope, its replica labels and the context of its name", () => {
    const { clusterLabel, otherLabels, proposals } = proposeEnvironments(facts);
    expect(clusterLabel).toBe("cluster");
    expect(otherLabels).toEqual([{ label: "prometheus", environments: 2 }]);
    const common = { backend: "https://thanos.example", replicaLabels: ["replica"] };
    expect(proposals).toEqual([
      {
        environment: { name: "Dev", ...common, scope: { cluster: "dev" }, context: "dev" },
        contexts: ["dev"],
      },
      // Two are as like: neither is taken unasked.
      {
        environment: { name: "Prod EU", ...common, scope: { cluster: "prod-eu" } },
        contexts: ["prod-eu-1", "prod-eu-2"],
      },
      {
        environment: { name: "Prod NA", ...common, scope: { cluster: "prod-na" }, context: "admin@prod-na" },
        contexts: ["admin@prod-na"],
      },
    ]);
  });

  test("another label, or none, where the user says so", () => {
    const names = (clusterLabel: string) =>
      proposeEnvironments({ ...facts, clusterLabel }).proposals.map(({ environment }) => environment.name);
    expect(names("prometheus")).toEqual(["Infra", "K8s"]);
    expect(names("")).toEqual(["Thanos thanos.example"]);
    expect(names("nowhere")).toEqual(["Thanos thanos.example"]);
  });

  test("an environment whose Prometheus has no twin has no replica labels unless the server merges by them", () => {
    const { proposals } = proposeEnvironments({
      ...facts,
      labelSets: [{ cluster: "one", replica: "a" }, ...pair("two", "k8s")],
      toldReplicaLabels: [],
    });
    expect(proposals.map(({ environment }) => environment.replicaLabels)).toEqual([undefined, ["replica"]]);
  });

  test("a plain Prometheus is one environment", () => {
    const { proposals, clusterLabel } = proposeEnvironments({ ...facts, labelSets: [{}], contexts: [] });
    expect(clusterLabel).toBeUndefined();
    expect(proposals).toEqual([
      { environment: { name: "Thanos thanos.example", backend: "https://thanos.example" }, contexts: [] },
    ]);
  });

  test("a label of very many values names no clusters", () => {
    const labelSets = Array.from({ length: 60 }, (_, at) => ({ tenant: `team-of-${at}x` }));
    expect(proposeEnvironments({ ...facts, labelSets }).proposals).toHaveLength(1);
  });

  test("names that read the same stay the values that they come from", () => {
    const labelSets = [{ cluster: "prod-na" }, { cluster: "prod_na" }];
    const { proposals } = proposeEnvironments({ ...facts, labelSets });
    expect(proposals.map(({ environment }) => environment.name)).toEqual(["prod-na", "prod_na"]);
  });
});

test.each([
  ["prod-na", "Prod NA"],
  ["dev", "Dev"],
  ["eu1", "EU1"],
  ["arn:aws:eks:eu-west-1:1234:cluster/prod-shop", "Prod Shop"],
  ["---", "---"],
])("%s is read as %s", (value, name) => {
  expect(readableName(value)).toBe(name);
});

test("likeness asks for all words, one after the other", () => {
  expect(likeness("prod-na", "gke_shop_europe_prod-na")).toBeGreaterThan(0);
  expect(likeness("prod-na", "prod-eu-na")).toBe(0);
  expect(likeness("prod", "production")).toBe(0);
  expect(likeness("", "x")).toBe(0);
  expect(alike("dev", ["prod", "dev-old", "dev"], (name) => name)).toEqual(["dev", "dev-old"]);
  expect(mostAlike("dev", ["dev-1", "dev-2"], (name) => name)).toBeUndefined();
});
