/**
 * Preloaded into a process under test: on SIGUSR2 it tells for how long its event loop stood still at most since the
 * last one, by the clock and by the time that its own thread had a processor (other programs take the rest).
 */
import { writeFileSync } from "node:fs";
import { performance } from "node:perf_hooks";

const everyMs = 1;
const now = () => performance.now();
const used = () => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

let last = { clock: now(), own: used() };
let longest = { clock: 0, own: 0 };
setInterval(() => {
  const next = { clock: now(), own: used() };
  longest = {
    clock: Math.max(longest.clock, next.clock - last.clock - everyMs),
    own: Math.max(longest.own, next.own - last.own),
  };
  last = next;
}, everyMs).unref();

process.on("SIGUSR2", () => {
  writeFileSync(
    process.env.PROMSCOPE_BENCH_BLOCK ?? "/dev/null",
    JSON.stringify({ ...longest, total: used() }),
  );
  longest = { clock: 0, own: 0 };
});
