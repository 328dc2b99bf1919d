import { spawnSync } from "node:child_process";

/** `npm run fuzz [-- ROUNDS]`: the random tests on fresh seeds, each printed first; ends at the first that fails. */
const rounds = Number(process.argv[2] ?? 1);

for (let round = 0; round < rounds; round++) {
  const seed = process.env["SEED"] ?? String(Math.floor(Math.random() * 2 ** 31));
  console.log(`SEED=${seed}`);
  const { status } = spawnSync("vitest", ["run", "--project", "fuzz"], {
    stdio: "inherit",
    env: { ...process.env, SEED: seed },
  });
  if (status !== 0) {
    console.error(`Repeat it with: SEED=${seed} npm run fuzz`);
    process.exit(1);
  }
}
