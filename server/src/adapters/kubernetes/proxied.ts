import { connectTimeoutMs, maxConnections, type TlsChoice, type Transport } from "./transport.ts";
import { type Dispatcher, EnvHttpProxyAgent, ProxyAgent, request, Socks5ProxyAgent } from "./undici.ts";

/** Connections through the proxy of a kubeconfig (http, https, socks5), or through that of the environment. */
export function proxiedTransport(proxyUrl: string, tls: TlsChoice): Transport {
  const dispatcher = dispatcherOf(proxyUrl, { ...tls, timeout: connectTimeoutMs });
  return {
    async get(url, headers, signal) {
      const {
        statusCode,
        headers: answered,
        body,
      } = await request(url, {
        dispatcher,
        headers: headers.flat(),
        signal,
        // Our own deadlines are tighter and know why.
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      return { status: statusCode, headers: answered, body };
    },
    close() {
      dispatcher.destroy().catch(() => undefined);
    },
  };
}

function dispatcherOf(proxyUrl: string, connect: TlsChoice & { readonly timeout: number }): Dispatcher {
  const options = { connections: maxConnections, requestTls: connect };
  if (proxyUrl === "") return new EnvHttpProxyAgent({ ...options, connect });
  if (proxyUrl.startsWith("socks5:")) return new Socks5ProxyAgent(proxyUrl, options);
  return new ProxyAgent({ ...options, uri: proxyUrl });
}
