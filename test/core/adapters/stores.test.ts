import { describe, expect, test } from "vitest";
import { logicalHolders } from "../../../server/src/adapters/prometheus/holders.ts";
import {
  configuredEndpoints,
  readStores,
  StoreMemory,
} from "../../../server/src/adapters/prometheus/stores.ts";

/** What JSON makes of the int64 that Thanos writes for an open end. */
const open = Number("9223372036854775807");

function store(address: string, replica: string, lastError: string | null = null, more: object = {}) {
  const labelSets = [{ cluster: "dev", prometheus: "k8s", replica }];
  return {
    name: address,
    lastCheck: "2026-11-22T11:19:01Z",
    lastError,
    labelSets,
    minTime: 0,
    maxTime: open,
    ...more,
  };
}

const read = (sidecar: readonly object[], query: readonly object[] = []) => readStores({ sidecar, query });
const refused =
  'rpc error: code = Unavailable desc = "transport: Error while dialing: dial tcp 1.2.3.4:1: connect: connection refused"';

describe("what is missing", () => {
  test("nothing, while all answer", () => {
    expect(new StoreMemory().update(read([store("a:1", "a"), store("b:1", "b")]), [])).toEqual([]);
  });

  test("a store with an error, with the labels it had", () => {
    const memory = new StoreMemory();
    memory.update(read([store("a:1", "a"), store("b:1", "b")]), []);
    const absent = memory.update(
      read([store("a:1", "a"), store("b:1", "b", refused, { labelSets: [] })]),
      [],
    );
    expect(absent).toMatchObject([
      {
        store: "b:1",
        labels: [{ cluster: "dev", prometheus: "k8s", replica: "b" }],
        reason: "connection refused",
      },
    ]);
  });

  test("a store that is no longer listed, for as long as we live", () => {
    const memory = new StoreMemory();
    memory.update(read([store("a:1", "a"), store("b:1", "b")]), []);
    for (let i = 0; i < 3; i++)
      expect(memory.update(read([store("a:1", "a")]), [])).toMatchObject([
        { store: "b:1", reason: "has vanished from the list of stores" },
      ]);
    expect(memory.update(read([store("a:1", "a"), store("b:1", "b")]), [])).toEqual([]);
  });

  test("not a store whose Pod came back at another address, listed or not", () => {
    const memory = new StoreMemory();
    memory.update(read([store("a:1", "a")]), []);
    expect(memory.update(read([store("a:1", "a", refused), store("c:1", "a")]), [])).toEqual([]);
    expect(memory.update(read([store("c:1", "a")]), [])).toEqual([]);
  });

  test("but the replica at its side does not stand in for it", () => {
    const memory = new StoreMemory();
    memory.update(read([store("a:1", "a"), store("b:1", "b")]), []);
    expect(memory.update(read([store("b:1", "b")]), []).map((one) => one.store)).toEqual(["a:1"]);
  });

  test("label sets that a leaf Querier no longer has", () => {
    const sets = [
      { cluster: "dev", replica: "a" },
      { cluster: "eu", replica: "a" },
    ];
    const memory = new StoreMemory();
    memory.update(read([], [store("q:1", "", null, { labelSets: sets })]), []);
    const absent = memory.update(read([], [store("q:1", "", null, { labelSets: sets.slice(0, 1) })]), []);
    expect(absent).toMatchObject([{ store: "q:1", labels: [{ cluster: "eu", replica: "a" }] }]);
  });

  test("an endpoint of the flags that was never there", () => {
    const flags = { endpoint: "a:1, dns+thanos:10901,z:2", "endpoint-strict": "" };
    expect(configuredEndpoints(flags)).toEqual(["a:1", "z:2"]);
    expect(new StoreMemory().update(read([store("a:1", "a")]), configuredEndpoints(flags))).toMatchObject([
      { store: "z:2", labels: [], reason: "is configured, but was never reached" },
    ]);
  });

  test("nonsense in place of stores is nothing", () => {
    for (const data of [null, [], "x", { sidecar: {} }, { sidecar: [null, 1] }])
      expect(() => new StoreMemory().update(readStores(data), [])).not.toThrow();
  });
});

describe("Prometheus behind the stores", () => {
  const now = Date.parse("2026-11-22T12:00:00Z");
  const stores = read([
    store("a:1", "a"),
    store("b:1", "b"),
    store("old:1", "c", null, { maxTime: now - 86_400_000 }),
  ]);

  test("replicas are one, with their number; dead clusters of store gateways are none", () => {
    expect(logicalHolders(stores, ["replica"], {}, now)).toEqual([
      { labels: { cluster: "dev", prometheus: "k8s" }, replicas: 2 },
    ]);
  });

  test("outside the scope there is nothing; labels that they do not have do not narrow", () => {
    expect(logicalHolders(stores, ["replica"], { cluster: "prod" }, now)).toEqual([]);
    expect(logicalHolders(stores, ["replica"], { region: "x" }, now)).toHaveLength(1);
  });
});
