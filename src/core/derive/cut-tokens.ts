import { malformed } from './malformed.ts';

/** A word of a text that is parsed. */
export interface Word<Kind extends string = string> {
  readonly kind: Kind | 'end';
  readonly text: string;
  /** Where it begins, in UTF-16 units from 0. */
  readonly at: number;
}

/** What words of a kind of text look like. */
export interface WordShapes<Kind extends string> {
  /** Sticky, with a named group for each shape. */
  readonly shapes: RegExp;
  /** The word that was found, `next` being the place behind it; undefined for white space. */
  readonly wordOf: (found: Found, at: number, text: string, next: number) => Word<Kind> | undefined;
  /** What people mean whose text has no word at this place. */
  readonly expectedAt: (character: string) => string;
}

export type Found = Readonly<Record<string, string | undefined>>;

/**
 * Cuts a text into words; the last one is always `end`.
 * @throws {Malformed} at a character that begins no word
 */
export function cutTokens<Kind extends string>(
  text: string,
  { shapes, wordOf, expectedAt }: WordShapes<Kind>,
): Word<Kind>[] {
  const words: Word<Kind>[] = [];
  let at = 0;
  while (at < text.length) {
    shapes.lastIndex = at;
    const found = shapes.exec(text)?.groups;
    const character = text.slice(at, at + 1);
    if (found === undefined) throw malformed(at, expectedAt(character), character);
    const next = shapes.lastIndex;
    const word = wordOf(found, at, text, next);
    if (word !== undefined) words.push(word);
    at = next;
  }
  return [...words, { kind: 'end', text: '', at }];
}
