import { spawnSync } from "node:child_process";

/**
 * `npm run fuzz [-- ROUNDS [NAME…]]`: the random tests (those whose file has one of the names) on fresh seeds, each
 * printed first; ends at the first that fails. `SEED` repeats a run; what differs is shrunk before it is shown.
 */
const [rounds = "1", ...names] = process.argv.slice(2);
const given = process.env["SEED"];

for (let round = 0; round < (given === undefined ? Number(rounds) : 1); round++) {
  const seed = given ?? String(Math.floor(Math.random() * 2 ** 31));
  console.log(`SEED=${seed}`);
  const { status } = spawnSync("vitest", ["run", "--project", "fuzz", ...names], {
    stdio: "inherit",
    env: { ...process.env, SEED: seed },
  });
  if (status !== 0) {
    console.error(`Repeat it with: SEED=${seed} npm run fuzz -- ${["1", ...names].join(" ")}`);
    process.exit(1);
  }
}
