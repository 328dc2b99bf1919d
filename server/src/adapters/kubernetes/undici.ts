/** What we use of undici, by name: a bundle would take all of a CommonJS library's names away. */
export type { Dispatcher } from "undici";
export { EnvHttpProxyAgent, ProxyAgent, request, Socks5ProxyAgent } from "undici";
