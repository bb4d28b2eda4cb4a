/** The test that must go red. */
export interface Guard {
  readonly file: string;
  /** The test as vitest calls it: `group > test`. */
  readonly name: string;
}

/** A piece of code that keeps a promise, and the test that notices when it is taken out. */
export interface Protection {
  readonly id: string;
  /** The figures that fall without it: D1 to D23, I1 to I17, or the name of a disaster. */
  readonly figures: readonly string[];
  /** What does not happen because of it; a sentence without its full stop. */
  readonly protects: string;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly text: string;
  /** What stands there without the protection: code that runs, and is wrong. */
  readonly without: string;
  readonly guard: Guard;
}

/** How often a text stands in another. */
export const occurrences = (whole: string, text: string): number => whole.split(text).length - 1;
