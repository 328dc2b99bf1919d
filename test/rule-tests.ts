/** An alert that rule unit tests look at, in LSP and in the real editor. */
export const testedRules = `groups:
  - name: g
    rules:
      - alert: Down
        expr: up == 0
`;

/** A file with a test that passes and one, which begins with `second`, that fails on its last line. */
export const ruleTests = (ruleFile: string, second: string): string => `rule_files: [${ruleFile}]
tests:
  - name: fires
    interval: 1m
    input_series:
      - series: up
        values: 0x5
    alert_rule_test:
      - eval_time: 5m
        alertname: Down
        exp_alerts:
          - exp_labels: {}
  - ${second}
    promql_expr_test:
      - expr: vector(1)
        eval_time: 1m
        exp_samples:
          - value: 2
`;
