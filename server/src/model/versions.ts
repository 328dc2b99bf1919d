/**
 * The versions that Promscope's checks imitate, that its documentation names and that its tests run.
 * `test/stack/tools.test.ts` holds the go.mod files of the test servers equal to it.
 */
export const versions = {
  prometheus: "3.16.0",
  thanos: "0.42.4",
  alertmanager: "0.34.2",
  prometheusOperator: "0.93.1",
  kubernetes: "1.36.2",
  etcd: "3.6.8",
  victoriametrics: "1.150.0",
} as const;
