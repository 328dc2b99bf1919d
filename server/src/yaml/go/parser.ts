import { type Event, empty, isDocumentBound, refusal } from "./event.ts";
import type { Mark } from "./reader.ts";
import { Tags } from "./tags.ts";
import type { Token } from "./token.ts";
import { TokenStream } from "./token-stream.ts";

type State =
  | "stream-start"
  | "implicit-document-start"
  | "document-start"
  | "document-content"
  | "document-end"
  | "block-node"
  | "block-sequence-first"
  | "block-sequence"
  | "indentless-sequence"
  | "block-mapping-first"
  | "block-mapping-key"
  | "block-mapping-value"
  | "flow-sequence-first"
  | "flow-sequence"
  | "flow-sequence-key"
  | "flow-sequence-value"
  | "flow-sequence-pair-end"
  | "flow-mapping-first"
  | "flow-mapping-key"
  | "flow-mapping-value"
  | "flow-mapping-empty"
  | "end";

/** The events of a text as go-yaml v3 gives them (`parserc.go`), with the same errors. */
export class Parser {
  readonly #tokens: TokenStream;
  readonly #tags = new Tags();
  #state: State = "stream-start";
  readonly #states: State[] = [];
  readonly #marks: Mark[] = [];

  constructor(text: string) {
    this.#tokens = new TokenStream(text);
  }

  /** The next event; throws GoYamlError. */
  next(): Event {
    const event = this.#step();
    this.#tokens.checkPassedOver();
    return event;
  }

  #step(): Event {
    switch (this.#state) {
      case "stream-start": {
        const { start, end } = this.#tokens.peek();
        this.#state = "implicit-document-start";
        this.#tokens.take();
        return { type: "stream-start", start, end };
      }
      case "implicit-document-start":
        return this.#documentStart(true);
      case "document-start":
        return this.#documentStart(false);
      case "document-content": {
        const token = this.#tokens.peek();
        return isDocumentBound(token.type) ? this.#emptyAndPop(token.start) : this.#node(true, false);
      }
      case "document-end":
        return this.#documentEnd();
      case "block-node":
        return this.#node(true, false);
      case "block-sequence-first":
        this.#enter();
        return this.#blockSequence();
      case "block-sequence":
        return this.#blockSequence();
      case "indentless-sequence":
        return this.#indentlessSequence();
      case "block-mapping-first":
        this.#enter();
        return this.#blockMappingKey();
      case "block-mapping-key":
        return this.#blockMappingKey();
      case "block-mapping-value":
        return this.#blockMappingValue();
      case "flow-sequence-first":
        this.#enter();
        return this.#flowSequence(true);
      case "flow-sequence":
        return this.#flowSequence(false);
      case "flow-sequence-key":
        return this.#flowSequenceKey();
      case "flow-sequence-value":
        return this.#flowSequenceValue();
      case "flow-sequence-pair-end": {
        const { start } = this.#tokens.peek();
        this.#state = "flow-sequence";
        return { type: "end", start, end: start };
      }
      case "flow-mapping-first":
        this.#enter();
        return this.#flowMappingKey(true);
      case "flow-mapping-key":
        return this.#flowMappingKey(false);
      case "flow-mapping-value":
        return this.#flowMappingValue();
      case "flow-mapping-empty": {
        const { start } = this.#tokens.peek();
        this.#state = "flow-mapping-key";
        return empty(start);
      }
      case "end": {
        const mark = this.#tokens.mark();
        return { type: "stream-end", start: mark, end: mark };
      }
    }
  }

  #pop(): void {
    this.#state = this.#states.pop() ?? "end";
  }

  #push(state: State): void {
    this.#states.push(state);
  }

  /** The mark of a collection's first token is the context of its errors. */
  #enter(): void {
    this.#marks.push(this.#tokens.peek().start);
    this.#tokens.take();
  }

  #documentStart(implicit: boolean): Event {
    let token = this.#tokens.peek();
    while (!implicit && token.type === "document-end") token = this.#tokens.after();
    const isBare =
      implicit &&
      token.type !== "version-directive" &&
      token.type !== "tag-directive" &&
      token.type !== "document-start" &&
      token.type !== "stream-end";
    if (isBare) {
      this.#tags.read(this.#tokens);
      this.#push("document-end");
      this.#state = "block-node";
      this.#tokens.keepLastComment();
      return { type: "document-start", start: token.start, end: token.end };
    }
    if (token.type === "stream-end") {
      this.#state = "end";
      this.#tokens.take();
      return { type: "stream-end", start: token.start, end: token.end };
    }
    const { start } = token;
    this.#tags.read(this.#tokens);
    token = this.#tokens.peek();
    if (token.type !== "document-start") throw refusal("did not find expected <document start>", token.start);
    this.#push("document-end");
    this.#state = "document-content";
    this.#tokens.take();
    return { type: "document-start", start, end: token.end };
  }

  #documentEnd(): Event {
    const token = this.#tokens.peek();
    const { start } = token;
    let end = start;
    if (token.type === "document-end") {
      end = token.end;
      this.#tokens.take();
    }
    this.#tags.clear();
    this.#state = "document-start";
    this.#tokens.forgetComment();
    return { type: "document-end", start, end };
  }

  #node(block: boolean, indentless: boolean): Event {
    let token = this.#tokens.peek();
    if (token.type === "alias") {
      this.#pop();
      this.#tokens.forgetComment();
      this.#tokens.take();
      return { type: "alias", start: token.start, end: token.end, anchor: token.value ?? "" };
    }
    const { start } = token;
    let { end }: { end: Mark } = { end: start };
    let anchor: string | undefined;
    let tagToken: Token | undefined;
    // One anchor and one tag, in any order.
    for (let left = 2; left > 0; left--) {
      if (token.type === "anchor" && anchor === undefined) anchor = token.value ?? "";
      else if (token.type === "tag" && tagToken === undefined) tagToken = token;
      else break;
      end = token.end;
      token = this.#tokens.after();
    }
    const tag = tagToken === undefined ? undefined : this.#tags.resolve(tagToken, start);
    const content = token.start;
    const common = { start, content, anchor, tag };
    if (indentless && token.type === "block-entry") {
      this.#state = "indentless-sequence";
      return { type: "sequence", ...common, end: token.end, flow: false };
    }
    switch (token.type) {
      case "scalar": {
        this.#pop();
        this.#tokens.forgetComment();
        this.#tokens.take();
        const { value = "", style = "plain" } = token;
        return { type: "scalar", ...common, end: token.end, value, style };
      }
      case "flow-sequence-start":
        this.#state = "flow-sequence-first";
        this.#tokens.forgetComment();
        return { type: "sequence", ...common, end: token.end, flow: true };
      case "flow-mapping-start":
        this.#state = "flow-mapping-first";
        this.#tokens.forgetComment();
        return { type: "mapping", ...common, end: token.end, flow: true };
      case "block-sequence-start":
        if (!block) break;
        this.#state = "block-sequence-first";
        return { type: "sequence", ...common, end: token.end, flow: false };
      case "block-mapping-start":
        if (!block) break;
        this.#state = "block-mapping-first";
        return { type: "mapping", ...common, end: token.end, flow: false };
    }
    if (anchor !== undefined || tag !== undefined) {
      this.#pop();
      return { type: "scalar", start, content: end, end, anchor, tag, value: "", style: "plain" };
    }
    throw refusal("did not find expected node content", token.start, start);
  }

  #blockSequence(): Event {
    let token = this.#tokens.peek();
    if (token.type === "block-entry") {
      const mark = token.end;
      token = this.#tokens.afterDash();
      if (token.type !== "block-entry" && token.type !== "block-end") {
        this.#push("block-sequence");
        return this.#node(true, false);
      }
      this.#state = "block-sequence";
      return empty(mark);
    }
    if (token.type === "block-end") return this.#collectionEnd(token, false);
    throw refusal("did not find expected '-' indicator", token.start, this.#marks.pop());
  }

  #indentlessSequence(): Event {
    let token = this.#tokens.peek();
    if (token.type === "block-entry") {
      const mark = token.end;
      token = this.#tokens.afterDash();
      if (
        token.type !== "block-entry" &&
        token.type !== "key" &&
        token.type !== "value" &&
        token.type !== "block-end"
      ) {
        this.#push("indentless-sequence");
        return this.#node(true, false);
      }
      this.#state = "indentless-sequence";
      return empty(mark);
    }
    this.#pop();
    return { type: "end", start: token.start, end: token.start };
  }

  #blockMappingKey(): Event {
    let token = this.#tokens.peek();
    if (token.type === "key") {
      const mark = token.end;
      token = this.#tokens.after();
      if (token.type !== "key" && token.type !== "value" && token.type !== "block-end") {
        this.#push("block-mapping-value");
        return this.#node(true, true);
      }
      this.#state = "block-mapping-value";
      return empty(mark);
    }
    if (token.type === "block-end") return this.#collectionEnd(token, true);
    throw refusal("did not find expected key", token.start, this.#marks.pop());
  }

  #blockMappingValue(): Event {
    let token = this.#tokens.peek();
    if (token.type !== "value") {
      this.#state = "block-mapping-key";
      return empty(token.start);
    }
    const mark = token.end;
    token = this.#tokens.after();
    if (token.type !== "key" && token.type !== "value" && token.type !== "block-end") {
      this.#push("block-mapping-key");
      return this.#node(true, true);
    }
    this.#state = "block-mapping-key";
    return empty(mark);
  }

  #collectionEnd(token: Token, forgets: boolean): Event {
    this.#pop();
    this.#marks.pop();
    if (forgets) this.#tokens.forgetComment();
    this.#tokens.take();
    return { type: "end", start: token.start, end: token.end };
  }

  #flowSequence(first: boolean): Event {
    let token = this.#tokens.peek();
    if (token.type !== "flow-sequence-end") {
      if (!first) {
        if (token.type !== "flow-entry")
          throw refusal("did not find expected ',' or ']'", token.start, this.#marks.pop());
        token = this.#tokens.after();
      }
      if (token.type === "key") {
        const { start, end } = token;
        this.#state = "flow-sequence-key";
        this.#tokens.take();
        return { type: "mapping", start, content: start, end, flow: true };
      }
      if (token.type !== "flow-sequence-end") {
        this.#push("flow-sequence");
        return this.#node(false, false);
      }
    }
    return this.#collectionEnd(token, true);
  }

  #flowSequenceKey(): Event {
    const token = this.#tokens.peek();
    if (token.type !== "value" && token.type !== "flow-entry" && token.type !== "flow-sequence-end") {
      this.#push("flow-sequence-value");
      return this.#node(false, false);
    }
    this.#tokens.take();
    this.#state = "flow-sequence-value";
    return empty(token.end);
  }

  #flowSequenceValue(): Event {
    const token = this.#tokens.peek();
    if (token.type === "value") {
      const next = this.#tokens.after();
      if (next.type !== "flow-entry" && next.type !== "flow-sequence-end") {
        this.#push("flow-sequence-pair-end");
        return this.#node(false, false);
      }
    }
    this.#state = "flow-sequence-pair-end";
    return empty(token.start);
  }

  #flowMappingKey(first: boolean): Event {
    let token = this.#tokens.peek();
    if (token.type !== "flow-mapping-end") {
      if (!first) {
        if (token.type !== "flow-entry")
          throw refusal("did not find expected ',' or '}'", token.start, this.#marks.pop());
        token = this.#tokens.after();
      }
      if (token.type === "key") {
        token = this.#tokens.after();
        if (token.type !== "value" && token.type !== "flow-entry" && token.type !== "flow-mapping-end") {
          this.#push("flow-mapping-value");
          return this.#node(false, false);
        }
        this.#state = "flow-mapping-value";
        return empty(token.start);
      }
      if (token.type !== "flow-mapping-end") {
        this.#push("flow-mapping-empty");
        return this.#node(false, false);
      }
    }
    return this.#collectionEnd(token, true);
  }

  #flowMappingValue(): Event {
    let token = this.#tokens.peek();
    if (token.type === "value") {
      token = this.#tokens.after();
      if (token.type !== "flow-entry" && token.type !== "flow-mapping-end") {
        this.#push("flow-mapping-key");
        return this.#node(false, false);
      }
    }
    this.#state = "flow-mapping-key";
    return empty(token.start);
  }

  #emptyAndPop(mark: Mark): Event {
    this.#pop();
    return empty(mark);
  }
}
