import { type Event, empty, isDocumentBound, refusal } from "./event.ts";
import { GoYamlError, type Mark } from "./reader.ts";
import { Scanner } from "./scanner.ts";
import type { Comment, Token } from "./token.ts";

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

const taken: Comment = {
  scan: undefined,
  token: { index: 0, line: 0, column: 0, offset: 0 },
  start: { index: 0, line: 0, column: 0, offset: 0 },
  end: undefined,
  head: "",
  line: "",
  foot: "",
};

/** The events of a text as go-yaml v3 gives them (`parserc.go`), with the same errors. */
export class Parser {
  readonly #scanner: Scanner;
  #state: State = "stream-start";
  readonly #states: State[] = [];
  readonly #marks: Mark[] = [];
  readonly #tags = new Map<string, string>();
  #commentsTaken = 0;
  #headComment = "";
  /** An error that looking ahead for comments met, and passed over. */
  #passedOver: GoYamlError | undefined;

  constructor(text: string) {
    this.#scanner = new Scanner(text);
  }

  /** The next event; throws GoYamlError. */
  next(): Event {
    const event = this.#step();
    const passedOver = this.#passedOver ?? this.#scanner.reader.passedOver;
    if (passedOver !== undefined) throw passedOver;
    return event;
  }

  #step(): Event {
    switch (this.#state) {
      case "stream-start": {
        const { start, end } = this.#peek();
        this.#state = "implicit-document-start";
        this.#scanner.take();
        return { type: "stream-start", start, end };
      }
      case "implicit-document-start":
        return this.#documentStart(true);
      case "document-start":
        return this.#documentStart(false);
      case "document-content": {
        const token = this.#peek();
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
        const { start } = this.#peek();
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
        const { start } = this.#peek();
        this.#state = "flow-mapping-key";
        return empty(start);
      }
      case "end": {
        const mark = this.#scanner.reader.mark();
        return { type: "stream-end", start: mark, end: mark };
      }
    }
  }

  #peek(): Token {
    const token = this.#scanner.peek();
    const { comments } = this.#scanner;
    for (;;) {
      const comment = comments[this.#commentsTaken];
      if (comment === undefined || token.start.index < comment.token.index) break;
      if (comment.head !== "") {
        if (token.type === "block-end") break;
        this.#headComment += this.#headComment === "" ? comment.head : `\n${comment.head}`;
      }
      comments[this.#commentsTaken++] = taken;
    }
    return token;
  }

  #after(): Token {
    this.#scanner.take();
    return this.#peek();
  }

  #pop(): void {
    this.#state = this.#states.pop() ?? "end";
  }

  #push(state: State): void {
    this.#states.push(state);
  }

  /** The mark of a collection's first token is the context of its errors. */
  #enter(): void {
    this.#marks.push(this.#peek().start);
    this.#scanner.take();
  }

  #forgetComments(): void {
    this.#headComment = "";
  }

  #documentStart(implicit: boolean): Event {
    let token = this.#peek();
    while (!implicit && token.type === "document-end") token = this.#after();
    const isBare =
      implicit &&
      token.type !== "version-directive" &&
      token.type !== "tag-directive" &&
      token.type !== "document-start" &&
      token.type !== "stream-end";
    if (isBare) {
      this.#directives();
      this.#push("document-end");
      this.#state = "block-node";
      this.#keepLastComment();
      return { type: "document-start", start: token.start, end: token.end };
    }
    if (token.type === "stream-end") {
      this.#state = "end";
      this.#scanner.take();
      return { type: "stream-end", start: token.start, end: token.end };
    }
    const { start } = token;
    this.#directives();
    token = this.#peek();
    if (token.type !== "document-start") throw refusal("did not find expected <document start>", token.start);
    this.#push("document-end");
    this.#state = "document-content";
    this.#scanner.take();
    return { type: "document-start", start, end: token.end };
  }

  /** The comment up to the last empty line belongs to the document. */
  #keepLastComment(): void {
    const comment = this.#headComment;
    for (let i = comment.length - 1; i > 0; i--) {
      if (comment[i] !== "\n") continue;
      if (i !== comment.length - 1 && comment[i - 1] !== "\n") continue;
      this.#headComment = comment.slice(i + 1);
      return;
    }
  }

  #documentEnd(): Event {
    const token = this.#peek();
    const { start } = token;
    let end = start;
    if (token.type === "document-end") {
      end = token.end;
      this.#scanner.take();
    }
    this.#tags.clear();
    this.#state = "document-start";
    this.#forgetComments();
    return { type: "document-end", start, end };
  }

  #directives(): void {
    let hasVersion = false;
    let token = this.#peek();
    while (token.type === "version-directive" || token.type === "tag-directive") {
      if (token.type === "version-directive") {
        if (hasVersion) throw refusal("found duplicate %YAML directive", token.start);
        if (token.value !== "1.1") throw refusal("found incompatible YAML document", token.start);
        hasVersion = true;
      } else {
        const handle = token.value ?? "";
        if (this.#tags.has(handle)) throw refusal("found duplicate %TAG directive", token.start);
        this.#tags.set(handle, token.suffix ?? "");
      }
      token = this.#after();
    }
    if (!this.#tags.has("!")) this.#tags.set("!", "!");
    if (!this.#tags.has("!!")) this.#tags.set("!!", "tag:yaml.org,2002:");
  }

  #node(block: boolean, indentless: boolean): Event {
    let token = this.#peek();
    if (token.type === "alias") {
      this.#pop();
      this.#forgetComments();
      this.#scanner.take();
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
      token = this.#after();
    }
    const tag = tagToken === undefined ? undefined : this.#tagOf(tagToken, start);
    const content = token.start;
    const common = { start, content, anchor, tag };
    if (indentless && token.type === "block-entry") {
      this.#state = "indentless-sequence";
      return { type: "sequence", ...common, end: token.end, flow: false };
    }
    switch (token.type) {
      case "scalar": {
        this.#pop();
        this.#forgetComments();
        this.#scanner.take();
        const { value = "", style = "plain" } = token;
        return { type: "scalar", ...common, end: token.end, value, style };
      }
      case "flow-sequence-start":
        this.#state = "flow-sequence-first";
        this.#forgetComments();
        return { type: "sequence", ...common, end: token.end, flow: true };
      case "flow-mapping-start":
        this.#state = "flow-mapping-first";
        this.#forgetComments();
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

  #tagOf({ value = "", suffix = "", start }: Token, context: Mark): string | undefined {
    if (value === "") return suffix === "" ? undefined : suffix;
    const prefix = this.#tags.get(value);
    if (prefix === undefined) throw refusal("found undefined tag handle", start, context);
    const tag = prefix + suffix;
    if (tag === "") throw refusal("found undefined tag handle", start, context);
    return tag;
  }

  #blockSequence(): Event {
    let token = this.#peek();
    if (token.type === "block-entry") {
      const mark = token.end;
      token = this.#afterDash();
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
    let token = this.#peek();
    if (token.type === "block-entry") {
      const mark = token.end;
      token = this.#afterDash();
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

  /** The token behind a dash. A comment before the dash makes go-yaml look at it twice, past its first error. */
  #afterDash(): Token {
    const before = this.#headComment.length;
    this.#scanner.take();
    if (before > 0) {
      try {
        const { type } = this.#peek();
        if (type === "block-sequence-start" || type === "block-mapping-start")
          this.#headComment = this.#headComment.slice(before + 1);
      } catch (error) {
        if (!(error instanceof GoYamlError)) throw error;
        this.#passedOver = error;
      }
    }
    return this.#peek();
  }

  #blockMappingKey(): Event {
    let token = this.#peek();
    if (token.type === "key") {
      const mark = token.end;
      token = this.#after();
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
    let token = this.#peek();
    if (token.type !== "value") {
      this.#state = "block-mapping-key";
      return empty(token.start);
    }
    const mark = token.end;
    token = this.#after();
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
    if (forgets) this.#forgetComments();
    this.#scanner.take();
    return { type: "end", start: token.start, end: token.end };
  }

  #flowSequence(first: boolean): Event {
    let token = this.#peek();
    if (token.type !== "flow-sequence-end") {
      if (!first) {
        if (token.type !== "flow-entry")
          throw refusal("did not find expected ',' or ']'", token.start, this.#marks.pop());
        token = this.#after();
      }
      if (token.type === "key") {
        const { start, end } = token;
        this.#state = "flow-sequence-key";
        this.#scanner.take();
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
    const token = this.#peek();
    if (token.type !== "value" && token.type !== "flow-entry" && token.type !== "flow-sequence-end") {
      this.#push("flow-sequence-value");
      return this.#node(false, false);
    }
    this.#scanner.take();
    this.#state = "flow-sequence-value";
    return empty(token.end);
  }

  #flowSequenceValue(): Event {
    const token = this.#peek();
    if (token.type === "value") {
      const next = this.#after();
      if (next.type !== "flow-entry" && next.type !== "flow-sequence-end") {
        this.#push("flow-sequence-pair-end");
        return this.#node(false, false);
      }
    }
    this.#state = "flow-sequence-pair-end";
    return empty(token.start);
  }

  #flowMappingKey(first: boolean): Event {
    let token = this.#peek();
    if (token.type !== "flow-mapping-end") {
      if (!first) {
        if (token.type !== "flow-entry")
          throw refusal("did not find expected ',' or '}'", token.start, this.#marks.pop());
        token = this.#after();
      }
      if (token.type === "key") {
        token = this.#after();
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
    let token = this.#peek();
    if (token.type === "value") {
      token = this.#after();
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
