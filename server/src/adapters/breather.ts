/** Long work gives way to requests after this many milliseconds. */
const sliceMs = 8;

/** Lets long work give way: call `due` now and then, and await `rest` when it says so. */
export class Breather {
  #since = performance.now();

  get due(): boolean {
    return performance.now() - this.#since > sliceMs;
  }

  async rest(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#since = performance.now();
  }
}
