import { afterAll, beforeAll, expect, test } from "vitest";
import { asRead } from "../oracle/bytes.ts";
import { type Oracle, startOracle } from "../oracle/oracle.ts";
import { judgeRules, rulesReport } from "../oracle/rules.ts";

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(async () => await oracle.close());

const group = (field: string): string =>
  `groups:\n- name: a\n  ${field}\n  rules:\n  - record: a\n    expr: up\n`;

/** Each was once judged otherwise than by Prometheus. */
const files: Readonly<Record<string, readonly string[]>> = {
  "numbers with a sign behind their prefix": ["0b+1", "0b-1", "0o-7", "0o+7", "0o-8", "0B+1", "-0o-7"].map(
    (limit) => group(`limit: ${limit}`),
  ),
  "bytes that are no UTF-8": [
    "\udcff",
    "\udcc3(",
    "\udce2\udc82",
    "\udce2\udc82x",
    "\udcf0\udc9f\udc98",
    "\udcc0\udc80",
    "\udced\udca0\udc80",
    "\udcf4\udc90\udc80\udc80",
    "\udcc3\udca9",
  ].flatMap((bytes) => [
    group(`labels: {a: "${bytes}"}`),
    `${group("limit: 1")}# ${bytes}`,
    `${group("limit: 1")}---\n${bytes}`,
    `${group("limit: 1")}---\n${"# c\n".repeat(300)}${bytes}`,
    `${group("limit: 1")}---\n${"a: b\n".repeat(300)}${bytes}`,
    `${group(`labels: {a: ${"x".repeat(467)}${bytes}}`)}`,
  ]),
  "aliases of aliases": [5, 8, 9, 10, 11].map((fan) => {
    const merged = (name: string): string => Array.from({ length: fan }, () => `*${name}`).join(", ");
    return `groups:
- {name: a, rules: [], labels: &a {team: x}}
- {name: b, rules: [], labels: &b {<<: [${merged("a")}]}}
- {name: c, rules: [], labels: &c {<<: [${merged("b")}]}}
- {name: d, rules: [], labels: {<<: [${merged("c")}]}}
`;
  }),
  "git's conflict markers": [
    "groups:\n- name: a\n<<<<<<< HEAD\n  rules: []\n=======\n  rules: [x]\n>>>>>>> b\n",
    "<<<<<<< HEAD\ngroups: []\n=======\ngroups:\n- name: a\n>>>>>>> b\n",
    `${group("limit: 1")}    labels:\n      a: "\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> b\n"\n`,
    `${group("limit: 1")}<<<<<<< HEAD\n  limit: 2\n=======\n`,
    "groups:\n- {a\n<<<<<<< HEAD\n=======\n",
    "<<<<<<< #\n=======",
    "groups: []\n---\n<<<<<<< HEAD\na: b\n=======\nc: d\n>>>>>>> x\n",
  ],
  "expressions that aliases bring": [
    "groups:\n- name: a\n  labels: {x: &e 'sum('}\n  rules:\n  - record: b\n    expr: *e\n",
    "groups:\n- name: a\n  rules:\n  - &r {record: a, expr: up(}\n  - *r\n  - <<: *r\n    record: ''\n",
  ],
  "words of charts that are none": [
    `${group("limit: 1")}# {{required\n- '`,
    `${group("limit: x")}  - alert: A\n    expr: up\n    annotations: {a: "{{ $labels.required }} {{ $quote }}"}\n`,
  ],
};

for (const [name, texts] of Object.entries(files))
  test(`${name} are judged as Prometheus judges them`, async () => {
    const { mismatches } = await judgeRules(oracle, texts.map(asRead));
    expect(rulesReport(mismatches)).toBe("");
  });
