/** A name that was written, and where. */
export interface Mark {
  readonly kind: "metric" | "alert";
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly isDeclaration: boolean;
}

/** A text that knows where its names stand: the plain truth, for nobody has read it. */
export class Marked {
  readonly text: string;
  readonly marks: readonly Mark[];

  constructor(text: string, marks: readonly Mark[] = []) {
    this.text = text;
    this.marks = marks;
  }

  static name(kind: Mark["kind"], name: string, isDeclaration = false): Marked {
    return new Marked(name, [{ kind, name, start: 0, end: name.length, isDeclaration }]);
  }

  /** One behind the other. */
  static join(parts: readonly (Marked | string)[], between = ""): Marked {
    let text = "";
    const marks: Mark[] = [];
    for (const [at, part] of parts.entries()) {
      if (at > 0) text += between;
      const { text: own, marks: of } = typeof part === "string" ? new Marked(part) : part;
      for (const mark of of)
        marks.push({ ...mark, start: text.length + mark.start, end: text.length + mark.end });
      text += own;
    }
    return new Marked(text, marks);
  }

  /** Each character as it is written elsewhere. */
  escaped(write: (character: string) => string): Marked {
    const places: number[] = [];
    let text = "";
    for (const character of this.text) {
      for (let unit = 0; unit < character.length; unit++) places.push(text.length);
      text += write(character);
    }
    places.push(text.length);
    const marks = this.marks.map((mark) => ({
      ...mark,
      start: places[mark.start] ?? 0,
      end: places[mark.end] ?? 0,
    }));
    return new Marked(text, marks);
  }

  /** The text with another name wherever this one is marked, and the marks of that. */
  renamed(kind: Mark["kind"], from: string, to: string): Marked {
    const parts: (Marked | string)[] = [];
    let at = 0;
    for (const mark of this.marks.toSorted((a, b) => a.start - b.start)) {
      parts.push(this.text.slice(at, mark.start));
      const isMeant = mark.kind === kind && mark.name === from;
      const written = this.text.slice(mark.start, mark.end);
      const end = isMeant ? to.length : written.length;
      parts.push(
        new Marked(isMeant ? to : written, [{ ...mark, name: isMeant ? to : mark.name, start: 0, end }]),
      );
      at = mark.end;
    }
    parts.push(this.text.slice(at));
    return Marked.join(parts);
  }
}
