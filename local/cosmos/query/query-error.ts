/** Offsets into the query's text; `end` is the first character after. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** A query that cannot be run: what is wrong with it, and where. The service answers it with status 400. */
export class QueryError extends Error {
  readonly code: string | undefined;
  readonly location: TextRange | undefined;

  constructor(message: string, location?: TextRange, code?: string) {
    super(message);
    this.code = code;
    this.location = location;
  }

  /** The service's own form of these errors, which tools take apart to underline the place. */
  toServiceMessage(): string {
    const error = { severity: 'Error', location: this.location, code: this.code, message: this.message };
    return `Message: ${JSON.stringify({ errors: [error] })}`;
  }
}
