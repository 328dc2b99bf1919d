/**
 * What we use of undici, by name: imported lazily, the CommonJS library itself would come without its names once it
 * is bundled.
 */
export { Agent, EnvHttpProxyAgent, fetch, Headers } from "undici";
