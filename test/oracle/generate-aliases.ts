import type { Random } from "./random.ts";

/** Rule files that are little but aliases, around the point from which go-yaml refuses them. */
export function aliasFile(random: Random): string {
  const fan = 1 + random.below(12);
  const levels = 1 + random.below(4);
  const merged = (name: string): string =>
    `<<: [${Array.from({ length: fan }, () => `*${name}`).join(", ")}]${random.chance(0.3) ? ", z: w" : ""}`;
  let text = "groups:\n";
  for (let at = random.below(60); at > 0; at--) text += `- {name: p${at}, rules: [], labels: {a: b, c: d}}\n`;
  switch (random.below(3)) {
    case 0:
      text += "- {name: m0, rules: [], labels: &m0 {a: x, b: y}}\n";
      for (let level = 1; level <= levels; level++)
        text += `- {name: m${level}, rules: [], labels: &m${level} {${merged(`m${level - 1}`)}}}\n`;
      break;
    case 1:
      text += "- name: g\n  rules:\n  - &m0 {record: a, expr: up, labels: &l {a: b}}\n";
      for (let level = 1; level <= levels; level++)
        text += `  - &m${level} {${merged(`m${level - 1}`)}${random.chance(0.5) ? ", expr: x, labels: *l" : ""}}\n`;
      break;
    default:
      text += "- name: g\n  interval: &d 5m\n  limit: &n 5\n  labels: &l {? &k a : &v b}\n  rules: []\n";
      for (let at = fan * 20; at > 0; at--)
        text += `- {name: h${at}, interval: *d, limit: *n, labels: *l, rules: [{alert: *v, expr: *k, for: *d}]}\n`;
  }
  return text;
}
