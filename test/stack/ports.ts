import { randomInt } from "node:crypto";
import { createServer, type Server } from "node:net";

/** Below the range from which the system takes ports for outgoing connections, so that none is taken later. */
const lowest = 18_000;
const highest = 32_000;

/**
 * Ports of the loopback that nobody listens on, all different. They are drawn at random, so that two runs
 * on one machine hardly meet.
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const held: Server[] = [];
  const ports: number[] = [];
  while (ports.length < count) {
    const port = randomInt(lowest, highest);
    const server = await hold(port);
    if (server === undefined) continue;
    held.push(server);
    ports.push(port);
  }
  await Promise.all(held.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

/** A listener on the port, or undefined when it is taken. */
function hold(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => resolve(server));
  });
}
