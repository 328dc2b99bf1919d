/** What we use of undici, by name: a bundle would take all of a CommonJS library's names away. */
export { Agent, EnvHttpProxyAgent, ProxyAgent, request, Socks5ProxyAgent } from "undici";
