import { describe, expect, test } from "vitest";
import { about, clip, failureOfError } from "../../../server/src/adapters/http/failures.ts";

/** What fetch throws: an error around the one that Node or OpenSSL gave. */
const thrown = (code: string): Error =>
  Object.assign(new TypeError("fetch failed"), { cause: Object.assign(new Error(code), { code }) });

describe("an error before there was an answer", () => {
  test.each([
    ["CERT_HAS_EXPIRED", "invalid", "has expired"],
    ["CERT_NOT_YET_VALID", "invalid", "fails in TLS (CERT_NOT_YET_VALID)"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "invalid", "for another name"],
    ["SELF_SIGNED_CERT_IN_CHAIN", "invalid", "not trusted"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "invalid", "not trusted"],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "invalid", "not trusted"],
    ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "invalid", "not trusted"],
    ["ECONNREFUSED", "offline", "refuses the connection"],
    ["ECONNRESET", "offline", "closed the connection"],
    ["ENOTFOUND", "offline", "has no known address"],
    ["UND_ERR_CONNECT_TIMEOUT", "timeout", "does not accept connections"],
    ["SOMETHING_NEW", "offline", "cannot be reached (SOMETHING_NEW)"],
  ])("%s", (code, reason, words) => {
    const failure = failureOfError("thanos.example.com", thrown(code));
    expect(failure.reason).toBe(reason);
    expect(failure.message).toContain(`thanos.example.com `);
    expect(failure.message).toContain(words);
    expect(failure.message.length).toBeLessThanOrEqual(120);
  });

  test("a circle of causes ends", () => {
    const error: Error & { cause?: unknown } = new Error("one");
    error.cause = error;
    expect(failureOfError("h", error).reason).toBe("offline");
  });
});

test("a sentence is one line that steers nothing, whatever a server put into it", () => {
  expect(clip("a\u001b[31m\r\n b\u202e c\u0000", 100)).toBe("a[31m b c");
  expect(clip("x\ud83d\ude00", 2)).toBe("x…");
  expect(about("h".repeat(200), "answers.").length).toBeLessThanOrEqual(120);
});
