import type { Dispatcher, Response } from "undici";
import type { Access } from "../../world/credentials.ts";
import { createAgent, secretIn } from "./agent.ts";
import { about, failureOfError, type HttpFailure } from "./failures.ts";
import type { OAuth2Config } from "./http-config.ts";

const connectTimeoutMs = 5_000;
/** Whoever waits for a token has a deadline of their own; others may wait for the same one. */
const deadlineMs = 10_000;
const maxBytes = 1_000_000;
/** A token that is about to expire is not sent any more (`oauth2.defaultExpiryDelta`). */
const marginMs = 10_000;

/** Why there is no token; the sentence holds no secret. */
export class NoToken extends Error {
  readonly failure: HttpFailure;
  constructor(failure: HttpFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

interface Held {
  readonly header: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/**
 * Tokens for client credentials (RFC 6749, 4.4), as Prometheus gets them (`common/config/http_config.go`, Go's
 * `oauth2/clientcredentials`): id and secret as a header, and where that is refused in the form; one token at a time,
 * in memory only, a new one shortly before it expires. Secret and token go nowhere but where they belong.
 */
export class OAuth2Tokens {
  readonly #config: OAuth2Config;
  readonly #proxy: Access["proxy"];
  readonly #host: string;
  #agent: Promise<Dispatcher> | undefined;
  #held: Held | undefined;
  #asking: Promise<Held> | undefined;
  /** Where id and secret are taken; nothing while that is not known. */
  #place: "header" | "form" | undefined;

  constructor(config: OAuth2Config, proxy: Access["proxy"]) {
    this.#config = config;
    this.#proxy = proxy;
    this.#host = new URL(config.tokenUrl).host;
  }

  /** The value of `Authorization`; throws {@link NoToken}. */
  async header(): Promise<string> {
    if (this.#held !== undefined && Date.now() < this.#held.until) return this.#held.header;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    this.#held = await this.#asking;
    return this.#held.header;
  }

  /** The backend refused this value: the next one is asked for anew. */
  refused(header: string): void {
    if (this.#held?.header === header) this.#held = undefined;
  }

  dispose(): void {
    void this.#agent?.then(
      (agent) => agent.destroy(),
      () => undefined,
    );
  }

  async #ask(): Promise<Held> {
    const { clientSecret, clientSecretFile } = this.#config;
    const secret = clientSecret ?? (clientSecretFile === undefined ? "" : await secretIn(clientSecretFile));
    const first = await this.#send(secret, this.#place ?? "header");
    if ("header" in first || this.#place !== undefined) return this.#settled(first, this.#place ?? "header");
    // Nobody says beforehand which of the two ways a server takes.
    const second = await this.#send(secret, "form");
    return this.#settled("header" in second ? second : first, "form");
  }

  #settled(answer: Held | HttpFailure, place: "header" | "form"): Held {
    if (!("header" in answer)) throw new NoToken(answer);
    this.#place = place;
    return answer;
  }

  async #send(secret: string, place: "header" | "form"): Promise<Held | HttpFailure> {
    const { clientId, tokenUrl, scopes, endpointParams } = this.#config;
    const form = new URLSearchParams({ grant_type: "client_credentials" });
    if (scopes.length > 0) form.set("scope", scopes.join(" "));
    for (const [name, value] of Object.entries(endpointParams)) form.set(name, value);
    const headers: Record<string, string> = { accept: "application/json" };
    if (place === "form") {
      form.set("client_id", clientId);
      if (secret !== "") form.set("client_secret", secret);
    } else {
      const pair = [clientId, secret].map((text) => new URLSearchParams({ _: text }).toString().slice(2));
      headers["authorization"] = `Basic ${Buffer.from(pair.join(":")).toString("base64")}`;
    }
    const asked = Date.now();
    try {
      const { fetch } = await import("./undici.ts");
      this.#agent ??= createAgent(new URL(tokenUrl), this.#config, connectTimeoutMs, this.#proxy);
      const response = await fetch(tokenUrl, {
        method: "POST",
        headers,
        body: form,
        redirect: "manual",
        dispatcher: await this.#agent,
        signal: AbortSignal.timeout(deadlineMs),
      });
      return this.#read(response.status, await bodyOf(response), asked);
    } catch (error) {
      if (error instanceof Error && error.name === "TimeoutError")
        return this.#failure("timeout", "gives no token in time; try again, or check oauth2.token_url.");
      return failureOfError(this.#host, error);
    }
  }

  #read(status: number, body: string, asked: number): Held | HttpFailure {
    const answer = readAnswer(body);
    const { access_token: token, token_type: type, expires_in: seconds, error } = answer;
    // A word of RFC 6749; anything else could repeat what it was sent.
    const word = typeof error === "string" && /^[a-z_]{1,30}$/.test(error) ? `: ${error}` : "";
    if (status >= 500) return this.#failure("offline", `gives no token now (${status}); try again later.`);
    if (status !== 200 || typeof token !== "string" || !/^[\x21-\x7e]+$/.test(token))
      return this.#failure(
        "unauthorized",
        `gives no token (${status}${word}); check oauth2 in the http config.`,
      );
    const lifeMs = Number(seconds) > 0 ? Number(seconds) * 1_000 - marginMs : Number.POSITIVE_INFINITY;
    const scheme =
      typeof type === "string" && !/^bearer$/i.test(type) && /^[\w-]+$/.test(type) ? type : "Bearer";
    return { header: `${scheme} ${token}`, until: asked + lifeMs };
  }

  #failure(reason: HttpFailure["reason"], words: string): HttpFailure {
    return { reason, message: about(this.#host, words) };
  }
}

/** The fields of an answer: JSON, or a form, as some servers still send it. */
function readAnswer(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return Object.fromEntries(new URLSearchParams(body));
  }
}

async function bodyOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > maxBytes) break;
  }
  return text;
}
